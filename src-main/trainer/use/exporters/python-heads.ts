import {
  towerLayers,
  type ModelConfig,
  type ModelType,
} from '../../../../src-shared/config/model.ts'
import type { EncoderConfig } from '../../models/model.ts'

type PythonHead = (config: ModelConfig, encoder: EncoderConfig) => string

const classify = (features: string) => `logits = linear(${features}, "virtlab.classifier")`

const features = (fused: string) =>
  `torch.cat([u, v, (u - v).abs(), ${fused === 'product' ? 'u * v' : 'torch.maximum(u, v) ** 2'}], 1)`

/** Layers that read both texts, over the joined vectors of X and Y; then as `pooling` says. */
function joint(config: ModelConfig, encoder: EncoderConfig, keep: [string, string]): string {
  const depth = encoder.numHiddenLayers
  const split = towerLayers[config.type](depth, config)
  const upper =
    split < depth
      ? `upper = bert.encoder.layer[${split}:]`
      : `from transformers.models.bert.modeling_bert import BertLayer
joint = BertLayer(bert.config).eval()
joint.load_state_dict({k[14:]: v for k, v in weights.items() if k.startswith("virtlab.joint.")})
upper = [joint]`
  return `${upper}
bert.encoder.layer = bert.encoder.layer[:${split}]
x, x_mask = tower(X, info["xMaxLength"])
y, y_mask = tower(Y, info["yMaxLength"])
hidden = torch.cat([x${keep[0]}, y${keep[1]}], 1)
mask = torch.cat([x_mask${keep[0]}, y_mask${keep[1]}], 1)
for layer in upper:
    hidden = layer(hidden, (1 - mask)[:, None, None] * -1e9)
    hidden = hidden[0] if isinstance(hidden, tuple) else hidden
${classify(config.pooling === 'cls' ? 'torch.tanh(linear(hidden[:, 0], "bert.pooler.dense"))' : 'mean(hidden, mask)')}`
}

const towers = `x, x_mask = tower(X, info["xMaxLength"])  # [1, tokens, hidden]; Y's can be kept
y, y_mask = tower(Y, info["yMaxLength"])
`

/** How a model's logits come of transformers' hidden states, in Python, for the README of an export. */
export const pythonHeads: Record<ModelType, PythonHead> = {
  cross_encoder: ({ pooling }) => `tokens = tokenizer(X, Y, truncation=True, return_tensors="pt")
hidden = bert(**tokens).last_hidden_state
pooled = ${pooling === 'cls' ? 'torch.tanh(linear(hidden[:, 0], "bert.pooler.dense"))' : 'mean(hidden, tokens.attention_mask.float())'}
logits = linear(pooled, "classifier")`,
  bi_encoder: () => `${towers}${classify('torch.cat([mean(x, x_mask), mean(y, y_mask)], 1)')}`,
  sbert: () => `${towers}u, v = mean(x, x_mask), mean(y, y_mask)
${classify(features('max_squared'))}`,
  deformer: (config, encoder) => joint(config, encoder, ['', '']),
  dipair: (config, encoder) =>
    joint(config, encoder, [`[:, :${config.keepX}]`, `[:, :${config.keepY}]`]),
  poly_encoder: ({ codes, codeCount, score }) => `${towers}q = mean(x, x_mask)[:, None]
${codes === 'first' ? `codes = y[:, :${codeCount}]` : `codes = (weights["virtlab.codes"][None] @ y.mT).softmax(-1) @ y`}
read = ((q @ codes.mT / q.shape[-1] ** 0.5).softmax(-1) @ codes)[:, 0]
${classify(score === 'linear' ? 'read' : '(read * q[:, 0]).sum(1, keepdim=True) / q.shape[-1] ** 0.5')}`,
  colbert: ({
    tokenSize,
  }) => `${towers}def by_label(rows):  # [1, tokens, hidden] -> [1, labels, tokens, ${tokenSize}], of length 1
    rows = linear(rows, "virtlab.labels").unflatten(-1, (-1, ${tokenSize}))
    return (rows * (rows.square().sum(-1, keepdim=True) + 1e-12).rsqrt()).transpose(1, 2)
x, y = by_label(linear(x, "virtlab.x")), by_label(linear(y, "virtlab.y"))
logits = (x @ y.mT).amax(3).sum(2)  # one pair: nothing is padding`,
  virt_encoder: ({
    fusion,
  }) => `${towers}def reads(a, a_mask, b):  # the mean over a's tokens of what each reads of b
    return mean((a @ b.mT / a.shape[-1] ** 0.5).softmax(-1) @ b, a_mask)
u, v = reads(x, x_mask, y), reads(y, y_mask, x)
r = ${features(fusion)}
${classify('linear(r, "virtlab.interaction") + r')}`,
}

/** A program that scores one pair, given as its two arguments, in the folder of the export. */
export const pythonExample = (
  config: ModelConfig,
  encoder: EncoderConfig,
): string => `import json, sys
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

torch.set_grad_enabled(False)
X, Y = sys.argv[1:3]
tokenizer = AutoTokenizer.from_pretrained(".")
bert = AutoModel.from_pretrained(".").eval()
weights = load_file("model.safetensors")
info = json.load(open("virtlab.json", encoding="utf-8"))


def linear(x, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def mean(rows, mask):  # [texts, tokens, width], [texts, tokens] -> [texts, width]
    return (rows * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def tower(text, max_length):  # [CLS] text [SEP] -> hidden states, mask
    tokens = tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")
    return bert(**tokens).last_hidden_state, tokens.attention_mask.float()


${pythonHeads[config.type](config, encoder)}
print(json.dumps({"labels": info["labels"], "logits": logits[0].tolist()}))`
