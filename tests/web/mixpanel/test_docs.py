"""docs/mixpanel.md keeps up with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analytics.queries.expressions import Function, Operator
from web.mixpanel.urls import data

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "mixpanel.md").read_text()
ENDPOINTS = {
    str(pattern.pattern).strip("^").removesuffix("/?$"): pattern.callback.view_class.parameters
    for pattern in data[0]
    if hasattr(pattern.callback, "view_class")
}
PERIOD = {"from_date", "to_date", "unit", "interval"}


@pytest.mark.parametrize("address", ENDPOINTS)
def test_every_endpoint_has_its_line_with_every_parameter(address):
    (line,) = re.findall(rf"^\| `{address}`.*$", PAGE, re.M)
    parameters = line.split("|")[2]
    named = set(re.findall(r"`(\w+)`", parameters)) | (PERIOD if "period" in parameters else set())
    assert named == set(ENDPOINTS[address])


@pytest.mark.parametrize("word", [*Operator, *Function])
def test_every_word_of_the_language_is_explained(word):
    assert f"`{word}`" in PAGE
