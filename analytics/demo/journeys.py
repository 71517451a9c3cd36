"""What one visitor does from the first page to the last day: arrive, sign up, start, stay, pay, leave.

The planted findings of story.py act here, each at the one place where it would act in life.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from analytics.demo import story, world
from analytics.demo.visits import APP, Device, Event, Properties, Visit, random_uuid, referral

MAX_WEEKS = 26


@dataclass
class Person:
    """Somebody who signed up; `profile` is what the product sends about them."""

    user_id: str
    devices: list[Device]
    signed_up: date
    release: str
    plan: str = "free"
    activated: bool = False
    profile: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class Journey:
    """All that one visitor did, and their profile if they signed up."""

    events: list[Event]
    person: Person | None


def days_ago(today: date, day: date) -> int:
    return (today - day).days


def release_of(today: date, day: date) -> str:
    return story.RELEASE.version if days_ago(today, day) <= story.RELEASE.days_ago else story.RELEASE.previous


def device(rng: random.Random, place: world.Place, platform: world.Platform | None = None) -> Device:
    return Device(random_uuid(rng), platform or world.PLATFORMS.draw(rng), place)


def journey(rng: random.Random, today: date, day: date, number: int, *, campaign: bool, place: world.Place) -> Journey:
    """Everything that the visitor who arrives on `day` ever does."""
    arrival = world.ARRIVALS.draw(rng)
    if campaign:
        launch = story.CAMPAIGN
        arrival = world.Arrival(
            "https://www.producthunt.com/", launch.source, launch.medium, launch.name, "launch-post"
        )
    first = device(rng, place)
    visit = Visit(rng, first, day, said=referral(arrival))
    visit.look_around(1 + min(int(rng.expovariate(1 / 1.1)), 5))
    if rng.random() >= (story.CAMPAIGN.sign_up if campaign else story.SIGN_UP):
        events = visit.events
        if rng.random() < 0.12:
            again = Visit(rng, first, day + timedelta(days=rng.randint(1, 20)), said=referral(world.Arrival("")))
            again.look_around(rng.randint(1, 3))
            events = events + again.events
        return Journey(events, None)
    person = sign_up(rng, visit, today, day, number, arrival)
    events = list(visit.events)
    if person.activated:
        events += stay(rng, person, today)
    return Journey(events, person)


def sign_up(rng: random.Random, visit: Visit, today: date, day: date, number: int, arrival: world.Arrival) -> Person:
    """Becoming a user; the device's earlier pages become theirs with the first event that names both."""
    person = Person(f"user-{number:06d}", [visit.device], day, release_of(today, day))
    visit.user_id = person.user_id
    visit.said = visit.said | {"plan": "free", "release": person.release}
    visit.record("Signed Up", {"method": rng.choice(("email", "email", "google", "github"))}, path=f"{APP}/welcome")
    leak = story.LEAK
    leaks = visit.device.platform.browser == leak.browser and days_ago(today, day) <= leak.since
    person.activated = rng.random() < (leak.leaking if leaks else leak.activation)
    person.profile = profile(rng, person, arrival, visit.time_ms)
    if person.activated:
        template = world.TEMPLATES.draw(rng)
        created = {"template": template, "from_template": template != "Blank", "members": rng.randint(1, 6)}
        visit.record("Project Created", created, path=f"{APP}/projects/new")
        for _ in range(rng.randint(1, 3)):
            act(rng, visit, today, day, "Task Created")
    return person


def profile(rng: random.Random, person: Person, arrival: world.Arrival, time_ms: int) -> Properties:
    first, last = rng.choice(world.FIRST_NAMES), rng.choice(world.LAST_NAMES)
    place = person.devices[0].place
    return {
        "$name": f"{first} {last}",
        "$email": f"{first}.{last}.{person.user_id[5:]}@example.com".lower(),
        "$created": datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "$city": place.city,
        "$region": place.region,
        "$country_code": place.country,
        "plan": "free",
        "role": world.ROLES.draw(rng),
        "company_size": rng.choice((1, 5, 12, 40, 120, 600)),
        "first_source": arrival.source or "organic",
        "beta_tester": rng.random() < 0.08,
    }


