"""PyTorch's side of `npm run bench:train`: the same training step, by transformers and torch.optim.

Reads one JSON line with the configuration, then one number of steps a line; answers each with the steps' times in ms.
"""

import json
import sys
import time

import torch
import transformers
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForSequenceClassification

config = json.loads(sys.stdin.readline())
torch.set_num_threads(config["threads"])
torch.set_flush_denormal(True)  # as TensorFlow does; numbers near 0 would cost PyTorch many times as much
torch.manual_seed(1)
model = BertForSequenceClassification(
    BertConfig(
        vocab_size=config["vocabSize"],
        hidden_size=config["hiddenSize"],
        num_hidden_layers=config["numHiddenLayers"],
        num_attention_heads=config["numAttentionHeads"],
        intermediate_size=config["intermediateSize"],
        hidden_dropout_prob=config["dropout"],
        attention_probs_dropout_prob=config["dropout"],
        num_labels=config["labels"],
    )
).train()
without_decay = [p for name, p in model.named_parameters() if name.endswith(("bias", "LayerNorm.weight"))]
ids = {id(p) for p in without_decay}
with_decay = [p for p in model.parameters() if id(p) not in ids]
optimizer = torch.optim.AdamW(
    [{"params": with_decay, "weight_decay": 0.01}, {"params": without_decay, "weight_decay": 0.0}],
    lr=1e-4,
    eps=1e-6,
    fused=True,  # the quickest of torch's three forms of it
)
shape = (config["batch"], config["length"])
tokens = torch.tensor(config["inputIds"]).reshape(shape)
types = torch.tensor(config["tokenTypeIds"]).reshape(shape)
mask = torch.tensor(config["attentionMask"]).reshape(shape)
labels = torch.tensor(config["classes"])


def step():
    logits = model(input_ids=tokens, token_type_ids=types, attention_mask=mask).logits
    loss = cross_entropy(logits, labels)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


print(json.dumps({"torch": torch.__version__, "transformers": transformers.__version__}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
