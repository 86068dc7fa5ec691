"""torch.optim.AdamW step by step, for test/backends/adam-w.test.ts. Writes adamw.json beside this file.

    python test/oracle/adamw.py        (torch, CPU)
"""

import json
from pathlib import Path

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float32)

# Two parameters, the second without decay as biases are; gradients of several magnitudes and an exact 0.
shapes = {"weight": (3, 4), "bias": (5,)}
decays = {"weight": True, "bias": False}
cases = [
    {"name": "BERT recipe", "lr": 5e-5, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01, "scale": 1.0},
    {"name": "clipped gradients", "lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-6, "weight_decay": 0.1, "scale": 0.37},
    {"name": "large epsilon", "lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-2, "weight_decay": 0.5, "scale": 1.0},
    {"name": "no decay", "lr": 2e-3, "betas": (0.9, 0.98), "eps": 1e-9, "weight_decay": 0.0, "scale": 2.0},
]
steps = 12

out = {"torch": torch.__version__.split("+")[0], "shapes": shapes, "decays": decays, "cases": []}
for case in cases:
    start = {name: torch.randn(shape) for name, shape in shapes.items()}
    parameters = {name: torch.nn.Parameter(value.clone()) for name, value in start.items()}
    optimizer = torch.optim.AdamW(
        [
            {"params": [parameters[name]], "weight_decay": case["weight_decay"] if decays[name] else 0.0}
            for name in shapes
        ],
        lr=case["lr"],
        betas=case["betas"],
        eps=case["eps"],
        foreach=False,
    )
    gradients, weights = [], []
    for step in range(steps):
        gradient = {}
        for name, shape in shapes.items():
            g = torch.randn(shape) * 10.0 ** torch.randint(-4, 2, shape)
            g.view(-1)[step % g.numel()] = 0.0
            gradient[name] = g
            parameters[name].grad = g * case["scale"]
        optimizer.step()
        gradients.append({name: g.flatten().tolist() for name, g in gradient.items()})
        weights.append({name: p.detach().flatten().tolist() for name, p in parameters.items()})
    state = {name: optimizer.state[parameters[name]] for name in shapes}
    out["cases"].append(
        {
            **case,
            "start": {name: value.flatten().tolist() for name, value in start.items()},
            "gradients": gradients,
            "weights": weights,
            "m": {name: s["exp_avg"].flatten().tolist() for name, s in state.items()},
            "v": {name: s["exp_avg_sq"].flatten().tolist() for name, s in state.items()},
        }
    )

Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
