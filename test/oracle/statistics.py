"""Numbers of scipy, scikit-learn and statsmodels that src-main/stats is checked against.

    pip install numpy scipy scikit-learn statsmodels
    python test/oracle/statistics.py        # writes statistics.json beside itself
"""

import json
from pathlib import Path

import numpy as np
from scipy import special, stats
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(5)
out = {"versions": {}}
for package in ("numpy", "scipy", "sklearn", "statsmodels"):
    out["versions"][package] = __import__(package).__version__

# Distributions ---------------------------------------------------------------------------------------------
out["distributions"] = {
    "normalTwoSided": [[z, 2 * stats.norm.sf(z)] for z in (0.0, 0.1, 1.0, 1.96, 4.5, 8.0)],
    "chiSquaredUpper": [
        [x, df, stats.chi2.sf(x, df)] for x in (0.01, 0.5, 3.84, 20.0, 90.0) for df in (1, 4, 11)
    ],
    "studentTwoSided": [
        [t, df, 2 * stats.t.sf(t, df)] for t in (0.0, 0.3, 2.0, 12.7, 60.0) for df in (1, 2, 9, 120)
    ],
    "studentCritical": [
        [level, df, stats.t.ppf((1 + level) / 2, df)] for level in (0.9, 0.95, 0.99) for df in (1, 2, 4, 30)
    ],
    "binomialCdf": [
        [k, n, p, stats.binom.cdf(k, n, p)]
        for k, n, p in ((0, 5, 0.5), (2, 5, 0.5), (5, 5, 0.5), (40, 100, 0.5), (480, 1000, 0.5), (3, 20, 0.3))
    ],
    "clopperPearson": [
        [k, n, *stats.binomtest(k, n).proportion_ci(0.95, "exact")] for k, n in ((0, 9), (3, 10), (9, 9), (70, 200))
    ],
    "logGamma": [[x, special.gammaln(x)] for x in (0.1, 0.5, 1.0, 3.3, 10.0, 1000.0)],
}

# Over seeds ------------------------------------------------------------------------------------------------
def seeds(n, shift, ties=False):
    a = rng.normal(0.8, 0.01, n)
    b = a - shift - rng.normal(0, 0.006, n)
    return (np.round(a, 2), np.round(b, 2)) if ties else (a, b)


cases = [(*seeds(n, shift), "distinct") for n, shift in ((2, 0.02), (5, 0.01), (6, 0.02), (10, 0.0), (30, 0.003), (80, 0.001))]
cases += [(*seeds(n, 0.01, ties=True), "ties and zeros") for n in (6, 9, 12)]
out["seeds"] = []
for a, b, kind in cases:
    d = a - b
    t = stats.ttest_rel(a, b)
    # Rounded, as subtractions leave noise behind that would split ties.
    rounded = np.round(d, 12)
    kept = rounded[rounded != 0]
    n = len(kept)
    if kind == "distinct":
        w = stats.wilcoxon(rounded, method="exact" if n <= 50 else "asymptotic", correction=False)
        statistic, p = w.statistic, w.pvalue
    else:
        # All 2^n signs.
        ranks = stats.rankdata(np.abs(kept))
        signs = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        sums = signs @ ranks
        statistic = min((ranks * (kept > 0)).sum(), (ranks * (kept < 0)).sum())
        p = min(1.0, 2 * np.mean(sums <= statistic))
    mean_a = stats.t.interval(0.95, len(a) - 1, a.mean(), stats.sem(a))
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    out["seeds"].append(
        {
            "kind": kind,
            "a": a.tolist(),
            "b": b.tolist(),
            "mean": a.mean(),
            "std": a.std(ddof=1),
            "interval": [float(x) for x in mean_a],
            "t": [t.statistic, t.pvalue],
            "differenceInterval": [float(x) for x in t.confidence_interval(0.95)],
            "wilcoxon": [float(statistic), float(p)],
            "cohensD": (a.mean() - b.mean()) / pooled,
        }
    )