def stay(rng: random.Random, person: Person, today: date) -> Iterator[Event]:
    """The weeks after the first day, until the person stops coming or today is reached."""
    newer = person.release == story.RELEASE.version
    stays = story.RELEASE.stays_after if newer else story.RELEASE.stays_before
    elsewhere = rng.random() < story.SECOND_DEVICE
    pays_on = person.signed_up + timedelta(days=rng.randint(3, 30)) if rng.random() < 0.3 else None
    for week in range(MAX_WEEKS):
        start = person.signed_up + timedelta(days=7 * week)
        if start > today:
            return
        if week and rng.random() >= stays:
            if person.plan != "free" and start <= today:
                yield from cancel(rng, person, today, start)
            return
        for day in active_days(rng, start + timedelta(days=1), intensity=2.2 if person.plan == "free" else 3.2):
            if elsewhere and len(person.devices) == 1:
                yield from log_in_elsewhere(rng, person, today, day)
            yield from working_day(rng, person, today, day)
            if pays_on and person.plan == "free" and day >= pays_on:
                yield from subscribe(rng, person, today, day)


def active_days(rng: random.Random, monday: date, *, intensity: float) -> list[date]:
    """At least one of the seven days from `monday` on; fewer at weekends."""
    week = [monday + timedelta(days=index) for index in range(7)]
    weights = [story.WEEKDAY_ACTIVITY[day.weekday()] for day in week]
    wanted = max(1, min(6, round(rng.gauss(intensity, 1.1))))
    return sorted(set(rng.choices(week, weights, k=wanted)))


def session(rng: random.Random, person: Person, today: date, day: date) -> Visit:
    used = person.devices[-1] if rng.random() < 0.4 else person.devices[0]
    return Visit(rng, used, day, user_id=person.user_id, said={"plan": person.plan, "release": release_of(today, day)})


def working_day(rng: random.Random, person: Person, today: date, day: date) -> list[Event]:
    visit = session(rng, person, today, day)
    visit.record("App Opened", {"unread": rng.randrange(12)}, path=f"{APP}/home")
    for _ in range(2 + int(rng.expovariate(1 / 2.6))):
        act(rng, visit, today, day, WORK.draw(rng))
    return visit.events


def log_in_elsewhere(rng: random.Random, person: Person, today: date, day: date) -> list[Event]:
    """Another device: pages seen before logging in on it become the person's too."""
    other = device(rng, person.devices[0].place)
    person.devices.append(other)
    visit = Visit(rng, other, day, said=referral(world.Arrival("")))
    visit.look_around(rng.randint(1, 2))
    visit.user_id = person.user_id
    visit.record("Logged In", {"method": "email", "remember_me": rng.random() < 0.7}, path=f"{APP}/login")
    return visit.events


def subscribe(rng: random.Random, person: Person, today: date, day: date) -> list[Event]:
    visit = session(rng, person, today, day)
    person.plan = world.PLANS.draw(rng)
    seats = 1 if person.plan == "solo" else rng.randint(2, 24)
    annual = rng.random() < 0.35
    coupon = world.COUPONS.draw(rng)
    price = world.PRICES[person.plan] * seats * (10 if annual else 1) * (0.8 if coupon == "LAUNCH20" else 1)
    paid: Properties = {"plan": person.plan, "seats": seats, "annual": annual, "amount": round(price, 2)}
    paid["renews_on"] = (day + timedelta(days=365 if annual else 30)).isoformat()
    if coupon is not None:
        paid["coupon"] = coupon
    visit.record("Pricing Viewed", {"seats": seats}, path=f"{APP}/billing")
    visit.record("Subscription Started", paid, path=f"{APP}/billing/done")
    return visit.events


