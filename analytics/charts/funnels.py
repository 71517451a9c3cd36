"""The charts of funnels by name: whether each fits an answer, and its figure.

A trace's `meta` says which segments of the answer it is of (`series` is their place, or a list of places, one for each
point), and which outcome: so whoever points at it can be told which number that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.charts.axes import calendar_axis
from analytics.charts.looks import mixed
from analytics.charts.paths import PathBar, path_bars
from analytics.charts.text import begun, bucket, clock, escaped, numeral, wrapped
from analytics.charts.theme import DASHES, SYMBOLS, THEMES, Theme, layout, slots
from analytics.results.funnel_numbers import Bin, FunnelSegment, Numbers, Spread
from analytics.results.funnels import FunnelsResult
from analytics.results.segments import SegmentKind

MOST_DRAWN = 50  # segments; the table has them all
_LIGHT = 0.25  # of a segment's colour: who was lost
_TICK_LETTERS = 13
_MOST_LABELLED = 2  # columns of a step: of more there is no room for their numbers
_STEP_WIDTH, _LABEL_WIDTH, _BIN_WIDTH = 80, 70, 44  # pixels: a step's name, a column's numbers, a bin with its edges
_NOBODY = "Nobody came that far: there is nothing to draw."
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A segment with how it looks; `place` is where the answer has it."""

    place: int
    segment: FunnelSegment
    name: str
    colour: str
    pale: str
    dash: str
    symbol: str


_Draw: TypeAlias = Callable[[dict[str, Any], list[Drawn], FunnelsResult, Theme], None]


def fits(result: FunnelsResult, chart: str) -> str | None:
    view = _VIEWS[chart]
    if view is not None and result.view != view:
        return f"The question did not ask for this: choose the view “{view}”."
    if chart == "conversion" and not result.buckets:
        return "The range has no days in this time zone, so there is no time to draw along."
    if chart in ("times", "frequency") and not any(_spread(each.numbers).count for each in result.segments):
        return _NOBODY
    if chart == "paths" and not result.segments[0].numbers.paths:
        return _NOBODY
    return None


def suggested(result: FunnelsResult) -> str:
    """The chart to begin with: that of the view."""
    wanted = next((chart for chart, view in _VIEWS.items() if view == result.view), "steps")
    return wanted if fits(result, wanted) is None else "steps"


def figure(result: FunnelsResult, chart: str, theme: str) -> dict[str, Any]:
    parts = result.segments[1:] or result.segments
    shown = _looks(result, parts[:MOST_DRAWN], THEMES[theme])
    drawing: dict[str, Any] = {"data": [], "layout": layout(THEMES[theme])}
    drawing["layout"] |= {
        "showlegend": len(shown) > 1 or result.compared is not None,
        "hovermode": "closest",
        "meta": {
            "series_left_out": len(parts) - len(shown),
            "drawn": [{"series": one.place, "colour": one.colour} for one in shown],
        },
    }
    CHARTS[chart](drawing, shown, result, THEMES[theme])
    return drawing


def _looks(result: FunnelsResult, shown: Sequence[FunnelSegment], theme: Theme) -> list[Drawn]:
    """A segment has the colour that it has in every report."""
    count = len(theme.colours)
    keys = [f"{part.kind}:{part.label}" for one in shown for part in one.segment]
    by_segment = slots(keys, count)
    drawn = []
    for place, one in enumerate(shown, start=len(result.segments) - len(result.segments[1:] or result.segments)):
        slot = by_segment[f"{one.segment[0].kind}:{one.segment[0].label}"] if one.segment else 0
        left_over = bool(one.segment) and one.segment[0].kind is SegmentKind.OTHER
        colour = theme.quiet if left_over else theme.colours[slot % count]
        pale, style = mixed(colour, theme.background), slot // count
        drawn.append(
            Drawn(
                place,
                one,
                escaped(one.label),
                colour,
                pale,
                DASHES[style % len(DASHES)],
                SYMBOLS[style % len(SYMBOLS)],
            )
        )
    return drawn


# --- steps ------------------------------------------------------------------------------------------------------------


