"""Who does something and when: devices, sessions and the events of one sitting."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from analytics.demo import world

Properties = dict[str, Any]
Event = dict[str, Any]  # {"event": name, "properties": {...}}, as the SDKs send it

SITE = "https://larkspur.example"
APP = "https://app.larkspur.example"
_HOURS = world.Choice(  # of the working day, where the person is
    {7: 2.0, 8: 6.0, 9: 11.0, 10: 12.0, 11: 10.0, 12: 6.0, 13: 8.0, 14: 11.0, 15: 10.0, 16: 9.0, 17: 6.0}
    | {18: 3.0, 19: 2.0, 20: 2.0, 21: 2.0}
)


def random_uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


@dataclass
class Device:
    """A browser or an app with its SDK: it has an id before anybody knows whose it is."""

    device_id: str
    platform: world.Platform
    place: world.Place
    known: Properties = field(init=False)  # what its SDK sends with every event

    def __post_init__(self) -> None:
        platform = self.platform
        self.known = {
            "$os": platform.os,
            "$device_id": self.device_id,
            "$screen_width": platform.screen[0],
            "$screen_height": platform.screen[1],
            "$city": self.place.city,
            "$region": self.place.region,
            "mp_country_code": self.place.country,
            "mp_lib": platform.lib,
            "$lib_version": platform.lib_version,
        }
        if platform.os_version:
            self.known["$os_version"] = platform.os_version
        if platform.browser is not None:
            self.known |= {"$browser": platform.browser, "$browser_version": platform.browser_version}
        if platform.device is not None:
            self.known["$device"] = platform.device


def referral(arrival: world.Arrival) -> Properties:
    """What the browser SDK says of the way somebody came."""
    host = arrival.referrer.split("/")[2] if arrival.referrer else "$direct"
    said: Properties = {"$referring_domain": host, "$initial_referring_domain": host}
    if arrival.referrer:
        said["$referrer"] = arrival.referrer
    for name in ("source", "medium", "campaign", "content", "term"):
        if value := getattr(arrival, name):
            said[f"utm_{name}"] = value
    return said


class Visit:
    """One sitting of one device: its events follow one another within minutes."""

    def __init__(
        self, rng: random.Random, device: Device, day: date, *, user_id: str = "", said: Properties | None = None
    ):
        self.rng = rng
        self.device = device
        self.said = said or {}
        hour = _HOURS.draw(rng) - device.place.utc_offset
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
        self.time_ms = int(start.timestamp() * 1000) + rng.randrange(3_600_000)
        self.user_id = user_id
        self.events: list[Event] = []

    def record(self, name: str, properties: Properties, *, path: str = "") -> None:
        """Add an event that happens some seconds to minutes after the one before."""
        rng = self.rng
        self.time_ms += 2_000 + int(rng.expovariate(1 / 45_000))
        sent: Properties = {"time": self.time_ms, "$insert_id": f"{rng.getrandbits(64):016x}"}
        if self.user_id:
            sent["distinct_id"] = sent["$user_id"] = self.user_id
        else:
            sent["distinct_id"] = f"$device:{self.device.device_id}"
        sent |= self.device.known
        sent |= self.said
        if path and self.device.platform.browser is not None:
            sent["$current_url"] = path
        sent |= properties
        self.events.append({"event": name, "properties": sent})

    def look_around(self, pages: int) -> None:
        """Page views of the public site; in an app, the screens before signing in."""
        for _ in range(pages):
            path = world.PAGES.draw(self.rng)
            if self.device.platform.browser is None:
                self.record("Screen Viewed", {"screen": "Welcome" if path == "/" else "Tour"})
            else:
                self.record("Page Viewed", {"page": path, "is_landing": not self.events}, path=SITE + path)
