"""What is odd about a project's events: each oddity from few events, and the page that says so."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from analytics.clickhouse.catalogue import PropertyName
from analytics.clickhouse.rejected import Reason
from analytics.clickhouse.writer import write_events
from analytics.compiler.arrivals import Arrival
from tests.reference.facts import Fact, batch
from web.projects.arrivals import MANY_NAMES, oddities
from web.projects.models import Membership

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def came(event: str, events: int = 10, users: int = 5, placeholders: int = 0, ahead: int = 0) -> Arrival:
    return Arrival(event, events, users, placeholders, ahead, NOW)


def titles(*events: Arrival, properties: tuple[PropertyName, ...] = (), refused: tuple[Reason, ...] = ()) -> list[str]:
    return [each.title for each in oddities(events, properties, refused)]


def test_a_sound_project_has_nothing_odd():
    sound = (PropertyName("plan", "string", 10), PropertyName("due", "date", 3), PropertyName("due", "string", 1))
    assert titles(came("Sign Up"), came("Log In"), properties=sound, refused=(Reason("time", "old", 4, 0, NOW),)) == []


def test_refused_events_come_first():
    refused = (Reason("time", "time is in the future", 2, 1, NOW), Reason("event", "event is empty", 9, 7, NOW))
    (first, *_) = titles(came("a", placeholders=1), refused=refused)
    assert first == "8 events were refused, most often because: event is empty"


def test_users_that_are_nobody():
    assert titles(came("a", 1000, placeholders=20)) == [
        "20 of 1,000 events are of a user called “undefined”, “null” or the like"
    ]
    assert titles(came("a", 19, users=1)) == []
    assert titles(came("a", 15, users=1), came("b", 5, users=1)) == ["All 20 events are of one user each"]
    assert titles(came("a", 15, users=1), came("b", 5, users=2)) == []


def test_dates_ahead():
    assert titles(came("a", ahead=1), came("b")) == ["1 event is dated more than a day ahead: “a”"]


def test_names_that_look_alike():
    assert titles(came("Sign Up"), came("sign_up"), came("Sign In"), came("SIGN-UP")) == [
        "“Sign Up”, “sign_up”, “SIGN-UP” look like one event"
    ]


def test_very_many_names():
    assert titles(*(came(f"kind {number}x") for number in range(MANY_NAMES))) == [
        f"{MANY_NAMES} or more kinds of events"
    ]


def test_a_property_of_several_types():
    mixed = (PropertyName("amount", "number", 90), PropertyName("amount", "string", 10))
    assert titles(came("a"), properties=mixed) == ["“amount” is a number in 90 events and a string in 10"]
    slip = (PropertyName("amount", "number", 990), PropertyName("amount", "string", 10))
    assert titles(came("a"), properties=slip)[0].endswith("in 10, a slip perhaps")


def test_the_page_shows_them(cast, project_id, clickhouse, sign_in):
    old = cast.project.pk
    cast.project.pk = project_id
    cast.project.save(force_insert=True)
    Membership.objects.filter(project_id=old).update(project_id=project_id)
    facts = [
        Fact("Sign Up", NOW - dt.timedelta(hours=2), 1, "ada", "1", user_id="ada", properties={"amount": 5}),
        Fact(
            "sign up", NOW - dt.timedelta(hours=1), 2, "undefined", "2", user_id="undefined", properties={"amount": "5"}
        ),
        Fact("Old", NOW - dt.timedelta(days=9), 3, "eve", "3", user_id="eve"),
    ]
    write_events(clickhouse, batch(facts, project_id))
    page = sign_in(cast.bob).get(reverse("projects:start", args=[project_id])).content.decode()
    assert "1 of 2 events are of a user called" in page
    assert "“Sign Up”, “sign up” look like one event" in page or "“sign up”, “Sign Up” look like one event" in page
    assert "“amount” is a number in 1 events and a string in 1" in page
    assert '<th scope="row" class="truncate">Old</th>' not in page
