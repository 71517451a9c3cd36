"""Text in a figure. Names of events and values come from whoever holds a public token, and Plotly reads a kind of
HTML."""

from __future__ import annotations

import datetime as dt

LONGEST_LABEL = 60
_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
_MONTHS = (*_FIRST_HALF, "July", "August", "September", "October", "November", "December")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def escaped(text: str) -> str:
    """The text as Plotly shows it letter by letter: no tag, no link, no entity; cut where a legend could not hold
    it."""
    if len(text) > LONGEST_LABEL:
        text = text[: LONGEST_LABEL - 1] + "…"
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bucket_label(start: dt.datetime, interval: str) -> str:
    """`Mon 4 March 2024`, `4 March 2024 14:00 UTC+01:00`: English, whatever the machine's locale is."""
    month = _MONTHS[start.month - 1]
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
