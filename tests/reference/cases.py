"""How many random questions a run asks, and the seed of its chance.

CI asks more than a run by hand. REFERENCE_CASES widens the search, or narrower names for those that take long;
REFERENCE_SEED moves it elsewhere.
"""

from __future__ import annotations

import os

SEED = int(os.environ.get("REFERENCE_SEED", "20240229"))
_IN_CI = os.environ.get("CI") == "true"


def cases(usual: int, in_ci: int, *names: str) -> int:
    """As many as the first of these names, or REFERENCE_CASES, says; without any, one of the two."""
    given = [os.environ[name] for name in (*names, "REFERENCE_CASES") if name in os.environ]
    return int(given[0]) if given else in_ci if _IN_CI else usual
