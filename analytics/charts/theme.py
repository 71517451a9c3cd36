"""Colours and type of every chart, light and dark.

Each palette's eight colours differ by at least ΔE 23 from one another for normal eyes and by ΔE 15 for protan, deutan
and tritan ones, and stand out 3 : 1 from the card that the chart lies on; a test holds them to it. Where there are more
series than colours, dashes tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
DASHES = ("solid", "dot", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up")


@dataclass(frozen=True, slots=True)
class Theme:
    background: str
    text: str
    grid: str
    quiet: str  # for what stands for no value of its own, "(other)"
    colours: tuple[str, ...]


THEMES: dict[str, Theme] = {
    "light": Theme(
        background="#ffffff",
        text="#16191f",
        grid="#e5e7eb",
        quiet="#6b7280",
        colours=("#5090FE", "#B22202", "#1A7F57", "#D57589", "#4B03AD", "#929727", "#711A43", "#7A659C"),
    ),
    "dark": Theme(
        background="#171b23",
        text="#e8ebf0",
        grid="#2b313d",
        quiet="#a3acba",
        colours=("#3078FF", "#FEC618", "#15D5BF", "#BBAFFE", "#F27980", "#289A06", "#9E6D9A", "#D8F0B1"),
    ),
}


def slots(keys: list[str], count: int) -> dict[str, int]:
    """A colour number for each key. A key has the same one in every report, unless another key of this report wants
    it too; then the later of the two, by name, moves on. Past `count` keys, numbers go on (the next round has another
    dash)."""
    taken: dict[str, int] = {}
    for index, key in enumerate(sorted(set(keys))):
        round_start = index // count * count
        wanted = crc32(key.encode()) % count
        used = {slot - round_start for slot in taken.values() if slot >= round_start}
        taken[key] = round_start + next(
            slot % count for slot in range(wanted, wanted + count) if slot % count not in used
        )
    return taken


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on it: 4.5 : 1 at least, as one of the two always is."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "#000000"


def layout(theme: Theme) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zerolinecolor": theme.grid,
        "tickcolor": theme.grid,
        "automargin": True,
        "title": {"font": {"size": 12}},
    }
    return {
        "paper_bgcolor": theme.background,
        "plot_bgcolor": theme.background,
        "font": {"family": FONT, "size": 13, "color": theme.text},
        "colorway": list(theme.colours),
        "margin": {"l": 56, "r": 16, "t": 16, "b": 56},
        "hoverlabel": {"namelength": -1, "bgcolor": theme.background, "font": {"family": FONT, "color": theme.text}},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "itemsizing": "constant"},
        "xaxis": {**axis, "title": dict(axis["title"])},
        "yaxis": {**axis, "title": dict(axis["title"])},
    }
