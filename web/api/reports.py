"""Saved reports over REST: the questions that a project keeps, and asking one of them."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.codec import parse
from analytics.queries.differences import differences
from analytics.queries.text import shown
from web.api.access import ProjectView
from web.api.bodies import read_fields
from web.api.parameters import FIND, LAST_OFFSET, OFFSET, limit_parameter, named, next_page, read_whole
from web.api.runs import LOOK, answer, look_of
from web.api.schemas.answers import ANSWER_OR_RUN
from web.api.schemas.operations import REPORT, REPORTS, VERSION, Reply, operation, parameter
from web.api.schemas.reports import EXAMPLE, EXAMPLE_NEW, EXAMPLE_VERSION
from web.api.schemas.shapes import ref, whole
from web.projects.models import Role
from web.reports import actions, history
from web.reports.documents import moment, report_document
from web.reports.models import Report, ReportVersion

MOST_REPORTS = 200
USUAL_REPORTS = 50


class ReportView(ProjectView):
    """A view of an address with `report_id`, or of all reports."""

    write_role = Role.ANALYST

    def report(self, report_id: str, *, deleted: bool = False) -> Report:
        try:
            report = self.project.reports.select_related("project").get(pk=int(report_id))
        except (Report.DoesNotExist, OverflowError):
            raise Http404("No such report.") from None
        if report.deleted_at is not None and not deleted:
            when = timezone.localtime(report.deleted_at).date()
            raise Http404(f"This report was deleted on {when}; POST to its restore brings it back.")
        return report


class ReportsView(ReportView):
    @operation(
        "listReports",
        "The project's reports",
        group=REPORTS,
        parameters=(FIND, limit_parameter(MOST_REPORTS, USUAL_REPORTS), OFFSET),
        replies={200: Reply("A page of reports.", ref("ReportList"), {"results": [EXAMPLE], "next": None})},
    )
    def get(self, request: Request, project_id: str) -> Response:
        limit = read_whole(request, "limit", usual=USUAL_REPORTS, lowest=1, highest=MOST_REPORTS)
        offset = read_whole(request, "offset", usual=0, lowest=0, highest=LAST_OFFSET)
        kept = self.project.reports.filter(named(request), deleted_at=None).order_by("-updated_at", "-pk")
        found = list(kept[offset : offset + limit + 1])
        results = [report_document(report) for report in found[:limit]]
        return Response({"results": results, "next": next_page(request, offset, limit, len(found) > limit)})

    @operation(
        "saveReport",
        "Save a report",
        "The query is checked and kept in its canonical form.",
        group=REPORTS,
        body="NewReport",
        example=EXAMPLE_NEW,
        replies={201: Reply("It is saved.", ref("Report"), EXAMPLE, located=True)},
    )
    def post(self, request: Request, project_id: str) -> Response:
        fields = read_fields(request, "A report", needed=("name", "query"), possible=("description",))
        query = _query(fields["query"])
        report = actions.save_report(
            project=self.project,
            actor=self.actor,
            name=fields["name"],
            description=fields.get("description", ""),
            query=query,
        )
        headers = {"Location": f"{request.path.rstrip('/')}/{report.pk}"}
        return Response(report_document(report), status.HTTP_201_CREATED, headers=headers)


class OneReportView(ReportView):
    @operation(
        "readReport",
        "A report",
        group=REPORTS,
        parameters=(REPORT,),
        replies={200: Reply("The report.", ref("Report"), EXAMPLE)},
    )
    def get(self, request: Request, project_id: str, report_id: str) -> Response:
        return Response(report_document(self.report(report_id)))

    @operation(
        "changeReport",
        "Change a report",
        group=REPORTS,
        parameters=(REPORT,),
        body="ReportChange",
        example={"name": "Sign-ups by browser, last 30 days", "version": 1},
        replies={
            200: Reply("The report as it is now.", ref("Report"), EXAMPLE),
            409: Reply("Somebody changed it since that version; the message says who and when.", ref("Error")),
        },
    )
    def patch(self, request: Request, project_id: str, report_id: str) -> Response:
        report = self.report(report_id)
        fields = read_fields(request, "A report", possible=("name", "description", "query", "version"))
        changed = actions.change_report(
            report=report,
            actor=self.actor,
            name=fields.get("name"),
            description=fields.get("description"),
            query=_query(fields["query"]) if "query" in fields else None,
            expected=_expected(fields),
        )
        return Response(report_document(changed))

    @operation(
        "deleteReport",
        "Delete a report",
        "It can be restored.",
        group=REPORTS,
        parameters=(REPORT,),
        replies={204: Reply("It is deleted.")},
    )
    def delete(self, request: Request, project_id: str, report_id: str) -> Response:
        actions.delete_report(report=self.report(report_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RestoreReportView(ReportView):
    @operation(
        "restoreReport",
        "Bring a deleted report back",
        group=REPORTS,
        parameters=(REPORT,),
        replies={200: Reply("The report.", ref("Report"), EXAMPLE)},
    )
    def post(self, request: Request, project_id: str, report_id: str) -> Response:
        report = self.report(report_id, deleted=True)
        return Response(report_document(actions.restore_report(report=report, actor=self.actor)))


class RunReportView(ReportView):
    """Asks a report's question, so it needs no more than asking does."""

    write_role = Role.VIEWER

    @operation(
        "runReport",
        "Ask a report's question",
        "As `POST query` does with the report's query.",
        group=REPORTS,
        parameters=(REPORT, *LOOK),
        replies={
            200: Reply("The answer, or a run that ended without one while the request waited.", ANSWER_OR_RUN),
            202: Reply("The run that finds it.", ref("Run"), located=True),
        },
    )
    def post(self, request: Request, project_id: str, report_id: str) -> Response:
        look, seconds = look_of(request)
        return answer(self, parse(self.report(report_id).query), look, seconds)


