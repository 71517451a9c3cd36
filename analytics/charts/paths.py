"""Whole paths as bars, the commonest on top: of flows, and of what is done between two steps of a funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.charts.text import escaped, numeral
from analytics.charts.theme import Theme

MOST_DRAWN = 10  # the table has them all
HOVER = f"%{{customdata[0]}}<br><b>{numeral(1, 'count')}</b> ({numeral(2, 'percent')})<extra></extra>"
_LETTER_WIDTH, _MOST_WIDTH, _ROW_HEIGHT = 7, 1100, 46  # pixels: at most of a path's name, with its bar below
_BESIDE = 1.2  # of the longest bar: its numbers stand behind it


@dataclass(frozen=True, slots=True)
class PathBar:
    """`names` are of what was done, one after the other; `share` is of all that could have taken the path."""

    names: tuple[str, ...]
    count: int
    share: float


def path_bars(figure: dict[str, Any], paths: Sequence[PathBar], unit: str, theme: Theme) -> None:
    drawn = paths[:MOST_DRAWN]
    names = [" → ".join(map(escaped, path.names)) for path in drawn]
    longest = max((sum(len(name) + 3 for name in path.names) for path in drawn), default=0)
    figure["data"].append(
        {
            "type": "bar",
            "orientation": "h",
            "x": [path.count for path in drawn],
            "y": list(range(len(drawn))),
            "width": 0.4,
            "marker": {"color": theme.colours[0]},
            "texttemplate": f"{numeral(1, 'count')} ({numeral(2, 'percent')})",
            "textposition": "outside",
            "textangle": 0,
            "cliponaxis": False,
            "customdata": [[name, path.count, path.share] for name, path in zip(names, drawn, strict=True)],
            "hovertemplate": HOVER,
        }
    )
    # The names stand above their bars: beside them they would leave no room for any.
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "text",
            "x": [0] * len(drawn),
            "y": [place - 0.5 for place in range(len(drawn))],
            "text": names,
            "textposition": "middle right",
            "hoverinfo": "skip",
        }
    )
    most = max((path.count for path in drawn), default=0) or 1
    figure["layout"]["yaxis"] |= {"visible": False, "range": [len(drawn) - 0.5, -0.85]}
    figure["layout"]["xaxis"] |= {"range": [0, most * _BESIDE], "title": {"text": unit, "font": {"size": 12}}}
    figure["layout"] |= {
        "showlegend": False,
        "hovermode": "closest",
        "meta": {
            "least_width": min(_MOST_WIDTH, _LETTER_WIDTH * longest),
            "least_height": _ROW_HEIGHT * (len(drawn) + 1),
        },
    }
