"""A saved report: what it is called, who changed it when and how, and the way back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from analytics.errors import AskerError
from web.boards.models import Board
from web.boards.views.boards import may_change
from web.projects.access import project_view
from web.projects.models import Project, Role
from web.projects.views.request_user import user_of
from web.reports import actions, history
from web.reports.address import address
from web.reports.documents import kind_words
from web.reports.models import LONGEST_DESCRIPTION, LONGEST_REPORT_NAME, Report, ReportVersion


class ReportForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_REPORT_NAME)
    description = forms.CharField(
        max_length=LONGEST_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@project_view(read=Role.VIEWER, write=Role.ANALYST)
def report(request: HttpRequest, project: Project, report_id: int) -> HttpResponse:
    found = report_of(project, report_id)
    kept = {"name": found.name, "description": found.description, "version": found.version}
    form = ReportForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_report(
                report=found,
                actor=user_of(request),
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"].replace("\r\n", "\n"),
                expected=form.cleaned_data["version"],
            )
        except AskerError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "Saved." if changed.version != found.version else "Nothing was changed.")
            return redirect("boards:report", project.pk, found.pk)
    versions = history.versions(found)
    context = {
        "project": project,
        "report": found,
        "kind": kind_words(found),
        "form": form,
        "versions": versions,
        "newest": versions[0][0] if versions else None,
        "compared": _compared(request, [version for version, _ in versions]),
        "boards": Board.objects.filter(tiles__report=found, deleted_at=None).distinct().order_by("name"),
        "open": address(project, found.query, report=found.pk),
        "may_change": may_change(project) and found.deleted_at is None,
        "may_restore": may_change(project),
    }
    return render(request, "boards/report.html", context)


@project_view(read=None, write=Role.ANALYST)
def delete(request: HttpRequest, project: Project, report_id: int) -> HttpResponse:
    found = report_of(project, report_id)
    actions.delete_report(report=found, actor=user_of(request))
    messages.success(request, f"“{found.name}” is deleted. It is under “Deleted” if you want it back.")
    return redirect("boards:boards", project.pk)


@project_view(read=None, write=Role.ANALYST)
def restore(request: HttpRequest, project: Project, report_id: int) -> HttpResponse:
    found = actions.restore_report(report=report_of(project, report_id), actor=user_of(request))
    messages.success(request, f"“{found.name}” is back.")
    return redirect("boards:report", project.pk, found.pk)


@project_view(read=None, write=Role.ANALYST)
def restore_version(request: HttpRequest, project: Project, report_id: int, number: int) -> HttpResponse:
    found = report_of(project, report_id)
    version = found.versions.filter(number=number).first() if number < 2**31 else None
    if version is None:
        raise Http404("No such version.")
    try:
        now = actions.go_back(report=found, version=version, actor=user_of(request))
    except AskerError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The report is what it was in version {number}; this is version {now.version}.")
    return redirect("boards:report", project.pk, found.pk)


def report_of(project: Project, report_id: int) -> Report:
    try:
        return project.reports.select_related("project").get(pk=report_id)
    except (Report.DoesNotExist, OverflowError):
        raise Http404("No such report.") from None


def _compared(request: HttpRequest, versions: list[ReportVersion]) -> dict[str, object] | None:
    """The two versions of `?from=1&to=3` and what differs; None if they are not asked for, or not there."""
    by_number = {str(version.number): version for version in versions}
    before, after = by_number.get(request.GET.get("from", "")), by_number.get(request.GET.get("to", ""))
    if before is None or after is None:
        return None
    return {"before": before, "after": after, "changes": history.changes(before, after)}
