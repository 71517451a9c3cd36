"""Saved reports, as the API reads and gives them."""

from __future__ import annotations

from web.api.schemas.choices import NEXT
from web.api.schemas.queries import EXAMPLE as QUERY
from web.api.schemas.shapes import Schema, closed, many, moment, opened, or_null, ref, text, whole
from web.reports.models import LONGEST_DESCRIPTION, LONGEST_REPORT_NAME

_NAME = text("What people call it.", minLength=1, maxLength=LONGEST_REPORT_NAME, pattern=r"\S")
_VERSION = whole("The number of its newest version.", minimum=1)
_DESCRIPTION = text("What it is for.", maxLength=LONGEST_DESCRIPTION)

EXAMPLE_NEW = {"name": "Sign-ups by browser", "description": "For the weekly meeting", "query": QUERY}
EXAMPLE = {
    "id": 7,
    **EXAMPLE_NEW,
    "version": 1,
    "sentence": "Unique users who did Sign Up where plan is pro, by $browser, last 30 days, daily",
    "created_at": "2024-03-01T09:00:00Z",
    "created_by": "Ada",
    "updated_at": "2024-03-01T09:00:00Z",
    "updated_by": "Ada",
}
EXAMPLE_VERSION = {
    "number": 2,
    **EXAMPLE_NEW,
    "sentence": EXAMPLE["sentence"],
    "restored_from": None,
    "made_at": "2024-03-02T09:00:00Z",
    "made_by": "Bob",
    "against": 1,
    "changes": ["Filter added: plan is pro"],
}


def report_schemas() -> dict[str, Schema]:
    return {
        "NewReport": closed(
            "A report to save.",
            {"name": _NAME, "query": ref("Query")},
            {"description": {**_DESCRIPTION, "default": ""}},
        ),
        "ReportChange": closed(
            "What shall be different; what is left out stays.",
            {},
            {
                "name": _NAME,
                "description": _DESCRIPTION,
                "query": ref("Query"),
                "version": whole(
                    "The version that is changed: 409 if there is a newer one. Left out, the last change wins.",
                    minimum=1,
                    maximum=2_147_483_647,
                ),
            },
        ),
        "Report": opened(
            "A saved question.",
            {
                "id": whole(),
                "name": text(),
                "description": text(),
                "query": opened("The question, defaults included: the document of a Query.", {}),
                "sentence": text("The question in words."),
                "version": _VERSION,
                "created_at": moment(),
                "created_by": text("A person, or a service account's user name."),
                "updated_at": moment(),
                "updated_by": text("A person, or a service account's user name."),
            },
        ),
        "ReportComparison": closed("A question to hold against a report's.", {"query": ref("Query")}),
        "ReportDifferences": opened("In the order of a question's parts.", {"differences": many(text())}),
        "ReportList": opened("Reports, those changed last first.", {"results": many(ref("Report")), "next": NEXT}),
        "ReportVersion": opened(
            "A report as it was after one change.",
            {
                "number": whole("1 is the first."),
                "name": text(),
                "description": text(),
                "query": opened("The question as it was kept.", {}),
                "sentence": text("The question in words, as they were then."),
                "restored_from": or_null(whole(), "The version that was gone back to, if this is one of those."),
                "made_at": moment(),
                "made_by": text("A person, or a service account's user name."),
                "against": or_null(whole(), "The version that it is compared with; null of the first."),
                "changes": many(text(), "What differs, in sentences."),
            },
        ),
        "ReportVersionList": opened("The newest first.", {"results": many(ref("ReportVersion"))}),
    }
