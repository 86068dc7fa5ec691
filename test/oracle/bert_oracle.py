"""Reference numbers for test/models: a tiny random BERT by transformers, the pair models' heads by hand.

    python test/oracle/bert_oracle.py

Needs torch, transformers, safetensors. Writes bert_oracle.json (configuration, token ids, losses) and
bert_oracle.safetensors beside itself:
    weights/<case>/<parameter>           the head's; the encoder's under weights/encoder/
    trace/<joint|x|y>/<queries|keys|hidden>.<layer>
    logits/<case>, gradients/<case>/<parameter>    gradients of the mean cross-entropy
The heads are written from virt.md and the paper's notes, not from Virtlab's code.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy, softmax
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer

HERE = Path(__file__).parent
CLS, SEP, PAD = 1, 2, 0
LABELS = 3
TOKEN_SIZE, CODES, KEEP = 5, 3, (3, 2)  # small, so that some texts are longer and some shorter

config = dict(
    vocab_size=32,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    max_position_embeddings=20,
    type_vocab_size=2,
    layer_norm_eps=1e-12,
    hidden_act="gelu",
    initializer_range=0.3,  # large, so that attention is far from uniform
    pad_token_id=PAD,
)


def make_bert(hidden_act):
    torch.manual_seed(7)
    bert = BertModel(BertConfig(**{**config, "hidden_act": hidden_act})).eval()
    generator = torch.Generator().manual_seed(8)
    with torch.no_grad():  # biases and LayerNorm start at 0 and 1, which would hide mistakes
        for name, parameter in bert.named_parameters():
            if name.endswith("bias") or "LayerNorm" in name:
                parameter += 0.2 * torch.randn(parameter.shape, generator=generator)
    return bert


def linear(seed, out, inputs):
    generator = torch.Generator().manual_seed(seed)
    layer = nn.Linear(inputs, out)
    with torch.no_grad():
        layer.weight.copy_(0.3 * torch.randn(out, inputs, generator=generator))
        layer.bias.copy_(0.3 * torch.randn(out, generator=generator))
    return layer


def make_pairs():
    generator = torch.Generator().manual_seed(9)
    ids = lambda n: torch.randint(3, config["vocab_size"], (n,), generator=generator).tolist()
    lengths = [(5, 3), (2, 6), (4, 1), (1, 4)]
    return [dict(x=ids(x), y=ids(y), label=i % LABELS) for i, (x, y) in enumerate(lengths)]


def block(rows):
    """rows of (token ids, segment ids), special tokens among them -> padded tensors"""
    length = max(len(ids) for ids, _ in rows)
    pad = lambda values, fill: values + [fill] * (length - len(values))
    return dict(
        input_ids=torch.tensor([pad(ids, PAD) for ids, _ in rows]),
        token_type_ids=torch.tensor([pad(segments, 0) for _, segments in rows]),
        attention_mask=torch.tensor([pad([1] * len(ids), 0) for ids, _ in rows]),
    )


def tower(pairs, side):
    rows = [[CLS, *pair[side], SEP] for pair in pairs]
    return block([(row, [0] * len(row)) for row in rows])


def joint(pairs):
    rows = []
    for pair in pairs:
        x, y = [CLS, *pair["x"], SEP], [*pair["y"], SEP]
        rows.append((x + y, [0] * len(x) + [1] * len(y)))
    return block(rows)


def traced(bert, inputs):
    """-> outputs and every layer's raw query and key projections as [batch, heads, length, head size]"""
    kept, hooks = {}, []
    heads = config["num_attention_heads"]

    def keep(key):
        def hook(_module, _inputs, output):
            batch, length, hidden = output.shape
            split = output.view(batch, length, heads, hidden // heads).transpose(1, 2)
            kept[key] = split.detach().contiguous()

        return hook

    for index, layer in enumerate(bert.encoder.layer):
        attention = layer.attention.self
        hooks.append(attention.query.register_forward_hook(keep(f"queries.{index}")))
        hooks.append(attention.key.register_forward_hook(keep(f"keys.{index}")))
    outputs = bert(**inputs, output_hidden_states=True)
    for hook in hooks:
        hook.remove()
    for index, hidden in enumerate(outputs.hidden_states[1:]):
        kept[f"hidden.{index}"] = hidden.detach().contiguous()
    return outputs, kept


def mean_pool(hidden, mask):
    """the mean of each example's valid tokens"""
    return torch.stack([states[valid.bool()].mean(0) for states, valid in zip(hidden, mask)])


def features(u, v, last):
    return torch.cat([u, v, (u - v).abs(), last], dim=-1)


def attend(reader, reader_mask, read, read_mask):
    """one example at a time and only over its valid tokens, so padding cannot matter"""
    rows = []
    for h, h_valid, other, other_valid in zip(reader, reader_mask, read, read_mask):
        h, other = h[h_valid.bool()], other[other_valid.bool()]
        attention = softmax(h @ other.T / h.shape[-1] ** 0.5, dim=-1)
        rows.append((attention @ other).mean(0))
    return torch.stack(rows)


def virt_head(heads, towers, fusion):
    (x, x_mask), (y, y_mask) = towers
    u, v = attend(x, x_mask, y, y_mask), attend(y, y_mask, x, x_mask)
    last = torch.maximum(u, v) ** 2 if fusion == "max_squared" else u * v
    r = features(u, v, last)
    return heads["virtlab.classifier"](heads["virtlab.interaction"](r) + r)


d = config["hidden_size"]
heads = {
    "cross_encoder": {"classifier": linear(11, LABELS, d)},
    "bi_encoder": {"virtlab.classifier": linear(12, LABELS, 2 * d)},
    "sbert": {"virtlab.classifier": linear(13, LABELS, 4 * d)},
    "virt_encoder": {
        "virtlab.interaction": linear(14, 4 * d, 4 * d),
        "virtlab.classifier": linear(15, LABELS, 4 * d),
    },
    "deformer": {"virtlab.classifier": linear(16, LABELS, d)},
    "dipair": {"virtlab.classifier": linear(17, LABELS, d)},
    "poly_encoder_linear": {"virtlab.classifier": linear(18, LABELS, d)},
    "poly_encoder_dot": {"virtlab.classifier": linear(19, LABELS, 1)},
    "colbert": {
        "virtlab.x": linear(20, TOKEN_SIZE, d),
        "virtlab.y": linear(21, TOKEN_SIZE, d),
        "virtlab.labels": linear(22, LABELS * TOKEN_SIZE, TOKEN_SIZE),
    },
}


def make_layer():
    """a transformer layer that no BERT brought along"""
    torch.manual_seed(23)
    layer = BertLayer(make_bert("gelu").config).eval()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += 0.2 * torch.randn(parameter.shape)
    return layer


class Codes(nn.Module):
    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(24)
        self.weight = nn.Parameter(0.5 * torch.randn(CODES, d, generator=generator))


def run_layers(layers, hidden):
    """[length, hidden] of one example without padding through transformer layers"""
    hidden = hidden[None]
    for layer in layers:
        output = layer(hidden)
        hidden = output[0] if isinstance(output, tuple) else output
    return hidden[0]


def joint_logits(bert, head, pairs, split, pooling, keep=(None, None), extra=()):
    """deformer, dipair: one example at a time, so there is no padding to mask"""
    pooled = []
    for pair in pairs:
        sides = []
        for side, kept in zip(("x", "y"), keep):
            ids = torch.tensor([[CLS, *pair[side], SEP]])
            embedded = bert.embeddings(input_ids=ids, token_type_ids=torch.zeros_like(ids))[0]
            sides.append(run_layers(bert.encoder.layer[:split], embedded)[:kept])
        joint = run_layers([*bert.encoder.layer[split:], *extra], torch.cat(sides))
        pooled.append(bert.pooler(joint[None])[0] if pooling == "cls" else joint.mean(0))
    return head["virtlab.classifier"](torch.stack(pooled))


def poly_logits(head, towers, score, codes=None):
    rows = []
    for x, x_valid, y, y_valid in zip(*towers[0], *towers[1]):
        x, y = x[x_valid.bool()], y[y_valid.bool()]
        q = x.mean(0)
        c = y[:CODES] if codes is None else softmax(codes.weight @ y.T, dim=-1) @ y
        a = softmax(c @ q / d**0.5, dim=-1) @ c
        rows.append(a if score == "linear" else (a @ q / d**0.5)[None])
    return head["virtlab.classifier"](torch.stack(rows))


def colbert_logits(head, towers):
    rows = []
    for x, x_valid, y, y_valid in zip(*towers[0], *towers[1]):
        vectors = {}
        for side, hidden in (("x", x[x_valid.bool()]), ("y", y[y_valid.bool()])):
            projected = head["virtlab.labels"](head[f"virtlab.{side}"](hidden))
            vectors[side] = nn.functional.normalize(projected.view(-1, LABELS, TOKEN_SIZE), dim=-1)
        similarity = torch.einsum("icd,jcd->cij", vectors["x"], vectors["y"])
        rows.append(similarity.max(dim=2).values.sum(1))
    return torch.stack(rows)


def bi_logits(head, towers):
    (x, x_mask), (y, y_mask) = towers
    return head["virtlab.classifier"](torch.cat([mean_pool(x, x_mask), mean_pool(y, y_mask)], -1))


def sbert_logits(head, towers):
    (x, x_mask), (y, y_mask) = towers
    u, v = mean_pool(x, x_mask), mean_pool(y, y_mask)
    return head["virtlab.classifier"](features(u, v, torch.maximum(u, v) ** 2))


def cross_logits(head, outputs, mask, pooling):
    pooled = outputs.pooler_output if pooling == "cls" else mean_pool(outputs.last_hidden_state, mask)
    return head["classifier"](pooled)


# case -> (model type, settings that differ from the defaults)
cases = {
    "cross_encoder_cls": ("cross_encoder", {"pooling": "cls"}),
    "cross_encoder_mean": ("cross_encoder", {"pooling": "mean"}),
    "bi_encoder": ("bi_encoder", {}),
    "sbert": ("sbert", {}),
    "virt_encoder_max_squared": ("virt_encoder", {"fusion": "max_squared"}),
    "virt_encoder_product": ("virt_encoder", {"fusion": "product"}),
    "deformer_cls": ("deformer", {"pooling": "cls"}),
    "deformer_mean": ("deformer", {"pooling": "mean", "splitLayer": 1}),
    "dipair_own_layer": ("dipair", {"pooling": "mean", "keepX": KEEP[0], "keepY": KEEP[1]}),
    "dipair_fresh_layer": (
        "dipair",
        {"pooling": "cls", "keepX": KEEP[0], "keepY": KEEP[1], "splitLayer": 2},
    ),
    "poly_encoder_first": ("poly_encoder", {"codeCount": CODES}),
    "poly_encoder_learnt": ("poly_encoder", {"codeCount": CODES, "codes": "learnt"}),
    "poly_encoder_dot": ("poly_encoder", {"codeCount": CODES, "codes": "learnt", "score": "dot"}),
    "colbert": ("colbert", {"tokenSize": TOKEN_SIZE}),
    "cross_encoder_gelu_new": ("cross_encoder", {"hidden_act": "gelu_new"}),
    "cross_encoder_relu": ("cross_encoder", {"hidden_act": "relu"}),
}

pairs = make_pairs()
labels = torch.tensor([pair["label"] for pair in pairs])
blocks = {"joint": joint(pairs), "x": tower(pairs, "x"), "y": tower(pairs, "y")}
tensors, losses = {}, {}

bert = make_bert("gelu")
for name, parameter in bert.named_parameters():
    tensors[f"weights/encoder/bert.{name}"] = parameter.detach()
with torch.no_grad():
    for name, inputs in blocks.items():
        for key, value in traced(bert, inputs)[1].items():
            tensors[f"trace/{name}/{key}"] = value


def head_of(model, settings):
    """the head's modules by the name that their parameters have, fresh for every case"""
    score = settings.get("score", "linear")
    head = dict(heads[f"{model}_{score}" if model == "poly_encoder" else model])
    if settings.get("codes") == "learnt":
        head["virtlab.codes"] = Codes()
    if model == "dipair" and settings.get("splitLayer") == config["num_hidden_layers"]:
        head["virtlab.joint"] = make_layer()
    return head


def head_parameters(head):
    for module, layer in head.items():
        for name, parameter in layer.named_parameters():
            yield ("virtlab.codes" if isinstance(layer, Codes) else f"{module}.{name}"), parameter


def logits_of(model, bert, head, settings):
    if model == "cross_encoder":
        inputs = blocks["joint"]
        return cross_logits(head, bert(**inputs), inputs["attention_mask"], settings.get("pooling", "cls"))
    if model in ("deformer", "dipair"):
        split = settings.get("splitLayer", config["num_hidden_layers"] - 1)
        keep = (settings.get("keepX"), settings.get("keepY"))
        extra = [head["virtlab.joint"]] if "virtlab.joint" in head else []
        return joint_logits(bert, head, pairs, split, settings["pooling"], keep, extra)
    towers = [
        (bert(**blocks[side]).last_hidden_state, blocks[side]["attention_mask"]) for side in ("x", "y")
    ]
    return {
        "bi_encoder": lambda: bi_logits(head, towers),
        "sbert": lambda: sbert_logits(head, towers),
        "poly_encoder": lambda: poly_logits(
            head, towers, settings.get("score", "linear"), head.get("virtlab.codes")
        ),
        "colbert": lambda: colbert_logits(head, towers),
        "virt_encoder": lambda: virt_head(head, towers, settings["fusion"]),
    }[model]()


for case, (model, settings) in cases.items():
    activation = settings.get("hidden_act", "gelu")
    bert, head = make_bert(activation), head_of(model, settings)
    for layer in head.values():
        layer.zero_grad()
    logits = logits_of(model, bert, head, settings)
    loss = cross_entropy(logits, labels)
    loss.backward()
    losses[case] = loss.item()
    tensors[f"logits/{case}"] = logits.detach()
    if activation == "gelu":
        named = {f"bert.{name}": p for name, p in bert.named_parameters()}
    else:  # what only the activation's slope can have changed
        named = {f"bert.{n}": p for n, p in bert.named_parameters() if "layer.0.intermediate" in n}
    for name, parameter in head_parameters(head):
        tensors[f"weights/{case}/{name}"] = parameter.detach()
        named[name] = parameter
    for name, parameter in named.items():
        if parameter.grad is not None:
            tensors[f"gradients/{case}/{name}"] = parameter.grad.detach()

save_file({k: v.clone().contiguous() for k, v in tensors.items()}, HERE / "bert_oracle.safetensors")
(HERE / "bert_oracle.json").write_text(
    json.dumps(
        dict(
            config=config,
            specials=dict(cls=CLS, sep=SEP, pad=PAD),
            labels=LABELS,
            pairs=pairs,
            cases={c: dict(type=t, settings=s, loss=losses[c]) for c, (t, s) in cases.items()},
        ),
        indent=1,
    )
    + "\n"
)
