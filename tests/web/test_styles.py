"""The colours of the style sheet: the same dark set twice, and enough contrast in each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).resolve().parents[2] / "web" / "static" / "css" / "base.css").read_text()


def colours(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"\s*\{(.*?)\}", SHEET, re.S)
    assert block, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block.group(1)))


LIGHT, DARK, SYSTEM = colours(":root"), colours('[data-theme="dark"]'), colours('[data-theme="system"]')


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_dark_is_the_same_by_choice_and_by_system():
    assert DARK == SYSTEM
    assert set(DARK) == set(LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    "ink, ground, needed",
    [
        *[(ink, ground, 4.5) for ink in ("ink", "ink-quiet", "accent", "bad") for ground in ("ground", "surface")],
        ("ink", "surface-quiet", 4.5),
        ("ink-quiet", "surface-quiet", 4.5),
        ("accent-ink", "accent", 4.5),
        ("accent-ink", "accent-strong", 4.5),
        ("accent-strong", "accent-soft", 4.5),
        ("good", "good-soft", 4.5),
        ("warn", "warn-soft", 4.5),
        ("bad", "bad-soft", 4.5),
        ("line-strong", "surface", 3.0),  # the edge of a field is what shows that it is one
        ("accent", "ground", 3.0),  # the focus ring
    ],
)
def test_text_and_edges_can_be_seen(theme, ink, ground, needed):
    assert contrast(theme[ink], theme[ground]) >= needed
