"""Time zones by their names, as the IANA calls them: which there are, and which are offered to choose from."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from analytics.errors import QueryError
from analytics.queries.text import check_text

LONGEST_ZONE = 64
_OF_THE_MACHINE = {"localtime", "Factory"}  # whatever the host is set to, and a mark that it is not


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone, or a QueryError: `Europe/Berlin`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise QueryError(f"{name!r} is not a time zone; write it like Europe/Berlin.", place="scope.zone") from None


@cache
def zone_names() -> frozenset[str]:
    """All that there are, historical spellings too. The files behind them are looked for once."""
    return frozenset(available_timezones() - _OF_THE_MACHINE)


@cache
def offered_zones() -> tuple[str, ...]:
    """The names people look for, in their order; the historical spellings stay valid but are not offered."""
    return tuple(
        sorted(name for name in zone_names() if name == "UTC" or ("/" in name and not name.startswith("Etc/")))
    )


def check_zone(name: object, place: str) -> None:
    """A QueryError says which name was probably meant."""
    named = check_text(name, place, what="The time zone", longest=LONGEST_ZONE)
    if named in zone_names():
        return
    near = get_close_matches(named, offered_zones(), n=1)
    mend = f"did you mean {near[0]}?" if near else "write it like Europe/Berlin."
    raise QueryError(f"{named!r} is not a time zone: {mend}", place=place)
