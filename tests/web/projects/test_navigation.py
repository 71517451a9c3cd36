"""What the frame of a project's pages offers to ask, and how it says what is asked."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from analytics.queries import KINDS
from analytics.queries.sentence import KIND_WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(cast, sign_in):
    client = sign_in(cast.alice)
    return lambda name="reports:ask", **params: client.get(
        reverse(name, args=[cast.project.pk]), params
    ).content.decode()


def current(page: str) -> list[str]:
    """The kinds whose link is marked."""
    return re.findall(r'data-kind="(\w+)" aria-current="page"', page)


def test_every_kind_has_a_name():
    assert sorted(KIND_WORDS) == sorted(KINDS)


@pytest.mark.parametrize("kind", KIND_WORDS)
def test_every_page_offers_every_kind_at_its_own_address(cast, opened, kind):
    address = f"{reverse('reports:ask', args=[cast.project.pk])}?kind={kind}"
    for name in ("reports:ask", "boards:boards", "projects:settings"):
        assert f'href="{address}"' in opened(name)
    assert current(opened("boards:boards")) == []


@pytest.mark.parametrize("kind", KIND_WORDS)
def test_the_page_is_called_by_the_kind_that_is_asked(opened, kind):
    label = KIND_WORDS[kind].label
    for params in ({"kind": kind}, {"q": json.dumps({"version": 1, "kind": kind}), "kind": "insights"}):
        page = opened(**params)
        assert f"<title>{label} · Meadow · Footfall</title>" in page
        assert re.search(rf"<h1[^>]*>{label}</h1>", page)
        assert current(page) == [kind]


@pytest.mark.parametrize("given", ["", "{", "[]", "7", '{"kind": 7}', '{"kind": "magic"}', "[" * 50_000])
def test_what_cannot_be_read_is_called_insights(opened, given):
    assert current(opened(q=given)) == ["insights"]
    assert current(opened(kind=given)) == ["insights"]
