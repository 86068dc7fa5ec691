"""Metrics by scikit-learn and scipy: reference numbers for test/trainer/metrics.test.ts.

    python test/oracle/metrics.py        writes metrics.json beside this file

Each task has random answers (logits), gold classes and queries. Scores are not tied here: how ties count is Virtlab's own
rule. MRR and P@1 are written out, since neither library has them.
"""
import json
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.special import log_softmax, softmax
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    log_loss,
    matthews_corrcoef,
    ndcg_score,
)

rng = np.random.default_rng(5)


def answers(examples, classes, skill, queries):
    gold = rng.integers(0, classes, examples)
    logits = rng.normal(size=(examples, classes)).astype(np.float32)
    logits[np.arange(examples), gold] += np.float32(skill)
    return gold, logits, rng.integers(0, queries, examples)


def rankings(scores, gains, queries):
    """queries that have a relevant candidate -> (gains, scores) of their candidates"""
    for query in np.unique(queries):
        of = queries == query
        if (gains[of] > 0).any():
            yield gains[of].astype(float), scores[of]


def ranked(scores, gains, queries):
    mrr, ap, p1, ndcg = [], [], [], []
    for g, s in rankings(scores, gains, queries):
        order = np.argsort(-s)
        mrr.append(1 / (1 + np.flatnonzero(g[order] > 0)[0]))
        p1.append(float(g[order][0] > 0))
        ap.append(average_precision_score(g > 0, s))
        ndcg.append(ndcg_score([g], [s]) if len(g) > 1 else 1.0)
    return dict(mrr=np.mean(mrr), map=np.mean(ap), p_at_1=np.mean(p1), ndcg=np.mean(ndcg))


def classified(gold, logits):
    predicted = logits.argmax(1)
    classes = logits.shape[1]
    scores = dict(
        accuracy=accuracy_score(gold, predicted),
        macro_f1=f1_score(gold, predicted, average="macro", labels=range(classes), zero_division=0),
        mcc=matthews_corrcoef(gold, predicted),
        loss=log_loss(gold, softmax(logits.astype(np.float64), 1), labels=range(classes)),
    )
    if classes == 2:
        scores["f1"] = f1_score(gold, predicted)
    return scores


tasks = []


def add(name, config, labels, gold, logits, queries, scores):
    tasks.append(
        dict(
            name=name,
            config=config,
            labels=labels,
            gold=gold.tolist(),
            logits=[[float(v) for v in row] for row in logits],
            queries=[f"q{q}" for q in queries],
            scores={k: float(v) for k, v in scores.items()},
        )
    )


gold, logits, queries = answers(40, 2, 0.7, 8)
add("two labels", {}, ["no", "yes"], gold, logits, queries, classified(gold, logits))
odds = (logits[:, 1] - logits[:, 0]).astype(np.float64)
add(
    "two labels, ranked by a column",
    {"rankBy": "column"},
    ["no", "yes"],
    gold,
    logits,
    queries,
    classified(gold, logits) | ranked(odds, gold == 1, queries),
)
gold, logits, queries = answers(50, 3, 0.9, 9)
probability = log_softmax(logits.astype(np.float64), 1)[:, 0]
add(
    "three labels, ranked by X, the first relevant",
    {"rankBy": "x", "relevant": "good"},
    ["good", "fair", "bad"],
    gold,
    logits,
    queries,
    classified(gold, logits) | ranked(probability, gold == 0, queries),
)
gold, logits, queries = answers(60, 4, 0.8, 12)
values = np.array([0, 1, 2.5, 5])
expected = softmax(logits.astype(np.float64), 1) @ values
add(
    "scores, ranked by Y",
    {"scale": "ordinal", "rankBy": "y"},
    ["0", "1", "2.5", "5"],
    gold,
    logits,
    queries,
    classified(gold, logits)
    | dict(pearson=pearsonr(values[gold], expected)[0], spearman=spearmanr(values[gold], expected)[0])
    | ranked(expected, values[gold], queries),
)

path = Path(__file__).with_suffix(".json")
versions = {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}
path.write_text(json.dumps({"about": "made by metrics.py", "versions": versions, "tasks": tasks}) + "\n")
for task in tasks:
    print(task["name"], {k: round(v, 4) for k, v in task["scores"].items()})
