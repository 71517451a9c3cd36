"""Where an address is, if the operator supplies a MaxMind database; the address itself is never kept."""

from __future__ import annotations

import functools
import ipaddress
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maxminddb

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A city as far as the database knows it."""

    city: str = ""
    region: str = ""
    country_code: str = ""
    timezone: str = ""

    def event_properties(self) -> dict[str, str]:
        named = {"$city": self.city, "$region": self.region, "mp_country_code": self.country_code}
        return {name: value for name, value in named.items() if value}

    def profile_properties(self) -> dict[str, str]:
        named = {
            "$city": self.city,
            "$region": self.region,
            "$country_code": self.country_code,
            "$timezone": self.timezone,
        }
        return {name: value for name, value in named.items() if value}


NOWHERE = Place()


class Atlas:
    """An open database. Without one every address is nowhere."""

    def __init__(self, database: str) -> None:
        self._reader = maxminddb.open_database(database, maxminddb.MODE_MMAP) if database else None
        self.locate = functools.lru_cache(maxsize=10_000)(self._locate)

    def _locate(self, address: str) -> Place:
        if self._reader is None or not address:
            return NOWHERE
        try:
            found = self._reader.get(ipaddress.ip_address(address.strip()))
        except ValueError:
            return NOWHERE
        return _place(found) if isinstance(found, dict) else NOWHERE


@functools.lru_cache(maxsize=4)
def atlas(database: str) -> Atlas:
    """The database of this process; a file that cannot be read is said once and costs nothing but the places."""
    try:
        return Atlas(database)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.error("GEOIP_DATABASE=%s cannot be used: %s. Events get no city.", Path(database), error)
        return Atlas("")


def _place(found: dict[str, Any]) -> Place:
    subdivisions = found.get("subdivisions") or [{}]
    return Place(
        city=_name(found.get("city")),
        region=_name(subdivisions[0]),
        country_code=str((found.get("country") or {}).get("iso_code") or ""),
        timezone=str((found.get("location") or {}).get("time_zone") or ""),
    )


def _name(entry: dict[str, Any] | None) -> str:
    return str(((entry or {}).get("names") or {}).get("en") or "")
