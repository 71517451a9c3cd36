"""Everybody who comes, day by day: the one entry point of the generator, and deterministic."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from analytics.demo import story, world
from analytics.demo.journeys import Journey, journey
from analytics.demo.visits import Event, Properties

VISITORS = 290  # on an average Monday in the first week
GROWTH = 0.5  # more of them on the last day than on the first
SEED = 20_240_229


@dataclass
class Population:
    """The demo as of one moment: iterate over events() once, then people holds the profiles."""

    now: datetime
    seed: int = SEED
    people: dict[str, Properties] = field(default_factory=dict)  # user id → profile

    def events(self) -> Iterator[Event]:
        """Every event up to now, in the order in which they were sent; some are sent twice."""
        rng = random.Random(self.seed)  # noqa: S311 - a story, not a secret
        latest = int(self.now.timestamp() * 1000)
        for trip in self._journeys(rng):
            happened = [event for event in trip.events if event["properties"]["time"] <= latest]
            if trip.person and any(event["event"] == "Signed Up" for event in happened):
                self.people[trip.person.user_id] = trip.person.profile | {"plan": plan_after(happened)}
            for event in happened:
                yield event
                if rng.random() < story.RESENT:
                    yield event

    def _journeys(self, rng: random.Random) -> Iterator[Journey]:
        today = self.now.date()
        number = 0
        for age in range(story.DAYS - 1, -1, -1):
            day = today - timedelta(days=age)
            for campaign in self._arrivals(rng, day, age):
                place = world.PLACES.draw(rng)
                if place.country == story.DECLINE.country and rng.random() > remaining(age):
                    continue
                number += 1
                yield journey(rng, today, day, number, campaign=campaign, place=place)

    def _arrivals(self, rng: random.Random, day: date, age: int) -> Iterator[bool]:
        """One item per visitor of the day: whether the campaign brought them."""
        usual = VISITORS * (1 + GROWTH * (1 - age / story.DAYS)) * story.WEEKDAY_TRAFFIC[day.weekday()]
        yield from [False] * max(0, round(rng.gauss(usual, usual**0.5)))
        launch = story.CAMPAIGN
        if launch.last <= age <= launch.first:
            fading = 1 - (launch.first - age) / (launch.first - launch.last + 1)
            yield from [True] * round(VISITORS * launch.traffic * fading)


def plan_after(events: list[Event]) -> str:
    """What somebody pays for after these events."""
    plan = "free"
    for event in events:
        if event["event"] == "Subscription Started":
            plan = event["properties"]["plan"]
        elif event["event"] == "Subscription Cancelled":
            plan = "free"
    return plan


def remaining(age: int) -> float:
    """What is left of the declining country's traffic."""
    return 1 - (1 - story.DECLINE.left_at_the_end) * (1 - age / story.DAYS)
