"""The stories that are known to be in a real shop's events, each seen in an answer, its numbers worked out from the
file by a few lines of Python."""

from __future__ import annotations

import csv
import gzip
import io
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics import drilldowns, runner
from analytics.importing import Importing, Source, guess, shape
from analytics.queries.codec import parse
from analytics.queries.drilldowns import Paging, parse_point
from analytics.queries.scope import Scope

ROOT = Path(__file__).resolve().parents[3]
SHOP = ROOT / "tests" / "data" / "ecom.csv.gz"

Events = dict[str, list[tuple[datetime, str]]]  # of each user, in order


@pytest.fixture(scope="module")
def shop() -> list[dict[str, str]]:
    """The file's lines."""
    return list(csv.DictReader(io.TextIOWrapper(gzip.open(SHOP), newline="")))


@pytest.fixture(scope="module")
def scope(shop: list[dict[str, str]], clickhouse_url: str, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A project that the file was imported into, once for all stories."""
    project_id = secrets.randbelow(2**31 - 1_000_000) + 1_000_000
    source = Source.of(SHOP)
    found = shape(source)
    state = tmp_path_factory.mktemp("stories")
    importing = Importing(source, found, guess(found.columns, {}), project_id=project_id, state=state)
    summary = importing.run(clickhouse_url, time.time_ns() // 1_000_000, lambda progress: None)
    assert (summary.accepted, summary.bad) == (len(shop), 0)
    return Scope(project_id, "UTC", 1, datetime(2024, 8, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def by_user(shop: list[dict[str, str]]) -> Events:
    """What each user did; what happened in one second stands as the file has it."""
    found: Events = defaultdict(list)
    for row in shop:
        found[row["user_id"]].append((datetime.fromisoformat(row["timestamp"]), row["event"]))
    return {user: sorted(events, key=lambda event: event[0]) for user, events in found.items()}


def ask(document: dict[str, Any], scope: Scope, url: str) -> dict[str, Any]:
    """An answer, by the way that every answer takes."""
    return runner.run(parse({"version": 1, **document}), scope, url=url, cache=None).to_json()


# --- flows: the payment incident, 19 May to 7 June --------------------------------------------------------------------

INCIDENT, BEFORE = ("2024-05-19", "2024-06-07"), ("2024-04-29", "2024-05-18")
HOUR = timedelta(hours=1)


def flows(anchor: str, days: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "kind": "flows",
        "anchor": {"events": [anchor]},
        "dates": {"kind": "fixed", "from": days[0], "to": days[1]},
        "window": {"kind": "time", "count": 1, "unit": "hour"},
        "top": 50,
        **more,
    }


def neighbours(by_user: Events, anchor: str, days: tuple[str, str], way: int) -> Iterator[tuple[str, str]]:
    """Of each time that somebody did the anchor: who it was, and what they did next (1) or before (-1) in an hour."""
    for user, events in by_user.items():
        for place, (moment, event) in enumerate(events):
            if event == anchor and days[0] <= moment.date().isoformat() <= days[1]:
                other = events[place + way] if 0 <= place + way < len(events) else None
                near = other is not None and abs(other[0] - moment) <= HOUR
                yield user, other[1] if other and near else "(end)" if way > 0 else "(start)"


def at(answer: dict[str, Any], step: int) -> dict[str, int]:
    return {node["name"]: node["count"] for node in answer["nodes"] if node["step"] == step}


@pytest.mark.parametrize("days", [BEFORE, INCIDENT], ids=["before", "incident"])
def test_what_follows_the_payment_is_what_the_file_says(scope, by_user, clickhouse_url, days):
    answer = ask(flows("payment_details", days, after=1, count="totals"), scope, clickhouse_url)
    assert at(answer, 1) == dict(Counter(event for _, event in neighbours(by_user, "payment_details", days, 1)))
    answer = ask(flows("payment_details", days, before=1, after=0, count="totals"), scope, clickhouse_url)
    assert at(answer, -1) == dict(Counter(event for _, event in neighbours(by_user, "payment_details", days, -1)))


def test_in_the_incident_payments_end_in_errors_instead_of_purchases(scope, clickhouse_url):
    """The story as a product manager sees it: the same flow of the twenty days before, and of the incident."""
    question = {"after": 1, "count": "totals", "top": 3}
    before, incident = (
        {node["name"]: node["share"] for node in answer["nodes"] if node["step"] == 1}
        for answer in (
            ask(flows("payment_details", days, **question), scope, clickhouse_url) for days in (BEFORE, INCIDENT)
        )
    )
    assert "payment_error" not in before
    assert before["purchase"] > 0.1
    assert incident["payment_error"] > 0.1
    assert "purchase" not in incident, "no longer among what is done most"


def test_the_people_behind_the_error_are_those_of_the_file(scope, by_user, clickhouse_url):
    query = parse({"version": 1, **flows("payment_details", INCIDENT, after=1, count="totals")})
    link = {"from": '0:event:["payment_details"]', "to": '1:event:["payment_error"]'}
    page = drilldowns.users(parse_point(query, link), scope, Paging(200), url=clickhouse_url).to_json()
    hit = Counter(
        user for user, event in neighbours(by_user, "payment_details", INCIDENT, 1) if event == "payment_error"
    )
    assert {row["user"]: row["value"] for row in page["results"]} == dict(hit)
    assert page["count"] == len(hit)


# --- funnels: the bug of the mobile checkout, 9 April to 9 May --------------------------------------------------------

BUG, BEFORE_BUG = ("2024-04-09", "2024-05-09"), ("2024-03-09", "2024-04-08")
CHECKOUT = ("shipping_details", "payment_details")


def reached(shop: list[dict[str, str]], days: tuple[str, str], steps: tuple[str, ...]) -> dict[str, list[int]]:
    """By platform, how many users came to each step within an hour, each by the best of their attempts."""
    done: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sorted(shop, key=lambda row: row["timestamp"]):
        done[row["user_id"]].append(row)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(steps))
    for rows in done.values():
        best: tuple[int, str] | None = None
        for row in rows:
            if row["event"] != steps[0] or not days[0] <= row["timestamp"][:10] <= days[1]:
                continue
            begun = moment = datetime.fromisoformat(row["timestamp"])
            came = 1
            for step in steps[1:]:
                times = [datetime.fromisoformat(each["timestamp"]) for each in rows if each["event"] == step]
                inside = [time for time in times if moment <= time <= begun + HOUR]
                if not inside:
                    break
                moment, came = min(inside), came + 1
            if best is None or came > best[0]:
                best = (came, row["platform"])
        if best:
            for step in range(best[0]):
                counts[best[1]][step] += 1
    return dict(counts)


def funnel(days: tuple[str, str]) -> dict[str, Any]:
    return {
        "kind": "funnels",
        "steps": [{"events": [step]} for step in CHECKOUT],
        "window": {"kind": "time", "count": 1, "unit": "hour"},
        "breakdowns": [{"property": {"name": "platform", "type": "string"}}],
        "dates": {"kind": "fixed", "from": days[0], "to": days[1]},
        "interval": "week",
    }


def test_the_mobile_checkout_breaks_and_no_other_one(scope, shop, clickhouse_url):
    """61 % of mobile users went from shipping to payment before the bug and 28 % in it; desktop stays at 60 %."""
    shares = {}
    for name, days in (("before", BEFORE_BUG), ("bug", BUG)):
        answer = ask(funnel(days), scope, clickhouse_url)
        found = {
            segment["label"]: [step["count"] for step in segment["steps"]]
            for segment in answer["segments"]
            if segment["segment"][0]["kind"] == "value"
        }
        assert found == reached(shop, days, CHECKOUT)
        shares[name] = {platform: round(counts[1] / counts[0], 2) for platform, counts in found.items()}
    assert (shares["before"]["mobile"], shares["bug"]["mobile"]) == (0.61, 0.28)
    assert shares["before"]["desktop"] == pytest.approx(shares["bug"]["desktop"], abs=0.05)


# --- trends -----------------------------------------------------------------------------------------------------------


def test_users_of_each_day_by_channel(scope, shop, clickhouse_url):
    """29 February is a day like any other, and the days around it are the file's."""
    first, last = "2024-02-22", "2024-03-08"
    answer = ask(
        {
            "kind": "insights",
            "metrics": [{"events": {"all": True}, "measure": {"kind": "unique"}}],
            "breakdowns": [{"property": {"name": "acquisition_channel", "type": "string"}}],
            "dates": {"kind": "fixed", "from": first, "to": last},
            "interval": "day",
        },
        scope,
        clickhouse_url,
    )
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in shop:
        if first <= row["timestamp"][:10] <= last:
            wanted[row["acquisition_channel"], row["timestamp"][:10]].add(row["user_id"])
    days = [bucket["start"][:10] for bucket in answer["buckets"]]
    found = {
        (series["label"], day): value
        for series in answer["series"]
        if series["segment"][0]["kind"] == "value"
        for day, value in zip(days, series["values"], strict=True)
        if value
    }
    assert found == {key: len(users) for key, users in wanted.items()}


# --- retention: loyal against new users -------------------------------------------------------------------------------


def test_who_comes_back_the_week_after_by_lifecycle(scope, shop, clickhouse_url):
    """Of new users 32 % are back the week after, of loyal ones 20 %: they buy and are gone for a while."""
    weeks: dict[str, set[date]] = defaultdict(set)
    births: dict[tuple[str, date], tuple[str, str]] = {}
    for row in shop:
        day = datetime.fromisoformat(row["timestamp"]).date()
        week = day - timedelta(days=day.weekday())
        weeks[row["user_id"]].add(week)
        key, told = (row["user_id"], week), (row["timestamp"], row["user_lifecycle"])
        births[key] = min(births.get(key, told), told)
    wanted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (user, week), (_, lifecycle) in births.items():
        wanted[lifecycle][0] += 1
        wanted[lifecycle][1] += week + timedelta(days=7) in weeks[user]
    answer = ask(
        {
            "kind": "retention",
            "birth": {"events": {"all": True}},
            "return": {"events": {"all": True}},
            "unit": "week",
            "periods": 1,
            "alignment": "calendar",
            "breakdowns": [{"property": {"name": "user_lifecycle", "type": "string"}}],
            "dates": {"kind": "fixed", "from": "2024-01-01", "to": "2024-07-07"},
            "interval": "week",
        },
        scope,
        clickhouse_url,
    )
    found = {
        series["label"]: [series["size"], sum(row["users"][1] or 0 for row in series["rows"])]
        for series in answer["series"]
        if series["segment"][0]["kind"] == "value"
    }
    assert found == dict(wanted)
    rates = {lifecycle: round(back / all_, 2) for lifecycle, (all_, back) in found.items()}
    assert (rates["new"], rates["loyal"]) == (0.32, 0.2)
