"""What test/stats/rankings.test.ts holds paired tests over queries against: scipy on the differences of MRR."""

import json
from pathlib import Path

import numpy as np
from scipy import stats

# The rank of the one relevant candidate of each query, of two systems.
a = [1, 1, 2, 1, 1, 3, 1, 2, 1, 1]
b = [2, 3, 1, 4, 2, 4, 3, 2, 4, 2]
reciprocal = lambda ranks: 1 / np.array(ranks)
d = np.round(reciprocal(a) - reciprocal(b), 12)
everything = dict(n_resamples=np.inf)
wilcoxon = stats.wilcoxon(d, method=stats.PermutationMethod(**everything))
swaps = stats.permutation_test((d,), np.mean, permutation_type="samples", **everything)
bootstrap = stats.bootstrap((d,), np.mean, method="percentile", n_resamples=100_000, rng=np.random.default_rng(1))
out = {
    "a": a,
    "b": b,
    "mrr": [reciprocal(a).mean(), reciprocal(b).mean()],
    "wilcoxon": [wilcoxon.statistic, wilcoxon.pvalue],
    "randomization": swaps.pvalue,
    "bootstrapInterval": list(bootstrap.confidence_interval),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(out, default=float) + "\n")
