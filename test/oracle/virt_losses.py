"""VIRT's loss in PyTorch, written from the formulas alone: reference numbers for test/losses/virt.test.ts.

    python test/oracle/virt_losses.py        writes virt_losses.json beside this file

Loops over examples with their true lengths instead of masks, so that a masking mistake on the other side
cannot be repeated here. `paper_code` needs the padding: there the padded rows are part of the definition.
"""
import json
import math
from pathlib import Path

import torch

torch.manual_seed(7)
LAYERS, BATCH, HEADS, HEAD_SIZE = 2, 3, 2, 4
X_CONTENT, Y_CONTENT = [3, 1, 4], [2, 5, 3]
X_LEN, Y_LEN = max(X_CONTENT) + 2, max(Y_CONTENT) + 2
JOINT_LEN = max(x + y for x, y in zip(X_CONTENT, Y_CONTENT)) + 3


def random(length, scale=1.5):
    shape = (BATCH, HEADS, length, HEAD_SIZE)
    return (scale * torch.randn(shape, dtype=torch.float64)).float().double()


student = {
    name: [random(X_LEN if "x" in name else Y_LEN).requires_grad_() for _ in range(LAYERS)]
    for name in ("xQueries", "xKeys", "yQueries", "yKeys")
}
teacher = {name: [random(JOINT_LEN) for _ in range(LAYERS)] for name in ("queries", "keys")}
scale = 1 / math.sqrt(HEAD_SIZE)


def teacher_maps(layer, b):
    m, n = X_CONTENT[b], Y_CONTENT[b]
    scores = teacher["queries"][layer][b] @ teacher["keys"][layer][b].transpose(-1, -2) * scale
    x, y = slice(1, 1 + m), slice(2 + m, 2 + m + n)  # [CLS] x [SEP] y [SEP]
    return scores[:, x, y].softmax(-1), scores[:, y, x].softmax(-1)


def student_scores(layer, b, m, n):
    q = {s: student[f"{s}Queries"][layer][b] for s in "xy"}
    k = {s: student[f"{s}Keys"][layer][b] for s in "xy"}
    x, y = slice(1, 1 + m), slice(1, 1 + n)
    return (
        q["x"][:, x] @ k["y"][:, y].transpose(-1, -2) * scale,
        q["y"][:, y] @ k["x"][:, x].transpose(-1, -2) * scale,
    )


def mean_over_examples(of_direction):
    total = 0
    for layer in range(LAYERS):
        for b in range(BATCH):
            logits = student_scores(layer, b, X_CONTENT[b], Y_CONTENT[b])
            for t, s in zip(teacher_maps(layer, b), logits):
                total = total + of_direction(t, s)
    return total / (LAYERS * BATCH * 2)


def default():
    return mean_over_examples(lambda t, s: ((s.softmax(-1) - t) ** 2).sum((0, 2)).mean())


def l2():
    return mean_over_examples(lambda t, s: (s.softmax(-1) - t).norm())


def kl():
    return mean_over_examples(
        lambda t, s: (t * (t.log() - s.log_softmax(-1))).sum((0, 2)).mean()
    )


def padded_map(scores, valid_keys):
    mask = torch.full((scores.shape[-1],), -1e9, dtype=torch.float64)
    mask[:valid_keys] = 0
    return (scores + mask).softmax(-1)


def paper_code():
    m, n = max(X_CONTENT), max(Y_CONTENT)
    total = 0
    for layer in range(LAYERS):
        errors = [[], []]
        for b in range(BATCH):
            q, k = teacher["queries"][layer][b], teacher["keys"][layer][b]
            # Padded rows take what stands there; behind the end of the sequence its last position.
            rows_x = torch.arange(1, 1 + m).clamp(max=JOINT_LEN - 1)
            rows_y = (torch.arange(n) + 2 + X_CONTENT[b]).clamp(max=JOINT_LEN - 1)
            t_xy = padded_map(q[:, rows_x] @ k[:, rows_y].transpose(-1, -2) * scale, Y_CONTENT[b])
            t_yx = padded_map(q[:, rows_y] @ k[:, rows_x].transpose(-1, -2) * scale, X_CONTENT[b])
            s_xy, s_yx = student_scores(layer, b, m, n)
            errors[0].append((padded_map(s_xy, Y_CONTENT[b]) - t_xy) ** 2)
            errors[1].append((padded_map(s_yx, X_CONTENT[b]) - t_yx) ** 2)
        total = total + torch.stack(errors[0]).mean() + torch.stack(errors[1]).mean()
    return HEADS * X_LEN / LAYERS * total


def rounded(tensor):
    return [round(v, 9) for v in tensor.detach().flatten().tolist()]


expected = {}
for name, loss in {"default": default, "paper_code": paper_code, "l2": l2, "kl": kl}.items():
    for tensors in student.values():
        for t in tensors:
            t.grad = None
    value = loss()
    value.backward()
    expected[name] = {
        "loss": value.item(),
        "gradients": {key: [rounded(t.grad) for t in ts] for key, ts in student.items()},
    }

output = {
    "about": "made by virt_losses.py",
    "torch": torch.__version__,
    "shape": {
        "layers": LAYERS,
        "batch": BATCH,
        "heads": HEADS,
        "headSize": HEAD_SIZE,
        "xContent": X_CONTENT,
        "yContent": Y_CONTENT,
        "jointLength": JOINT_LEN,
    },
    "student": {key: [rounded(t) for t in ts] for key, ts in student.items()},
    "teacher": {key: [rounded(t) for t in ts] for key, ts in teacher.items()},
    "expected": expected,
}
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps(output, separators=(",", ":")))
print(path.name, {k: round(v["loss"], 6) for k, v in expected.items()})