class DifferencesView(ReportView):
    """What a question would change, for whoever may ask it."""

    write_role = Role.VIEWER

    @operation(
        "compareReport",
        "What differs from a report",
        "What saving this question over the report's would change, in sentences; none if it is the same.",
        group=REPORTS,
        parameters=(REPORT,),
        body="ReportComparison",
        example={"query": EXAMPLE["query"]},
        replies={200: Reply("What differs.", ref("ReportDifferences"), {"differences": ["Filter added: plan is pro"]})},
    )
    def post(self, request: Request, project_id: str, report_id: str) -> Response:
        fields = read_fields(request, "A comparison", needed=("query",))
        before = parse(self.report(report_id).query)
        return Response({"differences": list(differences(before, _query(fields["query"])))})


class VersionsView(ReportView):
    @operation(
        "listReportVersions",
        "A report's versions",
        "Each change made one: who, when, and what changed, in sentences.",
        group=REPORTS,
        parameters=(REPORT,),
        replies={200: Reply("All of them.", ref("ReportVersionList"), {"results": [EXAMPLE_VERSION]})},
    )
    def get(self, request: Request, project_id: str, report_id: str) -> Response:
        found = history.versions(self.report(report_id))
        return Response(
            {"results": [_version_document(each, each.number - 1 or None, changed) for each, changed in found]}
        )


class OneVersionView(ReportView):
    @operation(
        "readReportVersion",
        "A version of a report",
        group=REPORTS,
        parameters=(
            REPORT,
            VERSION,
            parameter(
                "against", whole(minimum=1, maximum=2_147_483_647), "The version to compare with: the one before."
            ),
        ),
        replies={200: Reply("The version, and what differs.", ref("ReportVersion"), EXAMPLE_VERSION)},
    )
    def get(self, request: Request, project_id: str, report_id: str, number: str) -> Response:
        report = self.report(report_id)
        version = version_of(report, number)
        against = read_whole(request, "against", usual=max(1, version.number - 1), lowest=1, highest=2_147_483_647)
        if against == version.number == 1:
            return Response(_version_document(version, None, []))
        changed = history.changes(version_of(report, str(against)), version)
        return Response(_version_document(version, against, changed))


class RestoreVersionView(ReportView):
    @operation(
        "restoreReportVersion",
        "Go back to a version",
        "The report becomes what it was then, as a new version: nothing is lost.",
        group=REPORTS,
        parameters=(REPORT, VERSION),
        replies={200: Reply("The report as it is now.", ref("Report"), EXAMPLE)},
    )
    def post(self, request: Request, project_id: str, report_id: str, number: str) -> Response:
        report = self.report(report_id)
        restored = actions.go_back(report=report, version=version_of(report, number), actor=self.actor)
        return Response(report_document(restored))


def version_of(report: Report, number: str) -> ReportVersion:
    try:
        return report.versions.get(number=int(number))
    except (ReportVersion.DoesNotExist, OverflowError):
        raise Http404(f"This report has no version {int(number):,}; the newest is {report.version:,}.") from None


def _version_document(version: ReportVersion, against: int | None, changes: list[str]) -> dict[str, Any]:
    return {
        "number": version.number,
        "name": version.name,
        "description": version.description,
        "query": json.loads(version.query),
        "sentence": version.sentence,
        "restored_from": version.restored_from,
        "made_at": moment(version.made_at),
        "made_by": version.made_by_name,
        "against": against,
        "changes": changes,
    }


def _expected(fields: dict[str, Any]) -> int | None:
    given = fields.get("version")
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or given < 1):
        raise QueryError(f"The version is a whole number from 1, not {shown(given)}.", place="version")
    return given


def _query(document: object) -> Query:
    """The question, whose mistakes are told by their place in the body."""
    if not isinstance(document, dict):  # the codec would read JSON in a text too
        raise QueryError(f"The question is an object, not {shown(document)}.", place="query")
    try:
        return parse(document)
    except QueryError as error:
        error.place = f"query.{error.place}" if error.place else "query"
        raise
