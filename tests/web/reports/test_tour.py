"""The tour of the demo: its questions can be asked, and only the demo has one."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from analytics.demo import story
from analytics.queries.codec import parse
from web.reports import tour

MADE = dt.date(2026, 11, 24)


def test_every_stop_is_a_question_that_can_be_asked():
    stops = tour.stops(MADE)
    assert len({stop.title for stop in stops}) == len(stops) == 6
    for stop in stops:
        question = parse(stop.query())
        assert question.dates.last <= MADE


def test_the_outage_lies_in_the_middle_of_its_stop():
    (stop,) = [each for each in tour.stops(MADE) if "exports" in each.title]
    dates = parse(stop.query()).dates
    assert dates.first < story.outage_day(MADE) < dates.last


@pytest.fixture
def demo(cast):
    cast.project.is_demo = True
    cast.project.save()
    return cast


def test_the_page_lists_the_stops_and_each_is_announced_where_it_leads(demo, sign_in):
    client = sign_in(demo.carol)
    listed = client.get(reverse("reports:tour", args=[demo.project.pk]))
    addresses = [address for _, address in listed.context["stops"]]
    assert len(addresses) == 6
    for place, address in enumerate(addresses, start=1):
        assert parse(parse_qs(urlsplit(address).query)["q"][0])
        page = client.get(address).content.decode()
        assert f"Tour, {place} of 6" in page
    assert "Ask your own question" in page


@pytest.mark.parametrize("given", ["0", "7", "x", "²", ""])
def test_no_such_stop_is_the_page_as_ever(demo, sign_in, given):
    page = sign_in(demo.carol).get(reverse("reports:ask", args=[demo.project.pk]), {"tour": given})
    assert "Tour, " not in page.content.decode()


def test_only_the_demo_has_a_tour(cast, sign_in):
    client = sign_in(cast.carol)
    ask = reverse("reports:ask", args=[cast.project.pk])
    assert client.get(reverse("reports:tour", args=[cast.project.pk])).headers["Location"] == ask
    assert ">Tour<" not in client.get(reverse("reports:ask", args=[cast.project.pk])).content.decode()
    assert "Tour, " not in client.get(reverse("reports:ask", args=[cast.project.pk]), {"tour": 1}).content.decode()
