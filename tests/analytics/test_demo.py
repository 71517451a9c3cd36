"""The demo's story is in its numbers: each finding of docs/demo.md, counted here with a few lines of plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from analytics.demo import story
from analytics.demo.population import Population

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def population():
    made = Population(NOW)
    return made, list(made.events())


@pytest.fixture(scope="module")
def once(population):
    """Each event once, as (name, age in days, properties)."""
    seen = {}
    for event in population[1]:
        seen[event["event"], event["properties"]["$insert_id"]] = event
    return [(each["event"], age(each["properties"]["time"]), each["properties"]) for each in seen.values()]


def day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()


def age(time_ms: int) -> int:
    return (TODAY - day(time_ms)).days


def who(properties: dict) -> str:
    return properties.get("$user_id") or properties["$device_id"]


def test_the_same_moment_gives_the_same_events(population):
    again = Population(NOW)
    assert list(again.events()) == population[1]
    assert again.people == population[0].people


def test_it_is_about_300_000_events_up_to_now(population, once):
    assert 270_000 < len(population[1]) < 330_000
    times = [properties["time"] for _, _, properties in once]
    assert max(times) <= NOW.timestamp() * 1000
    assert age(max(times)) == 0
    assert age(min(times)) in (story.DAYS - 1, story.DAYS)


def test_every_event_name_is_in_the_documentation(once):
    page = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()
    assert {name for name, _, _ in once if f"`{name}`" not in page} == set()


def test_there_are_properties_of_every_type(once):
    kinds = {type(value) for _, _, properties in once for value in properties.values()}
    assert {str, int, float, bool, list, dict} <= kinds
    names = {name for _, _, properties in once for name in properties}
    defaults = (
        "$browser",
        "$os",
        "$device",
        "$city",
        "$region",
        "mp_country_code",
        "$referring_domain",
        "$current_url",
        "mp_lib",
    )
    assert {*defaults, *(f"utm_{part}" for part in ("source", "medium", "campaign", "content", "term"))} <= names


def test_firefox_leaks_between_sign_up_and_the_first_project(once):
    signed_up, created = defaultdict(set), set()
    for name, days, properties in once:
        if name == "Signed Up":
            recent = days <= story.LEAK.since
            signed_up[properties.get("$browser") == story.LEAK.browser, recent].add(properties["$user_id"])
        if name == "Project Created":
            created.add(properties["$user_id"])
    rate = {key: len(users & created) / len(users) for key, users in signed_up.items()}
    assert rate[True, True] < 0.35
    assert min(rate[True, False], rate[False, True], rate[False, False]) > 0.57


def test_users_of_the_new_release_stay(once):
    born, active = {}, defaultdict(set)
    for name, days, properties in once:
        if name == "Project Created":
            user = properties["$user_id"]
            born[user] = max(born.get(user, 0), days)
        if name == "App Opened":
            active[properties["$user_id"]].add(days)
    back = {True: [0, 0], False: [0, 0]}
    for user, days in born.items():
        if days >= 22:
            counted = back[days <= story.RELEASE.days_ago]
            counted[0] += 1
            counted[1] += any(days - 21 <= each <= days - 15 for each in active[user])
    before, after = (back[key][1] / back[key][0] for key in (False, True))
    assert 0.3 < before < 0.42, "two weeks later: 0.6 × 0.6"
    assert 0.58 < after < 0.7, "0.8 × 0.8"


def test_the_campaign_brings_visitors_who_do_not_sign_up(once):
    visitors, users = defaultdict(set), defaultdict(set)
    for name, days, properties in once:
        launched = properties.get("utm_campaign") == story.CAMPAIGN.name
        if name in ("Page Viewed", "Screen Viewed"):
            visitors[launched, days].add(properties["$device_id"])
        if name == "Signed Up":
            users[launched].add(properties["$user_id"])
    days = {days for launched, days in visitors if launched}
    first, last = story.CAMPAIGN.first, story.CAMPAIGN.last
    assert set(range(last, first)) <= days <= set(range(last - 1, first + 2)), "in zones west of us it is a day later"
    assert len(visitors[True, first]) > 1.3 * len(visitors[False, first])
    total = {key: sum(len(ids) for (launched, _), ids in visitors.items() if launched is key) for key in (True, False)}
    assert len(users[True]) / total[True] < 0.085
    assert len(users[False]) / total[False] > 0.12


def test_weekends_are_quiet(once):
    done = Counter(day(properties["time"]).weekday() for name, _, properties in once if name == "Task Completed")
    weekday, weekend = sum(done[each] for each in range(5)) / 5, (done[5] + done[6]) / 2
    assert weekend < 0.45 * weekday


def test_brazil_fades_and_the_others_grow(once):
    seen: dict[bool, Counter] = {True: Counter(), False: Counter()}
    for name, days, properties in once:
        if name == "Page Viewed" and "utm_campaign" not in properties:
            seen[properties["mp_country_code"] == story.DECLINE.country][days // 28] += 1
    assert seen[True][0] < 0.6 * seen[True][5]
    assert seen[False][0] > 1.1 * seen[False][5]


def test_exports_fail_on_one_day_on_one_system(once):
    failed = [(days, properties) for name, days, properties in once if name == story.OUTAGE.event]
    assert len(failed) >= 15
    assert {days for days, _ in failed} == {(TODAY - story.outage_day(TODAY)).days}
    assert {properties["$os"] for _, properties in failed} == {story.OUTAGE.os}
    hours = {datetime.fromtimestamp(properties["time"] / 1000, UTC).hour for _, properties in failed}
    assert hours <= set(range(story.OUTAGE.first_hour, story.OUTAGE.last_hour))


def test_devices_turn_out_to_be_people(once):
    owners, anonymous = defaultdict(set), set()
    for _, _, properties in once:
        if "$user_id" in properties:
            owners[properties["$user_id"]].add(properties["$device_id"])
        else:
            anonymous.add(properties["$device_id"])
    assert all(devices & anonymous for devices in owners.values()), "everybody was somebody unknown first"
    second = sum(len(devices) > 1 for devices in owners.values())
    assert second > 1000
    belongs = [device for devices in owners.values() for device in devices]
    assert len(belongs) == len(set(belongs)), "no device is two people's"


def test_one_event_in_a_hundred_is_sent_twice(population, once):
    assert 0.008 < 1 - len(once) / len(population[1]) < 0.012
    pairs = Counter(each["properties"]["$insert_id"] for each in population[1])
    assert max(pairs.values()) == 2


def test_everybody_who_signed_up_has_a_profile(population, once):
    assert {properties["$user_id"] for name, _, properties in once if name == "Signed Up"} == set(population[0].people)
    paying = {properties["$user_id"] for name, _, properties in once if name == "Subscription Started"}
    left = {properties["$user_id"] for name, _, properties in once if name == "Subscription Cancelled"}
    plans = {user: profile["plan"] for user, profile in population[0].people.items()}
    assert all(plans[user] in ("solo", "team", "business") for user in paying - left)


def test_the_outage_is_on_a_wednesday_two_to_three_weeks_ago():
    for later in range(14):
        today = TODAY + timedelta(days=later)
        assert story.outage_day(today).weekday() == 2
        assert 15 <= (today - story.outage_day(today)).days <= 21
