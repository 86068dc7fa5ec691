"""Distillation losses in PyTorch, written from the formulas alone: reference numbers for test/losses/distillation.test.ts.

    python test/oracle/distillation.py        writes distillation.json beside this file

Loops over examples, pairs and tokens with their true lengths instead of masks and batched products.
"""
import itertools
import json
import math
from pathlib import Path

import torch
from torch.nn.functional import kl_div, log_softmax, softmax

torch.manual_seed(11)
LAYERS, BATCH, HEADS, HEAD_SIZE, LABELS = 3, 4, 3, 4, 3
X_CONTENT, Y_CONTENT = [3, 1, 4, 3], [2, 5, 3, 1]
X_LEN, Y_LEN = max(X_CONTENT) + 2, max(Y_CONTENT) + 2
JOINT_LEN = max(x + y for x, y in zip(X_CONTENT, Y_CONTENT)) + 3
GOLD = [0, 2, 1, 1]
TEXT_OF_X = [0, 1, 2, 0]  # the first and the last pair share their X
HIDDEN = HEADS * HEAD_SIZE


def random(*shape):
    return (1.2 * torch.randn(shape, dtype=torch.float64)).float().double()


def length_of(name):
    return X_LEN if name.startswith("x") else Y_LEN


student = {
    name: [random(BATCH, HEADS, length_of(name), HEAD_SIZE).requires_grad_() for _ in range(LAYERS)]
    for name in ("xQueries", "xKeys", "yQueries", "yKeys")
}
student |= {
    name: [random(BATCH, length_of(name), HIDDEN).requires_grad_() for _ in range(LAYERS)]
    for name in ("xHidden", "yHidden")
}
student["logits"] = [random(BATCH, LABELS).requires_grad_()]
teacher = {
    "queries": [random(BATCH, HEADS, JOINT_LEN, HEAD_SIZE) for _ in range(LAYERS)],
    "keys": [random(BATCH, HEADS, JOINT_LEN, HEAD_SIZE) for _ in range(LAYERS)],
    "hidden": [random(BATCH, JOINT_LEN, HIDDEN) for _ in range(LAYERS)],
    "logits": [random(BATCH, LABELS)],
}


def joint_slices(b):
    m, n = X_CONTENT[b], Y_CONTENT[b]
    return slice(1, 1 + m), slice(2 + m, 2 + m + n)  # [CLS] x [SEP] y [SEP]


def tower_slices(b):
    return slice(1, 1 + X_CONTENT[b]), slice(1, 1 + Y_CONTENT[b])


def blocks(student_layer, teacher_layer, b, head):
    """-> (teacher's rows' scores, student's) of both directions, for one head"""
    q, k = teacher["queries"][teacher_layer][b, head], teacher["keys"][teacher_layer][b, head]
    jx, jy = joint_slices(b)
    tx, ty = tower_slices(b)
    of = lambda name: student[name][student_layer][b, head]
    scale = 1 / math.sqrt(HEAD_SIZE)
    yield q[jx] @ k[jy].T * scale, of("xQueries")[tx] @ of("yKeys")[ty].T * scale
    yield q[jy] @ k[jx].T * scale, of("yQueries")[ty] @ of("xKeys")[tx].T * scale


def dide(layers):
    terms = []
    for layer, b in itertools.product(layers, range(BATCH)):
        for direction in range(2):
            per_head = []
            for head in range(HEADS):
                t, s = list(blocks(layer, layer, b, head))[direction]
                rows = kl_div(log_softmax(s, -1), softmax(t, -1), reduction="none").sum(-1)
                per_head.append(rows.mean())
            terms.append(torch.stack(per_head).mean())
    return torch.stack(terms).mean()


def virt(pairs, heads):
    terms = []
    for (own, theirs), b in itertools.product(pairs, range(BATCH)):
        for direction in range(2):
            total = 0
            for head in heads:
                t, s = list(blocks(own, theirs, b, head))[direction]
                total = total + ((softmax(s, -1) - softmax(t, -1)) ** 2).sum(-1).mean()
            terms.append(total)
    return torch.stack(terms).mean()


