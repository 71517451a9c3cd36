"""The findings that are planted in the demo: every number that the generator, docs/demo.md and the tests share.

Days are counted back from the day the demo is made: 0 is that day, DAYS - 1 the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PRODUCT = "Larkspur"
DAYS = 182  # 26 whole weeks, so that the weekdays are evenly represented

# Weekly seasonality: a planning tool for work is quiet at the weekend.
WEEKDAY_TRAFFIC = (1.0, 1.08, 1.06, 1.02, 0.9, 0.36, 0.32)  # Monday first
WEEKDAY_ACTIVITY = (1.0, 1.05, 1.05, 1.0, 0.9, 0.25, 0.22)


@dataclass(frozen=True)
class Leak:
    """After a release, one browser's users fail to create their first project."""

    browser: str = "Firefox"
    since: int = 45  # days ago
    activation: float = 0.62  # of those who sign up, everywhere else
    leaking: float = 0.27


@dataclass(frozen=True)
class Release:
    """A release after which new users stay longer."""

    version: str = "3.0"
    previous: str = "2.9"
    days_ago: int = 84
    stays_before: float = 0.60  # chance to be still there a week later, each week
    stays_after: float = 0.80


@dataclass(frozen=True)
class Campaign:
    """A launch brings many visitors for a few days, and few of them sign up."""

    name: str = "spring-launch"
    source: str = "producthunt"
    medium: str = "social"
    first: int = 66  # days ago
    last: int = 62
    traffic: float = 2.6  # its visitors on its first day, as a multiple of a usual day's
    sign_up: float = 0.06


@dataclass(frozen=True)
class Decline:
    """One country loses visitors, a little every day."""

    country: str = "BR"
    left_at_the_end: float = 0.3


@dataclass(frozen=True)
class Outage:
    """For a day's working hours, exports fail on one operating system, and people try again and again."""

    event: str = "Export Failed"
    os: str = "Windows"
    weekday: int = 2  # a Wednesday: at weekends hardly anybody exports
    at_least: int = 15  # days ago
    first_hour: int = 8  # UTC, included
    last_hour: int = 20  # UTC, not included
    attempts: int = 6


def outage_day(today: date) -> date:
    latest = today - timedelta(days=OUTAGE.at_least)
    return latest - timedelta(days=(latest.weekday() - OUTAGE.weekday) % 7)


LEAK = Leak()
RELEASE = Release()
CAMPAIGN = Campaign()
DECLINE = Decline()
OUTAGE = Outage()

SIGN_UP = 0.17  # of the visitors who come without a campaign
RESENT = 0.01  # of the events are sent a second time, as SDKs do after a lost answer; they count once
SECOND_DEVICE = 0.3  # of the users log in from another device too, after looking around on it anonymously
