"""Public links over REST: made, listed and revoked by analysts. What they show is served by web.sharing."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.errors import QueryError
from analytics.queries.text import shown
from web.api.access import ProjectView
from web.api.bodies import read_fields
from web.api.parameters import LAST_OFFSET, OFFSET, limit_parameter, next_page, read_whole
from web.api.schemas.operations import SHARE, SHARES, Reply, operation
from web.api.schemas.shapes import ref
from web.api.schemas.shares import EXAMPLE_MADE, EXAMPLE_NEW_SHARE, EXAMPLE_SHARE
from web.boards.models import Board, Share
from web.boards.shares import make_share, revoke_share, shares_of
from web.projects.models import Role
from web.reports.documents import moment
from web.reports.models import Report

MOST_SHARES, USUAL_SHARES = 200, 50


class SharesView(ProjectView):
    role = Role.ANALYST

    @operation(
        "listShares",
        "The project's public links",
        "Those that ended, too.",
        group=SHARES,
        parameters=(limit_parameter(MOST_SHARES, USUAL_SHARES), OFFSET),
        replies={200: Reply("A page of links.", ref("ShareList"), {"results": [EXAMPLE_SHARE], "next": None})},
    )
    def get(self, request: Request, project_id: str) -> Response:
        limit = read_whole(request, "limit", usual=USUAL_SHARES, lowest=1, highest=MOST_SHARES)
        offset = read_whole(request, "offset", usual=0, lowest=0, highest=LAST_OFFSET)
        found = list(shares_of(self.project)[offset : offset + limit + 1])
        results = [share_document(share) for share in found[:limit]]
        return Response({"results": results, "next": next_page(request, offset, limit, len(found) > limit)})

    @operation(
        "makeShare",
        "Make a public link",
        "Whoever has it sees this one board or report, without a login and without what is behind its numbers. Its "
        "address is told in this answer only.",
        group=SHARES,
        body="NewShare",
        example=EXAMPLE_NEW_SHARE,
        replies={201: Reply("It is made.", ref("ShareMade"), EXAMPLE_MADE, located=True)},
    )
    def post(self, request: Request, project_id: str) -> Response:
        nullable = ("days", "password")
        fields = read_fields(request, "A public link", possible=("board", "report", *nullable), nullable=nullable)
        if ("board" in fields) == ("report" in fields):
            raise QueryError("A public link shows one board or one report: name one.", place="board")
        kind = "board" if "board" in fields else "report"
        subject = self._subject(kind, fields.pop(kind))
        share, token = make_share(project=self.project, actor=self.actor, subject=subject, **fields)
        url = request.build_absolute_uri(reverse("sharing:page", args=[token]))
        headers = {"Location": f"{request.path.rstrip('/')}/{share.pk}"}
        return Response(share_document(share) | {"url": url}, status.HTTP_201_CREATED, headers=headers)

    def _subject(self, kind: str, given: object) -> Board | Report:
        if isinstance(given, bool) or not isinstance(given, int):
            raise QueryError(f"A {kind} is named by its id, a whole number, not {shown(given)}.", place=kind)
        wanted = {"project": self.project, "deleted_at": None, "pk": given}
        found: Board | Report | None = None
        if 0 < given < 2**63:
            found = (Board.objects if kind == "board" else Report.objects).filter(**wanted).first()
        if found is None:
            raise QueryError(f"There is no {kind} {shown(given)} in this project.", place=kind)
        return found


class OneShareView(ProjectView):
    role = Role.ANALYST

    @operation(
        "readShare",
        "A public link",
        group=SHARES,
        parameters=(SHARE,),
        replies={200: Reply("The link, without its secret.", ref("Share"), EXAMPLE_SHARE)},
    )
    def get(self, request: Request, project_id: str, share_id: str) -> Response:
        return Response(share_document(self._share(share_id)))

    @operation(
        "revokeShare",
        "Revoke a public link",
        "It opens nothing from this moment on, for good.",
        group=SHARES,
        parameters=(SHARE,),
        replies={204: Reply("It is revoked.")},
    )
    def delete(self, request: Request, project_id: str, share_id: str) -> Response:
        revoke_share(share=self._share(share_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _share(self, share_id: str) -> Share:
        try:
            return shares_of(self.project).get(pk=int(share_id))
        except (Share.DoesNotExist, OverflowError):
            raise Http404("No such public link.") from None


def share_document(share: Share) -> dict[str, Any]:
    return {
        "id": share.pk,
        "board": share.board_id,
        "report": share.report_id,
        "name": share.subject.name,
        "token_prefix": share.token_prefix,
        "state": share.state,
        "has_password": bool(share.password_hash),
        "created_at": moment(share.created_at),
        "created_by": share.created_by_name,
        "expires_at": share.expires_at and moment(share.expires_at),
        "revoked_at": share.revoked_at and moment(share.revoked_at),
        "last_used_at": share.last_used_at and moment(share.last_used_at),
        "views": share.views,
    }