def hidden(pairs):
    terms = []
    for (own, theirs), b in itertools.product(pairs, range(BATCH)):
        for name, tower, joint in zip(("xHidden", "yHidden"), tower_slices(b), joint_slices(b)):
            difference = student[name][own][b][tower] - teacher["hidden"][theirs][b][joint]
            terms.append((difference**2).mean())
    return torch.stack(terms).mean()


def logits_kl(temperature):
    z, t = student["logits"][0] / temperature, teacher["logits"][0] / temperature
    return temperature**2 * kl_div(log_softmax(z, -1), softmax(t, -1), reduction="batchmean")


def logits_mse():
    return torch.nn.functional.mse_loss(student["logits"][0], teacher["logits"][0])


def margin(same_x):
    def score(z, c):
        return z[c] - (z.sum() - z[c]) / (LABELS - 1)

    errors = []
    for i, j in itertools.permutations(range(BATCH), 2):
        if GOLD[i] == GOLD[j] or (same_x and TEXT_OF_X[i] != TEXT_OF_X[j]):
            continue
        z, t, c = student["logits"][0], teacher["logits"][0], GOLD[i]
        errors.append(((score(z[i], c) - score(z[j], c)) - (score(t[i], c) - score(t[j], c))) ** 2)
    return torch.stack(errors).mean()


cases = {
    "virt: two layers by a map, two heads": (
        {"virt": {"layers": "last 2", "layerMap": [1, 3, 2], "heads": [1, 3]}},
        lambda: virt([(1, 2), (2, 1)], [0, 2]),
    ),
    "dide: last layer": ({"dide": {}}, lambda: dide([2])),
    "dide: all layers": ({"dide": {"layers": "all"}}, lambda: dide(range(3))),
    "hidden: all layers": ({"hidden": {}}, lambda: hidden([(0, 0), (1, 1), (2, 2)])),
    "hidden: every second, by a map": (
        {"hidden": {"layers": "every 2", "layerMap": [1, 3, 3]}},
        lambda: hidden([(1, 2)]),
    ),
    "logits: T = 1": ({"logits": {}}, lambda: logits_kl(1)),
    "logits: T = 2.5": ({"logits": {"temperature": 2.5}}, lambda: logits_kl(2.5)),
    "logits: mse": ({"logits": {"loss": "mse"}}, logits_mse),
    "marginMse: in the batch": ({"marginMse": {}}, lambda: margin(False)),
    "marginMse: of one X": ({"marginMse": {"within": "x"}}, lambda: margin(True)),
}


def rounded(tensor):
    return [round(v, 7) for v in tensor.detach().flatten().tolist()]


expected = {}
for name, (config, loss) in cases.items():
    for tensors in student.values():
        for t in tensors:
            t.grad = None
    value = loss()
    value.backward()
    expected[name] = {
        "config": config,
        "loss": value.item(),
        "gradients": {
            key: [rounded(t.grad) if t.grad is not None else None for t in ts]
            for key, ts in student.items()
            if any(t.grad is not None for t in ts)
        },
    }

output = {
    "about": "made by distillation.py",
    "torch": torch.__version__,
    "shape": {
        "layers": LAYERS,
        "batch": BATCH,
        "heads": HEADS,
        "headSize": HEAD_SIZE,
        "labels": LABELS,
        "xContent": X_CONTENT,
        "yContent": Y_CONTENT,
        "jointLength": JOINT_LEN,
        "gold": GOLD,
        "textOfX": TEXT_OF_X,
    },
    "student": {key: [rounded(t) for t in ts] for key, ts in student.items()},
    "teacher": {key: [rounded(t) for t in ts] for key, ts in teacher.items()},
    "expected": expected,
}
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps(output, separators=(",", ":")))
print(path.name, {k: round(v["loss"], 6) for k, v in expected.items()})
