"""A report's versions, and what differs between two of them, for the API and the page alike."""

from __future__ import annotations

from analytics.errors import QueryError
from analytics.queries.codec import parse
from analytics.queries.differences import differences
from web.reports.models import Report, ReportVersion


def versions(report: Report) -> list[tuple[ReportVersion, list[str]]]:
    """The newest first, each with what changed in it."""
    found = list(report.versions.order_by("-number"))
    return [(each, changes(before, each)) for each, before in zip(found, [*found[1:], None], strict=True)]


def changes(before: ReportVersion | None, after: ReportVersion) -> list[str]:
    """What changed from one version to the other, in sentences."""
    if before is None:
        return []
    said = []
    if before.name != after.name:
        said.append(f"Name: “{after.name}” instead of “{before.name}”")
    if before.description != after.description:
        said.append(_described(before.description, after.description))
    if before.query != after.query:
        said += _asked(before, after)
    return said


def _described(before: str, after: str) -> str:
    if not before:
        return f"Description added: {after}"
    return f"Description: “{after}” instead of “{before}”" if after else f"Description removed: {before}"


def _asked(before: ReportVersion, after: ReportVersion) -> list[str]:
    try:
        return list(differences(parse(before.query), parse(after.query)))
    except QueryError:  # kept by an older release whose questions are not understood any more
        return [f"Question: {after.sentence} instead of {before.sentence}"]
