"""How often a method is right, and how sure that figure is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev


def pass_at(samples: int, right: int, k: int) -> float:
    """The unbiased estimate of pass@k for one problem (arXiv:2107.03374): 1 − C(n−c, k) / C(n, k).

    Of `samples` answers `right` are right; `k` of them at the most. `ValueError` for counts that cannot be.
    """
    if not 0 <= right <= samples or not 1 <= k <= samples:
        raise ValueError(f"pass@{k} of {right} right among {samples} cannot be")
    if samples - right < k:
        return 1.0
    return 1.0 - math.prod((samples - right - place) / (samples - place) for place in range(k))


def interval(values: Sequence[float], z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a mean of values between 0 and 1.

    For shares of yes and no it is Wilson's; for other values the normal one, cut to 0 and 1. One such value
    alone says nothing: from 0 to 1.
    """
    count = len(values)
    if count == 0:
        return 0.0, 1.0
    mean = fmean(values)
    if set(values) <= {0.0, 1.0}:
        centre = (mean + z * z / (2 * count)) / (1 + z * z / count)
        half = z * math.sqrt(mean * (1 - mean) / count + z * z / (4 * count * count)) / (1 + z * z / count)
        return max(0.0, centre - half), min(1.0, centre + half)
    if count == 1:
        return 0.0, 1.0
    half = z * stdev(values) / math.sqrt(count)
    return max(0.0, mean - half), min(1.0, mean + half)