# Over examples ---------------------------------------------------------------------------------------------
def answers(n, classes, accuracy):
    gold = rng.integers(0, classes, n)
    other = (gold + rng.integers(1, classes, n)) % classes
    return gold, lambda share: np.where(rng.random(n) < share, gold, other)


out["mcnemar"] = []
for b, c in ((0, 4), (1, 9), (3, 5), (12, 30), (200, 251), (7, 0)):
    table = [[50, b], [c, 20]]
    exact = mcnemar(table, exact=True)
    chi2 = mcnemar(table, exact=False, correction=True)
    low, high = stats.binomtest(b, b + c).proportion_ci(0.95, "exact")
    out["mcnemar"].append(
        {
            "onlyA": b,
            "onlyB": c,
            "exact": [exact.statistic, exact.pvalue],
            "chi2": [chi2.statistic, chi2.pvalue],
            "oddsRatio": [b / c if c else None, low / (1 - low), high / (1 - high) if high < 1 else None],
        }
    )

gold, answer = answers(400, 3, 0.8)
a = [answer(0.84).tolist() for _ in range(3)]
b = [answer(0.80).tolist() for _ in range(3)]
right = lambda predicted: (np.array(predicted) == gold).astype(float)
per_example = np.mean([right(x) for x in a], axis=0) - np.mean([right(x) for x in b], axis=0)
boot = stats.bootstrap(
    (per_example,), np.mean, n_resamples=200_000, method="percentile", rng=np.random.default_rng(1)
).confidence_interval
draws = per_example[rng.integers(0, 400, (200_000, 400))].mean(axis=1)
swaps = stats.permutation_test(
    (per_example, np.zeros(400)),
    lambda x, y, axis: (x - y).mean(axis=axis),
    permutation_type="samples",
    vectorized=True,
    n_resamples=200_000,
    batch=2_000,
    rng=np.random.default_rng(2),
)
example_interval = stats.t.interval(0.95, 399, per_example.mean(), stats.sem(per_example))
macro = lambda predicted, at: f1_score(gold[at], np.array(predicted)[at], average="macro", labels=[0, 1, 2])
macro_difference = np.mean([macro(x, np.arange(400)) for x in a]) - np.mean([macro(x, np.arange(400)) for x in b])
macro_draws = []
for _ in range(4_000):
    at = rng.integers(0, 400, 400)
    macro_draws.append(np.mean([macro(x, at) for x in a]) - np.mean([macro(x, at) for x in b]))
out["examples"] = {
    "gold": gold.tolist(),
    "a": a,
    "b": b,
    "accuracy": [accuracy_score(gold, a[0]), accuracy_score(gold, b[0])],
    "difference": per_example.mean(),
    "interval": [float(x) for x in example_interval],
    "bootstrapInterval": [boot.low, boot.high],
    "bootstrapP": float(np.mean(np.abs(draws - per_example.mean()) >= abs(per_example.mean()) - 1e-12)),
    "randomizationP": swaps.pvalue,
    "macroF1Difference": macro_difference,
    "macroF1BootstrapInterval": np.percentile(macro_draws, [2.5, 97.5]).tolist(),
}

# Few differing examples: every exchange is tried, here and there.
few = [1.0] * 6 + [-1.0] * 2 + [0.0] * 12
exact = stats.permutation_test(
    (np.array(few), np.zeros(20)),
    lambda x, y, axis: (x - y).mean(axis=axis),
    permutation_type="samples",
    vectorized=True,
    n_resamples=np.inf,
    batch=4_096,
)
out["exactRandomization"] = {"differences": few, "p": exact.pvalue}

# Holm ------------------------------------------------------------------------------------------------------
out["holm"] = []
for p in ([0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.001], [0.2], [0.02, 0.02, 0.02, 0.9, 0.04]):
    out["holm"].append({"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()})

Path(__file__).with_suffix(".json").write_text(
    json.dumps(out, default=float).replace("NaN", "null") + "\n"
)
