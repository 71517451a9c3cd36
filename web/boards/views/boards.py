"""The list of boards and saved reports, and the page of one board, which its script fills."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from analytics.charts import CHARTS
from analytics.errors import FootfallError, QueryError
from analytics.queries.filters import NEGATIVE, OPERATORS, VALUES
from analytics.queries.sentence import OPERATOR_WORDS
from web.boards import actions
from web.boards.models import LONGEST_TEXT, Board
from web.boards.starter import NothingHappened, make_starter_board
from web.boards.tiles import board_document
from web.projects.access import project_view
from web.projects.models import Project, Role
from web.projects.views.request_user import user_of
from web.reports.address import address
from web.reports.documents import kind_words

MOST_LISTED = 500
LONGEST_SEARCH = 200


@project_view()
def listed(request: HttpRequest, project: Project) -> HttpResponse:
    """Boards and saved reports, those changed last first; with `deleted`, those that can be brought back."""
    search, deleted = request.GET.get("search", "").strip()[:LONGEST_SEARCH], "deleted" in request.GET
    found = Q(deleted_at__isnull=not deleted)
    if search:
        found &= Q(name__icontains=search) | Q(description__icontains=search)
    boards = Board.objects.filter(found, project=project).annotate(count=Count("tiles"))
    reports = project.reports.filter(found).annotate(boards=Count("tiles__board", distinct=True))
    context = {
        "project": project,
        "boards": boards.order_by("-updated_at", "-pk")[:MOST_LISTED],
        "reports": [
            (each, kind_words(each), address(project, each.query, report=each.pk))
            for each in reports.order_by("-updated_at", "-pk")[:MOST_LISTED]
        ],
        "search": search,
        "deleted": deleted,
        "may_change": may_change(project),
        "is_new": not search and not deleted,
    }
    return render(request, "boards/list.html", context)


@project_view(read=None, write=Role.ANALYST)
def make(request: HttpRequest, project: Project) -> HttpResponse:
    try:
        board = actions.create_board(project=project, actor=user_of(request), name=request.POST.get("name", ""))
    except QueryError as error:
        messages.error(request, error.message)
        return redirect("boards:boards", project.pk)
    return redirect("boards:board", project.pk, board.pk)


@project_view(read=None, write=Role.ANALYST)
def starter(request: HttpRequest, project: Project) -> HttpResponse:
    try:
        board = make_starter_board(project=project, actor=user_of(request))
    except NothingHappened:
        messages.warning(request, "This project has no events yet: send the first one, then make a board of them.")
        return redirect("projects:start", project.pk)
    except FootfallError as error:
        messages.error(request, error.message)
        return redirect("boards:boards", project.pk)
    return redirect("boards:board", project.pk, board.pk)


@project_view()
def board(request: HttpRequest, project: Project, board_id: int) -> HttpResponse:
    found = board_of(project, board_id)
    if found.deleted_at is not None:
        context = {"project": project, "board": found, "may_change": may_change(project)}
        return render(request, "boards/deleted.html", context, status=404)
    context = {"project": project, "board": found, "page": _page(project, found), "may_change": may_change(project)}
    return render(request, "boards/board.html", context)


@project_view(read=None, write=Role.ANALYST)
def duplicate(request: HttpRequest, project: Project, board_id: int) -> HttpResponse:
    copy = actions.duplicate_board(board=board_of(project, board_id), actor=user_of(request))
    messages.success(request, "This is the copy: rename it, and change what shall be different.")
    return redirect("boards:board", project.pk, copy.pk)


@project_view(read=None, write=Role.ANALYST)
def delete(request: HttpRequest, project: Project, board_id: int) -> HttpResponse:
    found = board_of(project, board_id)
    actions.delete_board(board=found, actor=user_of(request))
    messages.success(request, f"“{found.name}” is deleted. It is under “Deleted” if you want it back.")
    return redirect("boards:boards", project.pk)


@project_view(read=None, write=Role.ANALYST)
def restore(request: HttpRequest, project: Project, board_id: int) -> HttpResponse:
    found = actions.restore_board(board=board_of(project, board_id), actor=user_of(request))
    messages.success(request, f"“{found.name}” is back.")
    return redirect("boards:board", project.pk, board_id)


def board_of(project: Project, board_id: int) -> Board:
    try:
        return Board.objects.select_related("project").get(project=project, pk=board_id)
    except (Board.DoesNotExist, OverflowError):
        raise Http404("No such board.") from None


def may_change(project: Project) -> bool:
    return project.member_role is not None and project.member_role.includes(Role.ANALYST)


def _page(project: Project, board: Board) -> dict[str, Any]:
    """What the script needs to draw the board and to change it."""
    tile = reverse("api:run_tile", args=[project.pk, board.pk, 0])
    reports = project.reports.filter(deleted_at=None).order_by("name", "pk")[:MOST_LISTED]
    return {
        "shared": False,
        "board": board_document(board),
        "may_change": may_change(project),
        "project": project.pk,
        "reports": [{"id": each.pk, "name": each.name} for each in reports],
        "zone": project.timezone,
        "operators": _operators(),
        "charts": list(CHARTS),
        "longest_text": LONGEST_TEXT,
        "icons": static("img/icons.svg"),
        "urls": {
            "board": reverse("api:board", args=[project.pk, board.pk]),
            "tiles": reverse("api:tiles", args=[project.pk, board.pk]),
            "order": reverse("api:order", args=[project.pk, board.pk]),
            "run_tile": tile.replace("/tiles/0/", "/tiles/TILE/"),
            "runs": f"/api/v1/projects/{project.pk}/runs",
            "properties": reverse("api:properties", args=[project.pk]),
            "keys": reverse("api:keys", args=[project.pk]),
            "values": reverse("api:values", args=[project.pk]),
            "restore_report": reverse("api:restore_report", args=[project.pk, 0]).replace("/0/", "/REPORT/"),
            "starter": reverse("boards:starter", args=[project.pk]),
            "insights": reverse("reports:ask", args=[project.pk]),
            "report": reverse("boards:report", args=[project.pk, 0]).replace("/0/", "/REPORT/"),
        },
    }


def _operators() -> dict[str, list[dict[str, object]]]:
    """What the filter line offers: the operators with at most one kind of value to type."""
    return {
        type.value: [
            {"name": each.value, "words": OPERATOR_WORDS[each], "values": VALUES[each][1], "negative": each in NEGATIVE}
            for each in operators
            if VALUES[each] != (2, 2)
        ]
        for type, operators in OPERATORS.items()
    }
