"""The bins of a distribution: 1, 2–4, 5–9, 10–19 … They do not depend on the data, so that they can be compared."""

from __future__ import annotations

from bisect import bisect_right

from analytics.results.segments import Segment, SegmentKind

_POSITIVE = tuple(float(f"{digit}e{power}") for power in range(-2, 16) for digit in (1, 2, 5))
# Each bin is from its edge up to but not including the next; the first one has all below it.
EDGES = (*(-edge for edge in reversed(_POSITIVE)), 0.0, *_POSITIVE)


def bin_segment(edge: float, *, whole: bool) -> Segment:
    """The bin that begins at this edge. Of whole numbers the upper end is the last number in it: 2 to 4."""
    at = bisect_right(EDGES, edge)
    upper = EDGES[at] if at < len(EDGES) else None
    if whole and upper is not None:
        return Segment(SegmentKind.COUNT, _neat(max(edge, 0.0)), _neat(upper) - 1)
    return Segment(SegmentKind.RANGE, _neat(edge), None if upper is None else _neat(upper))


def _neat(number: float) -> int | float:
    return int(number) if number == int(number) else number
