"""Boards and their tiles, as the API reads and gives them."""

from __future__ import annotations

from analytics.charts import CHARTS
from web.api.schemas.choices import NEXT
from web.api.schemas.queries import EXAMPLE as QUERY
from web.api.schemas.shapes import Schema, choice, closed, many, moment, opened, or_null, ref, text, whole, yes_or_no
from web.boards.models import LONGEST_TEXT, MOST_TILES, NARROWEST, WIDEST, TileKind
from web.reports.models import LONGEST_DESCRIPTION, LONGEST_REPORT_NAME

_NAME = text("What people call it.", minLength=1, maxLength=LONGEST_REPORT_NAME, pattern=r"\S")
_DESCRIPTION = text("What it is for.", maxLength=LONGEST_DESCRIPTION)
_DATES = or_null(ref("DateRange"), "For every report of the board; null: each report's own.")
_FILTERS = or_null(ref("FilterGroup"), "What must hold too, in every report of the board; null: nothing.")
_WIDTH = whole("Columns of four.", minimum=NARROWEST, maximum=WIDEST, default=2)
_CHART = choice(["", *CHARTS], "Empty: the one that suits the answer.", default="")
_TEXT = text("Plain text; its line breaks are kept.", minLength=1, maxLength=LONGEST_TEXT, pattern=r"\S")

_LAST_WEEK = {"kind": "last", "count": 7, "unit": "day"}
_BY = {
    "created_at": "2024-03-01T09:00:00Z",
    "created_by": "Ada",
    "updated_at": "2024-03-01T09:00:00Z",
    "updated_by": "Ada",
}
EXAMPLE_TILE = {
    "id": 3,
    "kind": "report",
    "width": 2,
    "text": "",
    "chart": "line",
    "report": {
        "id": 7,
        "name": "Sign-ups by browser",
        "description": "",
        "deleted": False,
        "query": QUERY,
        "sentence": "Unique users who did Sign Up, by $browser, last 7 days, daily",
    },
}
EXAMPLE_NEW_BOARD = {"name": "Growth", "description": "What we look at on Mondays", "dates": _LAST_WEEK}
EXAMPLE_LISTED = {"id": 2, **EXAMPLE_NEW_BOARD, "filters": None, **_BY}
EXAMPLE_BOARD = {**EXAMPLE_LISTED, "tiles": [EXAMPLE_TILE]}
EXAMPLE_NEW_TILE = {"kind": "report", "report": 7, "width": 2, "chart": "line"}


def board_schemas() -> dict[str, Schema]:
    about = {
        "id": whole(),
        "name": text(),
        "description": text(),
        "dates": or_null(opened("A DateRange.", {})),
        "filters": or_null(opened("A FilterGroup.", {})),
        "created_at": moment(),
        "created_by": text("A person, or a service account's user name."),
        "updated_at": moment("When it or one of its tiles was changed last."),
        "updated_by": text("A person, or a service account's user name."),
    }
    return {
        "NewBoard": closed(
            "A board to make.",
            {"name": _NAME},
            {"description": {**_DESCRIPTION, "default": ""}, "dates": _DATES, "filters": _FILTERS},
        ),
        "BoardChange": closed(
            "What shall be different; what is left out stays.",
            {},
            {"name": _NAME, "description": _DESCRIPTION, "dates": _DATES, "filters": _FILTERS},
        ),
        "BoardCopy": closed("A name for the copy.", {}, {"name": _NAME}),
        "BoardListed": opened("A board without its tiles.", about),
        "Board": opened("A board.", {**about, "tiles": many(ref("Tile"), "In their order.")}),
        "BoardList": opened("Boards, those changed last first.", {"results": many(ref("BoardListed")), "next": NEXT}),
        "NewTile": {
            "description": "A tile to add at the end.",
            "oneOf": [
                closed(
                    "A saved report.",
                    {"kind": {"const": TileKind.REPORT.value}, "report": whole("Its id.", minimum=1)},
                    {"width": _WIDTH, "chart": _CHART},
                ),
                closed("A text.", {"kind": {"const": TileKind.TEXT.value}, "text": _TEXT}, {"width": _WIDTH}),
            ],
        },
        "TileChange": closed(
            "What shall be different: of a report the width and the chart, of a text the width and the text.",
            {},
            {"width": _WIDTH, "chart": _CHART, "text": _TEXT},
        ),
        "TileOrder": closed(
            "Every tile of the board by its id, in the wanted order.",
            {"tiles": many(whole(minimum=1), maxItems=MOST_TILES, uniqueItems=True)},
        ),
        "TileQuestion": closed(
            "Other dates and filters than the board's, for this answer only. Null asks without.",
            {},
            {"dates": _DATES, "filters": _FILTERS},
        ),
        "Tile": opened(
            "One place on a board.",
            {
                "id": whole(),
                "kind": choice(TileKind),
                "width": whole("Columns of four."),
                "text": text("Of a text."),
                "chart": text("Of a report; empty: the one that suits the answer."),
                "report": or_null(
                    opened(
                        "The saved report, asked with the dates and filters of the board.",
                        {
                            "id": whole(),
                            "name": text(),
                            "description": text(),
                            "deleted": yes_or_no("A deleted report is not asked until it is restored."),
                            "query": opened("The question with the board's dates and filters over it.", {}),
                            "sentence": text("The same in words."),
                        },
                    )
                ),
            },
        ),
    }
