"""Users who did Sign Up, then Purchase within 7 days, by $browser, last 30 days, daily"""

from __future__ import annotations

import datetime as dt

from analytics.queries.dates import Interval
from analytics.queries.funnel_numbers import FunnelNumber, Outcome
from analytics.queries.funnels import (
    Attribution,
    AttributionKind,
    Count,
    Exclusion,
    FunnelsQuery,
    StepOrder,
    View,
)
from analytics.queries.sentence.words import (
    INTERVAL_WORDS,
    breakdown_in_words,
    comparison_in_words,
    dates_in_words,
    events_in_words,
    group_in_words,
    property_in_words,
)
from analytics.queries.steps import Step
from analytics.queries.text import listed
from analytics.queries.windows import ConversionWindow, TimeWindow

COUNT_WORDS = {Count.UNIQUES: "Users", Count.TOTALS: "Attempts", Count.SESSIONS: "Sessions"}
ORDER_WORDS = {
    StepOrder.SPECIFIC: "one after the other",
    StepOrder.STRICT: "one right after the other",
    StepOrder.ANY: "in any order",
}
VIEW_WORDS = {
    View.STEPS: "steps",
    View.TREND: "conversion over time",
    View.TIMES: "time to convert",
    View.FREQUENCY: "how often before converting",
    View.PATHS: "what is done on the way",
}
_WHO = {Count.UNIQUES: "those who", Count.TOTALS: "attempts that", Count.SESSIONS: "sessions that"}
_OF_A_DAY = (Interval.HOUR, Interval.MINUTE)
_JOINTS = {StepOrder.SPECIFIC: ", then ", StepOrder.STRICT: ", right after it ", StepOrder.ANY: ", "}


def sentence(query: FunnelsQuery) -> str:
    steps = [step_in_words(step) for step in query.steps]
    if query.first_time:
        steps[0] += " for the first time"
    said = f"{COUNT_WORDS[query.count]} who did {_JOINTS[query.order].join(steps)}"
    if query.order is StepOrder.ANY:
        said += " in any order"
    said += f" {window_in_words(query.window)}"
    if query.exclusions:
        said += f", without {listed(map(exclusion_in_words, query.exclusions), 'and')}"
    if query.hold:
        said += f", with the same {listed((held.label for held in query.hold), 'and')}"
    if query.filters is not None:
        said += f", all where {group_in_words(query.filters)}"
    if query.breakdowns:
        said += f", by {breakdown_in_words(query.breakdowns[0])}{_attributed(query.attribution)}"
    said += f", {dates_in_words(query.dates)}, {INTERVAL_WORDS[query.interval]}"
    if query.view is not View.STEPS:
        said += f": {VIEW_WORDS[query.view]}"
    if query.between is not None and query.view not in (View.STEPS, View.TREND):
        said += f" {between_in_words(query.between)}"
    return f"{said}, compared with {comparison_in_words(query.comparison)}" if query.comparison else said


def number_in_words(number: FunnelNumber) -> str:
    """those who dropped after step 2 (Add To Cart) of Page View → Add To Cart → Purchase, whose plan is pro"""
    query = number.query
    said = f"{_WHO[query.count]} {_reached(number)}"
    if not number.is_whole:
        said += f", whose {property_in_words(query.breakdowns[0].property)} is {number.segment[0].label}"
    if number.bucket is not None:
        said += f", begun {_in_bucket(query.interval, number.bucket)}"
    if number.compared and query.comparison is not None:
        said += f", in {comparison_in_words(query.comparison)}"
    return said


def _reached(number: FunnelNumber) -> str:
    steps, dropped = [step.name for step in number.query.steps], number.outcome is Outcome.DROPPED
    if number.query.order is StepOrder.ANY:
        return f"did {'only' if dropped else 'at least'} {number.reached} of {listed(steps, 'and')}"
    if number.step == 1:
        return f"began {' → '.join(steps)}"
    how = "dropped after" if dropped else "reached"
    return f"{how} step {number.reached} ({steps[number.reached - 1]}) of {' → '.join(steps)}"


def _in_bucket(interval: Interval, start: dt.datetime) -> str:
    if interval is Interval.DAY:
        return f"on {start:%Y-%m-%d}"
    return f"in the {interval} of {start:%Y-%m-%d}" + (f" {start:%H:%M}" if interval in _OF_A_DAY else "")


def step_in_words(step: Step) -> str:
    said = events_in_words(step.events) or "anything"
    return f"{said} where {group_in_words(step.filters)}" if step.filters else said


def window_in_words(window: ConversionWindow) -> str:
    if not isinstance(window, TimeWindow):
        return "within a session"
    return f"within {window.count} {window.unit}{'' if window.count == 1 else 's'}"


def exclusion_in_words(exclusion: Exclusion) -> str:
    said = events_in_words(exclusion.events) or "anything else"
    if exclusion.filters:
        said += f" where {group_in_words(exclusion.filters)}"
    if exclusion.before is not None:
        return f"{said} between steps {exclusion.after} and {exclusion.before}"
    return f"{said} after step {exclusion.after}" if exclusion.after > 1 else said


def attribution_in_words(attribution: Attribution) -> str:
    if attribution.step is not None:
        return f"step {attribution.step}"
    return "the last step that has it" if attribution.kind is AttributionKind.LAST else "the first step that has it"


def between_in_words(between: tuple[int, int] | None) -> str:
    return f"between steps {between[0]} and {between[1]}" if between else "from the first step to the last"


def _attributed(attribution: Attribution) -> str:
    return "" if attribution == Attribution() else f" of {attribution_in_words(attribution)}"
