"""Boards over REST: their tiles, their order, and asking one tile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.charts import THEMES
from analytics.errors import QueryError
from analytics.queries.codec import parse_dates, parse_filters
from analytics.queries.text import shown
from web.api.access import ProjectView
from web.api.bodies import read_fields
from web.api.parameters import FIND, LAST_OFFSET, OFFSET, limit_parameter, named, next_page, read_choice, read_whole
from web.api.runs import SUPERSEDES, WAIT, read_supersedes, read_wait
from web.api.schemas.answers import ANSWER_OR_RUN
from web.api.schemas.boards import (
    EXAMPLE_BOARD,
    EXAMPLE_LISTED,
    EXAMPLE_NEW_BOARD,
    EXAMPLE_NEW_TILE,
    EXAMPLE_TILE,
)
from web.api.schemas.operations import BOARD, BOARDS, TILE, Reply, operation, parameter
from web.api.schemas.shapes import choice, ref
from web.boards import actions
from web.boards.models import Board, Tile, TileKind
from web.boards.tiles import Overlay, board_document, query_of, tile_document
from web.projects.models import Role
from web.reports import answers
from web.reports.models import Report, Run

MOST_BOARDS, USUAL_BOARDS = 200, 50
THE_BOARD = {200: Reply("The board as it is now.", ref("Board"), EXAMPLE_BOARD)}
THE_TILE = Reply("The tile.", ref("Tile"), EXAMPLE_TILE)

_Part = TypeVar("_Part")


class BoardView(ProjectView):
    """A view of an address with `board_id` and maybe `tile_id`, or of all boards."""

    write_role = Role.ANALYST

    def board(self, board_id: str, *, deleted: bool = False) -> Board:
        try:
            board: Board = self._boards().select_related("project").get(pk=int(board_id))
        except (Board.DoesNotExist, OverflowError):
            raise Http404("No such board.") from None
        if board.deleted_at is not None and not deleted:
            when = timezone.localtime(board.deleted_at).date()
            raise Http404(f"This board was deleted on {when}; POST to its restore brings it back.")
        return board

    def tile(self, board_id: str, tile_id: str) -> Tile:
        try:
            return self.board(board_id).tiles.select_related("board__project", "report").get(pk=int(tile_id))
        except (Tile.DoesNotExist, OverflowError):
            raise Http404("No such tile on this board.") from None

    def _boards(self) -> QuerySet[Board]:
        return Board.objects.filter(project=self.project)


class BoardsView(BoardView):
    @operation(
        "listBoards",
        "The project's boards",
        group=BOARDS,
        parameters=(FIND, limit_parameter(MOST_BOARDS, USUAL_BOARDS), OFFSET),
        replies={200: Reply("A page of boards.", ref("BoardList"), {"results": [EXAMPLE_LISTED], "next": None})},
    )
    def get(self, request: Request, project_id: str) -> Response:
        limit = read_whole(request, "limit", usual=USUAL_BOARDS, lowest=1, highest=MOST_BOARDS)
        offset = read_whole(request, "offset", usual=0, lowest=0, highest=LAST_OFFSET)
        kept = self._boards().filter(named(request), deleted_at=None).order_by("-updated_at", "-pk")
        found = list(kept[offset : offset + limit + 1])
        results = [board_document(board, tiles=False) for board in found[:limit]]
        return Response({"results": results, "next": next_page(request, offset, limit, len(found) > limit)})

    @operation(
        "makeBoard",
        "Make a board",
        group=BOARDS,
        body="NewBoard",
        example=EXAMPLE_NEW_BOARD,
        replies={201: Reply("It is made.", ref("Board"), EXAMPLE_BOARD, located=True)},
    )
    def post(self, request: Request, project_id: str) -> Response:
        fields = read_fields(
            request,
            "A board",
            needed=("name",),
            possible=("description", "dates", "filters"),
            nullable=("dates", "filters"),
        )
        board = actions.create_board(project=self.project, actor=self.actor, **fields)
        return _made(request.path, board.pk, board_document(board))


class OneBoardView(BoardView):
    @operation(
        "readBoard",
        "A board",
        group=BOARDS,
        parameters=(BOARD,),
        replies={200: Reply("The board.", ref("Board"), EXAMPLE_BOARD)},
    )
    def get(self, request: Request, project_id: str, board_id: str) -> Response:
        return Response(board_document(self.board(board_id)))

    @operation(
        "changeBoard",
        "Change a board",
        "Its name, its description, and the dates and filters that lie over all its reports.",
        group=BOARDS,
        parameters=(BOARD,),
        body="BoardChange",
        example={"dates": {"kind": "last", "count": 30, "unit": "day"}},
        replies=THE_BOARD,
    )
    def patch(self, request: Request, project_id: str, board_id: str) -> Response:
        board = self.board(board_id)
        known = ("name", "description", "dates", "filters")
        fields = read_fields(request, "A board", possible=known, nullable=("dates", "filters"))
        return Response(board_document(actions.change_board(board=board, actor=self.actor, fields=fields)))

    @operation(
        "deleteBoard",
        "Delete a board",
        "It can be restored. Its reports stay.",
        group=BOARDS,
        parameters=(BOARD,),
        replies={204: Reply("It is deleted.")},
    )
    def delete(self, request: Request, project_id: str, board_id: str) -> Response:
        actions.delete_board(board=self.board(board_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RestoreBoardView(BoardView):
    @operation("restoreBoard", "Bring a deleted board back", group=BOARDS, parameters=(BOARD,), replies=THE_BOARD)
    def post(self, request: Request, project_id: str, board_id: str) -> Response:
        board = self.board(board_id, deleted=True)
        return Response(board_document(actions.restore_board(board=board, actor=self.actor)))


class DuplicateBoardView(BoardView):
    @operation(
        "duplicateBoard",
        "Duplicate a board",
        "The copy has tiles of its own, of the same reports.",
        group=BOARDS,
        parameters=(BOARD,),
        body="BoardCopy",
        example={"name": "Growth, Europe"},
        replies={201: Reply("The copy.", ref("Board"), EXAMPLE_BOARD, located=True)},
    )
    def post(self, request: Request, project_id: str, board_id: str) -> Response:
        board = self.board(board_id)
        fields = read_fields(request, "A copy", possible=("name",))
        copy = actions.duplicate_board(board=board, actor=self.actor, name=fields.get("name"))
        folder = request.path.rstrip("/").rsplit("/", 2)[0]
        return _made(folder, copy.pk, board_document(copy))


# --- tiles ------------------------------------------------------------------------------------------------------------


class TilesView(BoardView):
    @operation(
        "addTile",
        "Add a tile",
        "A saved report or a text; it comes last.",
        group=BOARDS,
        parameters=(BOARD,),
        body="NewTile",
        example=EXAMPLE_NEW_TILE,
        replies={201: Reply("It is there.", ref("Tile"), EXAMPLE_TILE, located=True)},
    )
    def post(self, request: Request, project_id: str, board_id: str) -> Response:
        board = self.board(board_id)
        fields = read_fields(request, "A tile", needed=("kind",), possible=("report", "text", "width", "chart"))
        kind = fields.pop("kind")
        if kind not in TileKind.values:
            raise QueryError(f"A tile is a report or a text, not {shown(kind)}.", place="kind")
        own, foreign = ("report", ("text",)) if kind == TileKind.REPORT else ("text", ("report", "chart"))
        if own not in fields:
            raise QueryError(f"{shown(own)} is missing.", place=own)
        for name in foreign:
            if name in fields:
                raise QueryError(f"{shown(name)} is nothing that a {kind} has.", place=name)
        if kind == TileKind.REPORT:
            fields["report"] = self._report(fields["report"])
        tile = actions.add_tile(board=board, actor=self.actor, **fields)
        return _made(request.path, tile.pk, tile_document(tile, Overlay.of(board)))

    def _report(self, given: object) -> Report:
        if isinstance(given, bool) or not isinstance(given, int):
            raise QueryError(f"A report is named by its id, a whole number, not {shown(given)}.", place="report")
        found = self.project.reports.filter(deleted_at=None, pk=given).first() if 0 < given < 2**63 else None
        if found is None:
            raise QueryError(f"There is no report {shown(given)} in this project.", place="report")
        return found


class OneTileView(BoardView):
    @operation(
        "changeTile",
        "Change a tile",
        group=BOARDS,
        parameters=(BOARD, TILE),
        body="TileChange",
        example={"width": 4},
        replies={200: THE_TILE},
    )
    def patch(self, request: Request, project_id: str, board_id: str, tile_id: str) -> Response:
        tile = self.tile(board_id, tile_id)
        fields = read_fields(request, "A tile", possible=("width", "text", "chart"))
        changed = actions.change_tile(tile=tile, actor=self.actor, fields=fields)
        return Response(tile_document(changed, Overlay.of(tile.board)))

    @operation(
        "removeTile",
        "Remove a tile",
        "Its report stays.",
        group=BOARDS,
        parameters=(BOARD, TILE),
        replies={204: Reply("It is removed.")},
    )
    def delete(self, request: Request, project_id: str, board_id: str, tile_id: str) -> Response:
        actions.remove_tile(tile=self.tile(board_id, tile_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrderView(BoardView):
    @operation(
        "arrangeTiles",
        "Arrange the tiles",
        group=BOARDS,
        parameters=(BOARD,),
        body="TileOrder",
        example={"tiles": [3]},
        replies=THE_BOARD | {409: Reply("The board has other tiles by now.", ref("Error"))},
    )
    def put(self, request: Request, project_id: str, board_id: str) -> Response:
        board = self.board(board_id)
        order = read_fields(request, "An order", needed=("tiles",))["tiles"]
        if not isinstance(order, list) or any(isinstance(each, bool) or not isinstance(each, int) for each in order):
            raise QueryError("The order is a list of the tiles' ids, which are whole numbers.", place="tiles")
        if any(each < 1 for each in order) or len(set(order)) < len(order):
            raise QueryError("Each tile has an id from 1 on and stands in the order once.", place="tiles")
        return Response(board_document(actions.order_tiles(board=board, actor=self.actor, order=order)))


class RunTileView(BoardView):
    """Asks a tile's question, so it needs no more than asking does."""

    write_role = Role.VIEWER

    @operation(
        "runTile",
        "Ask a tile's question",
        "As `POST query` does with the report's query and the board's dates and filters over it. An answer that is "
        "known comes with `figure` and `chart`: the tile's chart if it fits, else the one that suits the answer.",
        group=BOARDS,
        parameters=(
            BOARD,
            TILE,
            WAIT,
            parameter("theme", choice(THEMES, default="light"), "Of the figure."),
            SUPERSEDES,
        ),
        body="TileQuestion",
        example={"dates": {"kind": "last", "count": 7, "unit": "day"}},
        replies={
            200: Reply("The answer, or a run that ended without one while the request waited.", ANSWER_OR_RUN),
            202: Reply("The run that finds it.", ref("Run"), located=True),
        },
    )
    def post(self, request: Request, project_id: str, board_id: str, tile_id: str) -> Response:
        theme, seconds = read_choice(request, "theme", list(THEMES), "light"), read_wait(request)
        tile = self.tile(board_id, tile_id)
        if tile.report is None:
            raise QueryError("A text has no question.", place="tile_id")
        if tile.report.deleted_at is not None:
            raise QueryError("Its report was deleted: restore it, or remove the tile.", code="report_deleted")
        query = query_of(tile, self._overlay(request, tile.board))
        found = answers.ask(
            project=self.project,
            query=query,
            asker=self.asker,
            user=self.person,
            supersedes=read_supersedes(request),
        )
        if isinstance(found, Run):
            found = answers.wait(found, seconds) if seconds else found
            document = answers.run_document(found, answers.Look())
            if found.is_in_flight:
                return Response(document, status.HTTP_202_ACCEPTED, headers={"Location": document["urls"]["run"]})
        else:
            document = answers.answer_document(query, found, answers.Look())
        return Response(answers.drawn(document, tile.chart, theme))

    def _overlay(self, request: Request, board: Board) -> Overlay:
        names = ("dates", "filters")
        fields = read_fields(request, "What lies over it", possible=names, nullable=names)
        overlay = Overlay.of(board)
        return Overlay(
            _read("dates", fields["dates"], parse_dates) if "dates" in fields else overlay.dates,
            _read("filters", fields["filters"], parse_filters) if "filters" in fields else overlay.filters,
        )


def _read(place: str, value: object, parse: Callable[[object], _Part]) -> _Part | None:
    try:
        return None if value is None else parse(value)
    except QueryError as error:
        error.place = f"{place}.{error.place}" if error.place else place
        raise


def _made(folder: str, pk: int, document: dict[str, Any]) -> Response:
    return Response(document, status.HTTP_201_CREATED, headers={"Location": f"{folder.rstrip('/')}/{pk}"})
