"""Whether two rates differ by more than chance: the two-proportion z-test with pooled variance, two-sided.

`p` is how likely a difference of this size or more would be if both had the same rate. With fewer than 30 in either,
the normal distribution says little, and there is no p. A segment is compared with the whole as two groups that share
nobody: itself, and everybody else.
"""

from __future__ import annotations

import math

from analytics.results.series import Number, neat

FEWEST = 30
METHOD = "two-proportion z-test"


def significance(converted: int, entered: int, other_converted: int, other_entered: int) -> tuple[Number, str | None]:
    """p, or why there is none."""
    if min(entered, other_entered) < FEWEST:
        return None, f"Fewer than {FEWEST} began in one of the two."
    pooled = (converted + other_converted) / (entered + other_entered)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / entered + 1 / other_entered))
    if spread == 0:  # everybody converted, or nobody did
        return 1, None
    z = (converted / entered - other_converted / other_entered) / spread
    return neat(math.erfc(abs(z) / math.sqrt(2))), None
