"""Colours that everybody can tell apart, on both backgrounds, and that stay with their segment."""

from __future__ import annotations

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

from analytics.charts.theme import THEMES, ink_on, slots

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)
Triple = tuple[float, float, float]


def linear(colour: str) -> Triple:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = ((c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in channels)
    return red, green, blue


def times(matrix: tuple[Triple, ...], vector: Triple) -> Triple:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return x, y, z


def lab(colour: str, eye: str) -> Triple:
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in times(EYES[eye], linear(colour)))
    ratios = [v / w for v, w in zip(times(TO_XYZ, (red, green, blue)), WHITE, strict=True)]
    x, y, z = (r ** (1 / 3) if r > 216 / 24389 else (24389 / 27 * r + 16) / 116 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: Triple, two: Triple) -> float:
    """CIEDE2000."""
    mean_chroma = (math.hypot(*one[1:]) + math.hypot(*two[1:])) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    (l1, c1, h1), (l2, c2, h2) = (polar(colour, stretch) for colour in (one, two))
    step = h2 - h1 if abs(h2 - h1) <= 180 else h2 - h1 - math.copysign(360, h2 - h1)
    if not c1 * c2:
        step = 0
    hue = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else ((h1 + h2 + 360) / 2) % 360
    if not c1 * c2:
        hue = h1 + h2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    wave = (
        1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.2 * cosine(4 * hue - 63)
    )
    turn = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    twist = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(turn))
    by_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(step / 2)) / (1 + 0.015 * chroma * wave)
    return math.sqrt(by_light**2 + by_chroma**2 + by_hue**2 + twist * by_chroma * by_hue)


def polar(colour: Triple, stretch: float) -> Triple:
    lightness, a, b = colour[0], colour[1] * stretch, colour[2]
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((times(TO_XYZ, linear(colour))[1] for colour in (one, two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_difference_is_ciede2000():
    """Three pairs of the published test data (Sharma, Wu and Dalal, 2005)."""
    assert difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert difference((50, -1, 2), (50, 0, 0)) == pytest.approx(2.3669, abs=1e-4)
    assert difference((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514)) == pytest.approx(0.9082, abs=1e-4)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_series_can_be_told_apart(name: str, eye: str):
    least = 23 if eye == "normal" else 15
    for one, two in combinations(THEMES[name].colours, 2):
        assert difference(lab(one, eye), lab(two, eye)) >= least, f"{one} and {two} for {eye}"


@pytest.mark.parametrize("name", THEMES)
def test_the_background_is_that_of_the_cards(name: str):
    css = (Path(__file__).parents[3] / "web/static/css/base.css").read_text()
    (block,) = re.findall(rf"^(?::root|\[data-theme=.dark.\]) {{\n  color-scheme: {name};.*?^}}", css, re.M | re.S)
    assert f"--surface: {THEMES[name].background};" in block


@pytest.mark.parametrize("name", THEMES)
def test_everything_stands_out_from_the_background(name: str):
    theme = THEMES[name]
    for colour in (*theme.colours, theme.quiet):
        assert contrast(colour, theme.background) >= 3, colour
        assert contrast(ink_on(colour), colour) >= 4.5, colour
    assert contrast(theme.text, theme.background) >= 7


def test_a_value_keeps_its_colour():
    alone = slots(["value:Chrome"], 8)["value:Chrome"]
    together = slots([f"value:{name}" for name in ("Safari", "Chrome", "Edge")], 8)
    assert together["value:Chrome"] == alone
    assert slots(["b", "a", "c"], 8) == slots(["c", "b", "a"], 8)


def test_no_two_share_a_colour_while_there_are_colours():
    keys = [f"value:{index}" for index in range(20)]
    found = slots(keys, 8)
    assert len(set(found.values())) == 20
    assert sorted(found[key] for key in sorted(keys)[:8]) == list(range(8))
    assert sorted(found[key] for key in sorted(keys)[8:16]) == list(range(8, 16))
