"""What a piece of text in a question may be. The names and values themselves are the asker's; we only make sure
that they can be stored, sent and shown."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.errors import QueryError

LONGEST_TEXT = 8192
_SHOWN = 60


def check_text(value: object, place: str, *, what: str, longest: int = LONGEST_TEXT, empty: bool = False) -> str:
    """The text itself, or a QueryError that names the place."""
    if not isinstance(value, str):
        raise QueryError(f"{what} must be text, not {shown(value)}.", place=place)
    if not value and not empty:
        raise QueryError(f"{what} is empty: name one.", place=place)
    if len(value) > longest:
        raise QueryError(f"{what} is {len(value):,} characters long; at most {longest:,} are possible.", place=place)
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell but no event can contain
        raise QueryError(f"{what} holds characters that are not text: {shown(value)}.", place=place) from None
    return value


def shown(value: object) -> str:
    """A value as an error message shows it: short and unmistakable."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def listed(values: Iterable[object], last: str = "or") -> str:
    """`a, b or c`."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}"
