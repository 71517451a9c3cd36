"""Text in a figure. Names of events and values come from whoever holds a public token, and Plotly reads a kind of
HTML.

Numbers and moments are not written here but filled in by Plotly, from `customdata` into a template: so they follow the
language of whoever reads, which an answer that is kept for everybody cannot know. Without a language they are English.
"""

from __future__ import annotations

import datetime as dt
import textwrap

from analytics.results.series import Number

LONGEST_LABEL = 60
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NUMBER, _PERCENT = ",.6~f", ",.2~%"  # as d3 writes them
# Instead of these the page puts the patterns of its language (js/insights/locale.js).
_DAY, _DATE, _MONTH = "%a %-d %b %Y", "%-d %b %Y", "%b %Y"
_CLOCK = ("minute", "hour")
_PATTERNS = dict.fromkeys(_CLOCK, f"{_DATE} %H:%M")
_PATTERNS |= {"day": _DAY, "week": _DATE, "month": _MONTH, "quarter": "Q%q %Y", "year": "%Y"}


def escaped(text: str) -> str:
    """The text as Plotly shows it letter by letter: no tag, no link, no entity; cut where a legend could not hold
    it."""
    if len(text) > LONGEST_LABEL:
        text = text[: LONGEST_LABEL - 1] + "…"
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wrapped(text: str, width: int) -> str:
    """The same in lines of so many letters, for a tick that has no more room."""
    lines = textwrap.wrap(text, width, max_lines=3, placeholder="…")
    return "<br>".join(escaped(line) for line in lines)


def numeral(place: int, format: str) -> str:
    """In a template the number at this place of customdata; the table has every digit."""
    return f"%{{customdata[{place}]:{_PERCENT if format == 'percent' else NUMBER}}}"


def rounded(value: Number, format: str) -> Number:
    """As many digits as are said beside a point. A template has one format for all points, small and large."""
    if format == "percent" or not isinstance(value, float):
        return value
    return round(value, 2) if abs(value) >= 1 else float(f"{value:.4g}")


def clock(moment: dt.datetime) -> str:
    """What a clock there shows: Plotly knows no zones."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def begun(start: dt.datetime, interval: str, remark: str = "") -> list[str]:
    """What `bucket` fills in: when it begins, and what is said beside that."""
    return [clock(start), (f" {start.tzname()}" if interval in _CLOCK else "") + remark]


def bucket(interval: str) -> str:
    """In a template the bucket that the first two items of customdata are of: `Mon 4 Mar 2024`, or
    `4 Mar 2024 14:00 UTC+01:00`."""
    said = f"%{{customdata[0]|{_PATTERNS[interval]}}}%{{customdata[1]}}"
    return f"Week of {said}" if interval == "week" else said


def bucket_label(start: dt.datetime, interval: str) -> str:
    """The same where Plotly takes no template; English, whatever the machine's locale is."""
    month = MONTHS[start.month - 1]
    day = f"{start.day} {month} {start.year}"
    match interval:
        case "minute" | "hour":
            return f"{day} {start:%H:%M} {start.tzname()}"
        case "week":
            return f"Week of {day}"
        case "month":
            return f"{month} {start.year}"
        case "quarter":
            return f"Q{(start.month - 1) // 3 + 1} {start.year}"
        case "year":
            return str(start.year)
    return f"{_DAYS[start.weekday()]} {day}"
