"""How segments look in charts other than those of Insights: a colour for each, and the whole not beside its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from analytics.charts.looks import MOST_DRAWN
from analytics.charts.text import escaped
from analytics.charts.theme import DASHES, SYMBOLS, Theme, slots
from analytics.results.segments import Segment, SegmentKind


class Parted(Protocol):
    @property
    def segment(self) -> tuple[Segment, ...]: ...
    @property
    def label(self) -> str: ...
    @property
    def is_whole(self) -> bool: ...


Series = TypeVar("Series", bound=Parted)


@dataclass(frozen=True, slots=True)
class DrawnSegment(Generic[Series]):
    """`place` is where the answer has it."""

    place: int
    series: Series
    name: str
    colour: str
    dash: str
    symbol: str


def drawn_segments(found: Sequence[Series], theme: Theme) -> list[DrawnSegment[Series]]:
    """The segments, or the whole where there are none."""
    shown = [(place, each) for place, each in enumerate(found) if not each.is_whole]
    shown = shown or list(enumerate(found))
    count = len(theme.colours)
    by_segment = slots([_key(each) for _, each in shown], count)
    drawn = []
    for place, each in shown[:MOST_DRAWN]:
        slot = by_segment[_key(each)] if each.segment else 0
        left_over = any(part.kind is SegmentKind.OTHER for part in each.segment)
        drawn.append(
            DrawnSegment(
                place,
                each,
                escaped(each.label),
                theme.quiet if left_over else theme.colours[slot % count],
                DASHES[slot // count % len(DASHES)],
                SYMBOLS[slot // count % len(SYMBOLS)],
            )
        )
    return drawn


def _key(series: Parted) -> str:
    return "\0".join(f"{part.kind}:{part.label}" for part in series.segment)