def cancel(rng: random.Random, person: Person, today: date, day: date) -> list[Event]:
    visit = session(rng, person, today, day)
    reason = rng.choice(("too expensive", "missing feature", "project ended", "other"))
    visit.record("Subscription Cancelled", {"reason": reason, "plan": person.plan}, path=f"{APP}/billing")
    person.plan = "free"
    return visit.events


WORK = world.Choice(
    {
        "Task Created": 24.0,
        "Task Completed": 26.0,
        "Comment Posted": 16.0,
        "Search Performed": 9.0,
        "Report Opened": 8.0,
        "File Uploaded": 6.0,
        "Report Exported": 6.0,
        "Invite Sent": 3.0,
        "Project Created": 2.0,
    }
)


def act(rng: random.Random, visit: Visit, today: date, day: date, name: str) -> None:
    """One thing done in the app, with properties of every type."""
    if name == "Report Exported" and visit.device.platform.os == story.OUTAGE.os and in_outage(today, visit.time_ms):
        visit.record(
            story.OUTAGE.event, {"format": world.FORMATS.draw(rng), "error": "renderer timed out", "code": 504}
        )
        return
    visit.record(name, DETAILS[name](rng, day), path=f"{APP}/projects/{rng.randrange(1, 400)}")


def in_outage(today: date, time_ms: int) -> bool:
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    in_hours = story.OUTAGE.first_hour <= moment.hour < story.OUTAGE.last_hour
    return in_hours and moment.date() == story.outage_day(today)


def _task(rng: random.Random, day: date) -> dict[str, Any]:
    return {
        "tags": rng.sample(world.TAGS, rng.randrange(4)),
        "due_date": (day + timedelta(days=rng.randint(1, 21))).isoformat(),
        "assigned_to_self": rng.random() < 0.6,
        "estimate": {"points": rng.choice((1, 2, 3, 5, 8)), "confidence": rng.choice(("low", "medium", "high"))},
    }


def _completed(rng: random.Random, day: date) -> dict[str, Any]:
    return {"hours_open": round(rng.lognormvariate(3, 1), 1), "on_time": rng.random() < 0.71}


def _uploaded(rng: random.Random, day: date) -> dict[str, Any]:
    return {"megabytes": round(rng.lognormvariate(0.7, 1.1), 2), "type": rng.choice(("png", "pdf", "docx", "fig"))}


def _created(rng: random.Random, day: date) -> dict[str, Any]:
    template = world.TEMPLATES.draw(rng)
    return {"template": template, "from_template": template != "Blank", "members": rng.randint(1, 12)}


def _comment(rng: random.Random, day: date) -> dict[str, Any]:
    return {"length": 5 + int(rng.expovariate(1 / 90)), "mentions": rng.randrange(3)}


def _search(rng: random.Random, day: date) -> dict[str, Any]:
    return {"query": rng.choice(world.SEARCHES), "results": rng.randrange(40)}


def _report(rng: random.Random, day: date) -> dict[str, Any]:
    return {"report": rng.choice(("Burn-up", "Workload", "Timeline")), "load_ms": int(rng.lognormvariate(6.3, 0.6))}


def _export(rng: random.Random, day: date) -> dict[str, Any]:
    return {"format": world.FORMATS.draw(rng), "rows": rng.randrange(10, 2000)}


def _invite(rng: random.Random, day: date) -> dict[str, Any]:
    return {"role": rng.choice(("editor", "viewer")), "count": rng.randint(1, 5)}


DETAILS = {
    "Task Created": _task,
    "Task Completed": _completed,
    "Comment Posted": _comment,
    "Search Performed": _search,
    "Report Opened": _report,
    "File Uploaded": _uploaded,
    "Report Exported": _export,
    "Invite Sent": _invite,
    "Project Created": _created,
}
