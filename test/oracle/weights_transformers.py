"""Proof that transformers loads what Virtlab saves. By hand, from the project's root:

    node test/models/write-model-folders.ts OUT && python test/oracle/weights_transformers.py OUT

Needs torch, transformers, safetensors. Every folder is loaded with BertModel and AutoTokenizer, a
cross-encoder with pooling cls also with AutoModelForSequenceClassification, and the numbers are compared
with bert_oracle.safetensors. Ends with "all loaded" or an assertion.
"""

import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertModel

HERE = Path(__file__).parent
out = Path(sys.argv[1])
oracle = json.loads((HERE / "bert_oracle.json").read_text())
expected = load_file(HERE / "bert_oracle.safetensors")
cls, sep, pad = (oracle["specials"][k] for k in ("cls", "sep", "pad"))
pairs = oracle["pairs"]


def joint():
    rows = [([cls, *p["x"], sep], [*p["y"], sep]) for p in pairs]
    length = max(len(x) + len(y) for x, y in rows)
    fill = lambda values, value: values + [value] * (length - len(values))
    return dict(
        input_ids=torch.tensor([fill(x + y, pad) for x, y in rows]),
        token_type_ids=torch.tensor([fill([0] * len(x) + [1] * len(y), 0) for x, y in rows]),
        attention_mask=torch.tensor([fill([1] * len(x + y), 0) for x, y in rows]),
    )


last = oracle["config"]["num_hidden_layers"] - 1
for name, case in oracle["cases"].items():
    folder = out / name
    bert, report = BertModel.from_pretrained(folder, output_loading_info=True)
    missing = sorted(report["missing_keys"])
    has_pooler = (
        case["type"] in ("cross_encoder", "deformer", "dipair")
        and case["settings"].get("pooling", "cls") == "cls"
    )
    pooled = has_pooler and case["type"] == "cross_encoder"
    assert missing == ([] if has_pooler else ["pooler.dense.bias", "pooler.dense.weight"]), missing
    assert not report["mismatched_keys"], report
    if "hidden_act" not in case["settings"]:
        with torch.no_grad():
            hidden = bert.eval()(**joint()).last_hidden_state
        error = (hidden - expected[f"trace/joint/hidden.{last}"]).abs().max().item()
        assert error < 1e-5, error
    if pooled:
        classifier = AutoModelForSequenceClassification.from_pretrained(folder).eval()
        with torch.no_grad():
            logits = classifier(**joint()).logits
        error = (logits - expected[f"logits/{name}"]).abs().max().item()
        assert error < 1e-5, error
        assert classifier.config.id2label == {0: "no", 1: "maybe", 2: "yes"}

    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokens = tokenizer.convert_ids_to_tokens(tokenizer("Word0 Word1s2 word0", "Word3").input_ids)
    assert tokens == ["[CLS]", "Word0", "Word1", "##s2", "[UNK]", "[SEP]", "Word3", "[SEP]"], tokens
    assert tokenizer.pad_token_id == pad and tokenizer.model_max_length == 20
    print(name, type(tokenizer).__name__, "classifier too" if pooled else "encoder only")

print(f"all loaded: transformers {transformers.__version__}, torch {torch.__version__}")
