"""The guided tour of the demo project: where each planted finding is seen. A stop is a question and what to look for.

The findings are those of analytics/demo/story.py; days are counted back from the day on which the demo was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analytics.demo.story import CAMPAIGN, DAYS, DECLINE, LEAK, OUTAGE, RELEASE, outage_day
from analytics.queries.codec import canonical, parse
from web.projects.models import Project
from web.reports.address import address as question_address

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """`look_for` is what the chart shows, `try_it` what to do with it next."""

    title: str
    look_for: str
    try_it: str
    question: Document
    chart: str

    def query(self) -> str:
        """The question as the address of the page has it."""
        return canonical(parse(self.question))


def stops(made: date) -> list[Stop]:
    """`made` is the day on which the demo was made, in UTC."""

    def ago(days: int) -> date:
        return made - timedelta(days=days)

    outage = outage_day(made)
    return [
        Stop(
            "A campaign that brings visitors, not users",
            f"The spike is “{CAMPAIGN.name}”: for five days it multiplies the visitors.",
            "Change the event to Signed Up: the spike is gone. About one in sixteen of its visitors signs up, otherwise"
            " one in six.",
            _asked(_users("Page Viewed"), ago(CAMPAIGN.first + 12), ago(CAMPAIGN.last - 12), "day", by="utm_campaign"),
            "line",
        ),
        Stop(
            f"A leak on {LEAK.browser}",
            f"With {LEAK.browser}, three in five who signed up made their first project. {LEAK.since} days before"
            " the demo was made that fell to about a quarter, and stayed there.",
            "Change the filter to another browser: there nothing happened. Or look at the steps, and open those who"
            " dropped.",
            {
                "version": 1,
                "kind": "funnels",
                "steps": [{"events": ["Signed Up"]}, {"events": ["Project Created"]}],
                "filters": {"match": "all", "conditions": _is("$browser", LEAK.browser)},
                **_dates(ago(97), made, "week"),
                "view": "trend",
            },
            "trend",
        ),
        Stop(
            "A release that keeps people",
            f"{RELEASE.version} came {RELEASE.days_ago} days before the demo was made. Until then three in five active"
            " users were back a week later, from then on four in five are.",
            "Look at all cohorts at once in Cohorts, and open a cell to see its users.",
            {
                "version": 1,
                "kind": "retention",
                "birth": {"events": ["App Opened"]},
                "return": {"events": ["App Opened"]},
                "unit": "week",
                "periods": 4,
                "alignment": "calendar",
                **_dates(ago(DAYS - 1), made, "week"),
            },
            "trend",
        ),
        Stop(
            "A day on which exports failed",
            f"All on {OUTAGE.os}, from {OUTAGE.first_hour} to {OUTAGE.last_hour} o’clock UTC, again and again.",
            "Count unique users instead of events: how many people did it hit?",
            _asked(
                [{"events": [OUTAGE.event], "measure": {"kind": "total"}}],
                outage - timedelta(days=1), outage + timedelta(days=1), "hour", by="$os",
            ),
            "column",
        ),
        Stop(
            "Brazil fades",
            "Its share of the visitors shrinks a little every week, to less than a third.",
            "Take the filter away and break down by mp_country_code: which countries grow?",
            _asked(
                _users("Page Viewed"), ago(DAYS - 1), made, "week",
                filters=_is("mp_country_code", DECLINE.country),
            ),
            "line",
        ),
        Stop(
            "Quiet weekends",
            "On Saturdays and Sundays about a quarter of a weekday’s tasks get done.",
            "Break down by the hour of the day instead.",
            _asked(
                [{"events": ["Task Completed"], "measure": {"kind": "total"}}], ago(83), made, "week",
                breakdown={
                    "property": {"name": "time", "type": "date"}, "buckets": {"kind": "date", "grain": "day_of_week"}
                },
            ),
            "bar",
        ),
    ]  # fmt: skip


def address(project: Project, place: int, stop: Stop) -> str:
    """Of the page with the stop's question; `place` counts from 1."""
    return question_address(project, stop.query(), chart=stop.chart, tour=place)


def _users(event: str) -> list[Document]:
    return [{"events": [event], "measure": {"kind": "unique"}}]


def _is(name: str, value: str) -> list[Document]:
    return [{"property": {"name": name, "type": "string"}, "operator": "is", "values": [value]}]


def _asked(
    metrics: list[Document],
    first: date,
    last: date,
    interval: str,
    *,
    by: str = "",
    breakdown: Document | None = None,
    filters: list[Document] | None = None,
) -> Document:
    document: Document = {
        "version": 1,
        "kind": "insights",
        "metrics": metrics,
        **_dates(first, last, interval),
        "breakdowns": [breakdown] if breakdown else [{"property": {"name": by, "type": "string"}}] if by else [],
    }
    if filters:
        document["filters"] = {"match": "all", "conditions": filters}
    return document


def _dates(first: date, last: date, interval: str) -> Document:
    return {"dates": {"kind": "fixed", "from": first.isoformat(), "to": last.isoformat()}, "interval": interval}
