"""Which series are drawn, and how each looks in every chart: its name, its colour, its dash.

A colour belongs to a segment (or to a metric, where nothing is broken down) and keeps it across reports. The metric
without its breakdown is not drawn beside its segments: it would flatten them.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.charts.text import escaped
from analytics.charts.theme import DASHES, SYMBOLS, Theme, slots
from analytics.results.insights import InsightsResult
from analytics.results.segments import SegmentKind
from analytics.results.series import Series

MOST_DRAWN = 50  # series; the table has them all


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series with how it looks. `place` is where the answer has it, so that whoever points at the chart can be told
    which number that is. `pale` is its colour's twin, for the earlier time."""

    place: int
    series: Series
    name: str
    colour: str
    pale: str
    dash: str
    symbol: str


def segments_of(result: InsightsResult) -> list[Series]:
    """What is drawn of each metric: its segments, or the whole where there are none."""
    parted = {series.metric for series in result.series if not _has_all(series)}
    return [series for series in result.series if not _has_all(series) or series.metric not in parted]


def wholes_of(result: InsightsResult) -> list[Series]:
    """Each metric without its breakdown."""
    return [series for series in result.series if series.is_whole]


def numbers_of(result: InsightsResult) -> list[Series]:
    """What can stand as a single number: each metric's whole, but for those that are many numbers."""
    return [series for series in wholes_of(result) if not is_distribution(series)]


def is_distribution(series: Series) -> bool:
    """Whether it is one of the bins, or all of them together: only then do users' numbers become a count."""
    return series.measure == "per_user" and series.format == "count"


def _has_all(series: Series) -> bool:
    """Of bins inside a breakdown, the whole's stand beside the segments', and are no segments themselves."""
    return any(part.kind is SegmentKind.ALL for part in series.segment)


def looks(shown: list[Series], result: InsightsResult, theme: Theme) -> list[Drawn]:
    """Colours by segment, dashes by metric; without segments, colours by metric."""
    places = {id(series): place for place, series in enumerate(result.series)}
    letters = sorted({series.metric for series in shown}, key=lambda letter: (len(letter), letter))
    count = len(theme.colours)
    by_segment = slots([_colour_key(series) for series in shown if series.segment], count)
    drawn = []
    for series in shown:
        metric = letters.index(series.metric)
        slot = by_segment[_colour_key(series)] if series.segment else metric
        style = slot // count + (metric if series.segment else 0)
        left_over = any(part.kind is SegmentKind.OTHER for part in series.segment)
        colour = theme.quiet if left_over else theme.colours[slot % count]
        drawn.append(
            Drawn(
                places[id(series)],
                series,
                _name(series, several=len(letters) > 1),
                colour,
                mixed(colour, theme.background),
                DASHES[style % len(DASHES)],
                SYMBOLS[style % len(SYMBOLS)],
            )
        )
    return drawn


def _name(series: Series, *, several: bool) -> str:
    metric, name = escaped(series.name), escaped(series.label)
    if series.is_whole:
        return f"{series.metric}. {metric}" if several else metric
    return f"{series.metric}. {metric} · {name}" if several else name


def _colour_key(series: Series) -> str:
    return "\0".join(f"{part.kind}:{part.label}" for part in series.segment)


def mixed(colour: str, background: str, share: float = 0.45) -> str:
    """So much of the colour on the background."""
    pairs = [(int(colour[at : at + 2], 16), int(background[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(ours * share + theirs * (1 - share)):02X}" for ours, theirs in pairs)
