"""Public links, as the API reads and gives them."""

from __future__ import annotations

from web.api.schemas.choices import NEXT
from web.api.schemas.shapes import Schema, choice, closed, many, moment, opened, or_null, ref, text, whole, yes_or_no
from web.boards.shares import LONGEST_LIFE, LONGEST_PASSWORD, SHORTEST_PASSWORD, USUAL_LIFE

EXAMPLE_NEW_SHARE = {"board": 2, "days": 30, "password": "only for the board"}
EXAMPLE_SHARE = {
    "id": 4,
    "board": 2,
    "report": None,
    "name": "Growth",
    "token_prefix": "k3Jx9a",
    "state": "active",
    "has_password": True,
    "created_at": "2024-03-01T09:00:00Z",
    "created_by": "Ada",
    "expires_at": "2024-03-31T09:00:00Z",
    "revoked_at": None,
    "last_used_at": None,
    "views": 0,
}
EXAMPLE_MADE = {**EXAMPLE_SHARE, "url": "https://footfall.example.com/shared/k3Jx9a…/"}


def share_schemas() -> dict[str, Schema]:
    life = {
        "days": or_null(whole(minimum=1, maximum=LONGEST_LIFE), f"How long it lives; null: without end. {USUAL_LIFE}."),
        "password": or_null(
            text(minLength=SHORTEST_PASSWORD, maxLength=LONGEST_PASSWORD), "Asked of whoever opens it; null: none."
        ),
    }
    about = {
        "id": whole(),
        "board": or_null(whole(), "What it shows."),
        "report": or_null(whole(), "What it shows."),
        "name": text("Of the board or report."),
        "token_prefix": text("How the link's secret begins."),
        "state": choice(("active", "expired", "revoked")),
        "has_password": yes_or_no(),
        "created_at": moment(),
        "created_by": text("A person, or a service account's user name."),
        "expires_at": or_null(moment()),
        "revoked_at": or_null(moment()),
        "last_used_at": or_null(moment()),
        "views": whole("How often the page was opened."),
    }
    return {
        "NewShare": {
            "description": "What to share: a board or a report.",
            "oneOf": [
                closed("A board.", {"board": whole("Its id.", minimum=1)}, life),
                closed("A report.", {"report": whole("Its id.", minimum=1)}, life),
            ],
        },
        "Share": opened("A public link, without its secret.", about),
        "ShareMade": opened(
            "A public link, and the only time that its address is told.", {**about, "url": text("The address.")}
        ),
        "ShareList": opened("The newest first.", {"results": many(ref("Share")), "next": NEXT}),
    }
