"""Where the demo's visitors come from and what they use: plausible values and how often each occurs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Choice(Generic[T]):
    """Values with weights, drawn with one random number."""

    def __init__(self, weights: dict[T, float]) -> None:
        self.values = list(weights)
        self._edges = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> T:
        return rng.choices(self.values, cum_weights=self._edges)[0]


@dataclass(frozen=True)
class Place:
    city: str
    region: str
    country: str
    utc_offset: int


@dataclass(frozen=True)
class Platform:
    """What the SDK of a browser or an app says of itself."""

    os: str
    os_version: str
    browser: str | None  # None: a mobile app
    browser_version: int | None
    device: str | None
    lib: str
    lib_version: str
    screen: tuple[int, int]


@dataclass(frozen=True)
class Arrival:
    """How somebody came: the referrer, the campaign and the landing page."""

    referrer: str  # "" is a visit without one
    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""


PLACES = Choice(
    {
        Place("New York", "New York", "US", -5): 13.0,
        Place("Chicago", "Illinois", "US", -6): 7.0,
        Place("San Francisco", "California", "US", -8): 11.0,
        Place("London", "England", "GB", 0): 10.0,
        Place("Manchester", "England", "GB", 0): 3.0,
        Place("Berlin", "Land Berlin", "DE", 1): 8.0,
        Place("Munich", "Bavaria", "DE", 1): 4.0,
        Place("Paris", "Île-de-France", "FR", 1): 7.0,
        Place("São Paulo", "São Paulo", "BR", -3): 10.0,
        Place("Rio de Janeiro", "Rio de Janeiro", "BR", -3): 4.0,
        Place("Bengaluru", "Karnataka", "IN", 5): 9.0,
        Place("Mumbai", "Maharashtra", "IN", 5): 4.0,
        Place("Tokyo", "Tokyo", "JP", 9): 6.0,
        Place("Sydney", "New South Wales", "AU", 10): 4.0,
    }
)

_WEB = ("web", "2.83.0")
PLATFORMS = Choice(
    {
        Platform("Windows", "11", "Chrome", 141, None, *_WEB, (1920, 1080)): 27.0,
        Platform("Windows", "10", "Microsoft Edge", 140, None, *_WEB, (1536, 864)): 9.0,
        Platform("Windows", "11", "Firefox", 143, None, *_WEB, (1920, 1080)): 10.0,
        Platform("Mac OS X", "15.6", "Chrome", 141, None, *_WEB, (1728, 1117)): 14.0,
        Platform("Mac OS X", "15.6", "Safari", 18, None, *_WEB, (1512, 982)): 11.0,
        Platform("Linux", "", "Firefox", 143, None, *_WEB, (2560, 1440)): 5.0,
        Platform("iOS", "18.6", "Mobile Safari", 18, "iPhone", *_WEB, (390, 844)): 5.0,
        Platform("Android", "15", "Chrome", 141, "Android", *_WEB, (412, 915)): 5.0,
        Platform("iOS", "18.6", None, None, "iPhone16,1", "swift", "4.3.1", (393, 852)): 8.0,
        Platform("Android", "15", None, None, "Pixel 9", "android", "8.2.0", (412, 923)): 6.0,
    }
)

ARRIVALS = Choice(
    {
        Arrival(""): 30.0,
        Arrival("https://www.google.com/"): 26.0,
        Arrival("https://www.google.com/", "google", "cpc", "brand", "headline-a", "larkspur"): 6.0,
        Arrival(
            "https://www.google.com/", "google", "cpc", "planning-software", "headline-b", "planning software"
        ): 8.0,
        Arrival("https://duckduckgo.com/"): 4.0,
        Arrival("https://www.linkedin.com/", "linkedin", "social", "teams-that-ship", "carousel"): 7.0,
        Arrival("https://news.ycombinator.com/"): 4.0,
        Arrival("https://www.g2.com/", "g2", "referral", "", ""): 5.0,
        Arrival("", "newsletter", "email", "monthly-digest", "button"): 6.0,
    }
)

PAGES = Choice(
    {
        "/": 34.0,
        "/pricing": 20.0,
        "/features": 18.0,
        "/templates": 12.0,
        "/blog/weekly-planning": 10.0,
        "/customers": 6.0,
    }
)
PLANS = Choice({"team": 0.55, "business": 0.25, "solo": 0.2})
PRICES = {"solo": 9.0, "team": 29.0, "business": 79.0}
COUPONS = Choice({None: 0.7, "": 0.1, "LAUNCH20": 0.12, "FRIENDS": 0.08})
TEMPLATES = Choice({"Blank": 0.35, "Roadmap": 0.25, "Sprint": 0.2, "Launch checklist": 0.12, "OKRs": 0.08})
TAGS = ("urgent", "design", "backend", "customer", "research", "bug", "idea")
SEARCHES = ("roadmap", "q3 goals", "launch", "invoice", "retro", "hiring plan", "onboarding")
FORMATS = Choice({"csv": 0.5, "pdf": 0.35, "xlsx": 0.15})
ROLES = Choice({"product": 0.35, "engineering": 0.25, "design": 0.15, "marketing": 0.15, "founder": 0.1})
FIRST_NAMES = (
    *("Ada", "Ben", "Chen", "Dara", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jonas", "Kavya", "Lena", "Mateo"),
    *("Noor", "Olga", "Priya", "Quinn", "Rosa", "Sam", "Tomo", "Uma", "Victor", "Wanda", "Xenia", "Yara", "Zane"),
)
LAST_NAMES = (
    *("Abbott", "Berg", "Costa", "Diaz", "Endo", "Fischer", "Garcia", "Haddad", "Ito", "Jensen", "Khan", "Lopez"),
    *("Meyer", "Novak", "Okafor", "Patel", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vogel", "Weber", "Zhou"),
)
