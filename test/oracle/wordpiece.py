"""Token ids of whole public files by Hugging Face's own tokenizers, as digests.

    python test/oracle/wordpiece.py > test/oracle/wordpiece.json

The texts lie in ../shared/data beside the checkout and may not be committed; a SHA-256 over every token
id of a file proves as much. Each row gives x's ids, then y's, each followed by -1, as little-endian
int32. The files are read here by Python's own json and csv, so the digests check the readers as well.
Needs: tokenizers (made with 0.23.3).
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def json_lines(x, y):
    def read(path):
        for line in path.open(encoding="utf-8", newline="\n"):
            row = json.loads(line)
            yield row[x], row[y]

    return read


def table(x, y, **options):
    def read(path):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, **options):
                yield row[x], row[y]

    return read


TSV = dict(delimiter="\t", quoting=csv.QUOTE_NONE)
FILES = [
    ("en/snli/dev.jsonl", "bert-base-uncased", True, json_lines("premise", "hypothesis")),
    ("en/mnli/dev_matched.jsonl", "bert-base-uncased", True, json_lines("premise", "hypothesis")),
    ("en/boolq/val.jsonl", "bert-base-uncased", True, json_lines("question", "passage")),
    ("en/qqp/train_sample.csv", "bert-base-uncased", True, table("question1", "question2")),
    ("en/mrpc/msr-para-train.tsv", "bert-base-uncased", True, table("#1 String", "#2 String", **TSV)),
    ("en/rte/glue/train.tsv", "bert-base-uncased", True, table("sentence1", "sentence2", **TSV)),
    ("zh/afqmc/dev.json", "bert-base-chinese", False, json_lines("sentence1", "sentence2")),
    ("en/mnli/dev_matched.jsonl", "bert-base-chinese", False, json_lines("premise", "hypothesis")),
]


def wordpiece(vocab, lowercase):
    lines = (DATA / "vocab" / vocab / "vocab.txt").read_bytes().decode("utf-8").split("\n")[:-1]
    tokens = {token: i for i, token in enumerate(lines)}
    tokenizer = Tokenizer(models.WordPiece(tokens, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def digest(path, vocab, lowercase, read):
    texts = [text for pair in read(DATA / path) for text in pair]
    encoded = wordpiece(vocab, lowercase).encode_batch(texts, add_special_tokens=False)
    sha256 = hashlib.sha256()
    for encoding in encoded:
        for i in [*encoding.ids, -1]:
            sha256.update(i.to_bytes(4, "little", signed=True))
    return {
        "path": path,
        "vocab": vocab,
        "lowercase": lowercase,
        "rows": len(texts) // 2,
        "tokens": sum(len(e.ids) for e in encoded),
        "sha256": sha256.hexdigest(),
    }


json.dump(
    {"tokenizers": tokenizers.__version__, "files": [digest(*file) for file in FILES]},
    sys.stdout,
    indent=2,
)
print()
