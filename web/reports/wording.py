"""What people call and describe reports, boards and tiles: checked before it is kept."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.text import check_text
from web.reports.models import LONGEST_DESCRIPTION, LONGEST_REPORT_NAME


def checked_text(value: object, place: str, *, what: str, longest: int) -> str:
    """It may be empty; `place` and `what` are the error's: where, and "The text"."""
    text = check_text(value, place, what=what, longest=longest, empty=True)
    if "\0" in text:
        raise QueryError("A NUL character cannot be kept: remove it.", place=place)
    return text


def checked_name(value: object, what: str) -> str:
    """`what` has it, like "report"."""
    name = checked_text(value, "name", what=f"The {what}'s name", longest=LONGEST_REPORT_NAME)
    if not name.strip():
        raise QueryError(f"The {what}'s name is blank: call it something.", place="name")
    return name


def checked_description(value: object) -> str:
    return checked_text(value, "description", what="The description", longest=LONGEST_DESCRIPTION)