def steps(figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, theme: Theme) -> None:
    """A column for each step and segment: who reached it, and lighter on top who was lost since the step before. They
    are shares, as segments of different sizes are compared; the numbers stand above, if there are few columns."""
    groups = len(drawn) * (1 if result.compared is None else 2)
    for index, one in enumerate(drawn):
        if one.segment.compared is not None:
            before = f"{one.name} (before)"
            figure["data"] += _columns(one, one.segment.compared, before, f"{index} before", result, theme, groups)
        figure["data"] += _columns(one, one.segment.numbers, one.name, str(index), result, theme, groups)
    axes = figure["layout"]
    axes["xaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(1, len(result.steps) + 1)),
        "ticktext": [wrapped(f"{number}. {name}", _TICK_LETTERS) for number, name in enumerate(result.steps, start=1)],
        "tickangle": 0,
        "ticklabeloverflow": "allow",
        "showgrid": False,
    }
    axes["yaxis"] |= {"range": [0, 1.2], "tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ",.0~%"}
    axes["yaxis"]["title"]["text"] = f"Share of {result.unit.lower()}"
    axes["barmode"] = "stack"  # columns of different groups stand beside one another all the same
    wide = _LABEL_WIDTH * groups if groups <= _MOST_LABELLED else 0
    axes["meta"]["least_width"] = 60 + max(_STEP_WIDTH, wide) * len(result.steps)


def _columns(
    one: Drawn, numbers: Numbers, name: str, group: str, result: FunnelsResult, theme: Theme, groups: int
) -> list[dict[str, Any]]:
    is_compared = numbers is one.segment.compared
    colour = one.pale if is_compared else one.colour
    trace = {
        "type": "bar",
        "x": list(range(1, len(numbers.steps) + 1)),
        "offsetgroup": group,
        "legendgroup": group,
        "name": name,
    }
    began = numbers.steps[0].count or 1
    reached = {
        **trace,
        "meta": {"series": one.place, "compared": is_compared, "outcome": "converted"},
        "y": [step.count / began for step in numbers.steps],
        "marker": {"color": colour},
        "customdata": [
            [name, escaped(label), step.count, step.from_first]
            for label, step in zip(result.steps, numbers.steps, strict=True)
        ],
        "hovertemplate": f"%{{customdata[0]}}<br>%{{customdata[1]}}: <b>{numeral(2, 'count')}</b> "
        f"({numeral(3, 'percent')})<extra></extra>",
    }
    lost = {
        **trace,
        "meta": {"series": one.place, "compared": is_compared, "outcome": "dropped"},
        "showlegend": False,
        "y": [step.dropped / began for step in numbers.steps],
        "marker": {"color": mixed(colour, theme.background, _LIGHT), "pattern": {"shape": "/", "fgcolor": colour}},
        # It is the upper of the two, so that what is written outside stands above the column.
        "texttemplate": [
            "" if step.from_first is None else f"<b>{numeral(4, 'percent')}</b><br>{numeral(3, 'count')}"
            for step in numbers.steps
        ],
        "textposition": "outside" if groups <= _MOST_LABELLED else "none",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [
            [name, escaped(label), step.dropped, step.count, step.from_first]
            for label, step in zip(result.steps, numbers.steps, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br>lost before %{customdata[1]}: "
        f"<b>{numeral(2, 'count')}</b><extra></extra>",
    }
    return [reached, lost]


# --- conversion over time ---------------------------------------------------------------------------------------------


def conversion(figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, theme: Theme) -> None:
    """A line of rates over the buckets in which attempts began; open points are of those that may still convert."""
    x = [clock(each.start) for each in result.buckets]
    for one in drawn:
        compared = one.segment.compared
        if compared is not None and compared.trend is not None and result.compared is not None:
            rates = [*compared.trend.rates, *[None] * len(x)][: len(x)]
            name = f"{one.name} (before)"
            said = [begun(each.start, result.interval) for each in result.compared]
            figure["data"].append(
                {
                    **_line(one, x, rates, name, said, result.interval, is_compared=True),
                    "mode": "lines",
                    "line": {"color": one.pale, "width": 2, "dash": "dot"},
                }
            )
        assert one.segment.numbers.trend is not None
        said = [begun(each.start, result.interval, "" if each.complete else " (not over)") for each in result.buckets]
        symbols = [one.symbol if each.complete else f"{one.symbol}-open" for each in result.buckets]
        figure["data"].append(
            {
                **_line(one, x, one.segment.numbers.trend.rates, one.name, said, result.interval, is_compared=False),
                "mode": "lines+markers",
                "line": {"color": one.colour, "width": 2, "dash": one.dash},
                "marker": {"color": one.colour, "size": 6, "symbol": symbols},
            }
        )
    axes = figure["layout"]
    calendar_axis(axes, x, result.interval, result.zone)
    axes["yaxis"] |= {"rangemode": "tozero", "tickformat": ",.1~%"}
    axes["yaxis"]["title"]["text"] = "Conversion"


def _line(
    one: Drawn,
    x: Sequence[str],
    rates: Sequence[Any],
    name: str,
    said: Sequence[list[str]],
    interval: str,
    *,
    is_compared: bool,
) -> dict[str, Any]:
    """Where less is said than there are rates, the rest are none."""
    return {
        "type": "scatter",
        "name": name,
        "meta": {"series": one.place, "compared": is_compared},
        "x": list(x),
        "y": list(rates),
        "connectgaps": False,
        "customdata": [[*each, name, rate] for each, rate in zip(said, rates, strict=False)],
        "hovertemplate": f"%{{customdata[2]}}<br>{bucket(interval)}: <b>{numeral(3, 'percent')}</b><extra></extra>",
    }


# --- times and frequency ----------------------------------------------------------------------------------------------


def times(figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, theme: Theme) -> None:
    """How long it took: a bar for each bin."""
    _histogram(figure, drawn, result, lambda bin: f"{duration(bin.low)} – {duration(bin.high)}", "Time")


def frequency(figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, theme: Theme) -> None:
    """How often it was done before: a bar for each bin."""
    name = escaped(result.steps[result.between[0] - 1])
    _histogram(figure, drawn, result, _times_done, f"Times that {name} was done")


def _histogram(
    figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, label: Callable[[Bin], str], title: str
) -> None:
    lows = {bin.low: bin for one in drawn for bin in _spread(one.segment.numbers).bins}
    found = [lows[low] for low in sorted(lows)]
    for one in drawn:
        counts = {bin.low: bin.count for bin in _spread(one.segment.numbers).bins}
        figure["data"].append(
            {
                "type": "bar",
                "name": one.name,
                "meta": {"series": one.place, "compared": False},
                "x": list(range(len(found))),
                "y": [counts.get(bin.low, 0) for bin in found],
                "marker": {"color": one.colour},
                "customdata": [[label(bin), one.name, counts.get(bin.low, 0)] for bin in found],
                "hovertemplate": f"%{{customdata[1]}}<br>%{{customdata[0]}}: <b>{numeral(2, 'count')}</b>"
                "<extra></extra>",
            }
        )
    axes = figure["layout"]
    axes["xaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(found))),
        "ticktext": [label(bin).replace(" – ", " –<br>") for bin in found],
        "tickangle": 0,
        "ticklabeloverflow": "allow",
    }
    axes["meta"]["least_width"] = 60 + _BIN_WIDTH * len(found)
    axes["xaxis"]["title"] |= {"text": title, "standoff": 12}
    axes["yaxis"] |= {"rangemode": "tozero", "tickformat": ","}
    axes["yaxis"]["title"]["text"] = result.unit
    axes["barmode"] = "group"


def paths(figure: dict[str, Any], drawn: list[Drawn], result: FunnelsResult, theme: Theme) -> None:
    """What was done between the two steps, by everybody together."""
    found = result.segments[0].numbers.paths or ()
    bars = [PathBar(path.events or ("nothing else",), path.count, path.share) for path in found]
    path_bars(figure, bars, result.unit, theme)


def _spread(numbers: Numbers) -> Spread:
    found = numbers.times or numbers.frequency
    return found or Spread(0, None, None, None, None, None, None, None, ())


def _times_done(bin: Bin) -> str:
    if bin.high is None:
        return f"{bin.low:,} or more"
    return f"{bin.low:,}" if bin.low == bin.high else f"{bin.low:,} – {bin.high:,}"


def duration(seconds: float | None) -> str:
    """The edge of a bin: 30 s, 5 min, 2 h, 7 d."""
    if not seconds:
        return "0" if seconds == 0 else "…"
    size, unit = next((size, unit) for size, unit in _UNITS if seconds >= size and seconds % size == 0)
    return f"{seconds / size:,.0f} {unit}"


CHARTS: dict[str, _Draw] = {
    "steps": steps,
    "conversion": conversion,
    "times": times,
    "frequency": frequency,
    "paths": paths,
}
_VIEWS: dict[str, str | None] = {
    "steps": None,
    "conversion": "trend",
    "times": "times",
    "frequency": "frequency",
    "paths": "paths",
}
