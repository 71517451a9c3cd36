"""Every change to a board: one transaction each, with a line in the project's audit trail.

Each function trusts that its caller has looked the project up with the right role, and the board and the reports in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from analytics.charts import CHARTS
from analytics.errors import QueryError
from analytics.queries.codec import dump_dates, dump_filters, parse_dates, parse_filters
from analytics.queries.text import listed, shown
from web.boards.models import LONGEST_TEXT, MOST_TILES, NARROWEST, WIDEST, Board, Tile, TileKind
from web.projects.models import Actor, Project, person_of, record
from web.reports.actions import Outdated
from web.reports.models import LONGEST_REPORT_NAME, Report
from web.reports.wording import checked_description, checked_name, checked_text

USUAL_WIDTH = 2


@transaction.atomic
def create_board(
    *,
    project: Project,
    actor: Actor,
    name: object,
    description: object = "",
    dates: object = None,
    filters: object = None,
) -> Board:
    board = Board.objects.create(
        project=project,
        name=checked_name(name, "board"),
        description=checked_description(description),
        dates=_dates(dates),
        filters=_filters(filters),
        created_by=person_of(actor),
        created_by_name=str(actor)[:254],
        updated_by=person_of(actor),
        updated_by_name=str(actor)[:254],
    )
    _record("created", board, actor)
    return board


@transaction.atomic
def change_board(*, board: Board, actor: Actor, fields: dict[str, object]) -> Board:
    """`fields` has what shall be different: name, description, dates, filters. Dates and filters may become None."""
    locked = Board.objects.select_for_update().select_related("project").get(pk=board.pk)
    read: dict[str, Callable[[object], str]] = {
        "name": lambda value: checked_name(value, "board"),
        "description": checked_description,
        "dates": _dates,
        "filters": _filters,
    }
    after = {field: read[field](value) for field, value in fields.items()}
    before = {field: getattr(locked, field) for field in after}
    changed = [field for field in after if before[field] != after[field]]
    if not changed:
        return locked
    for field in changed:
        setattr(locked, field, after[field])
    _touch(locked, actor)
    _record(
        "changed",
        locked,
        actor,
        {field: before[field] for field in changed},
        {field: after[field] for field in changed},
    )
    return locked


@transaction.atomic
def delete_board(*, board: Board, actor: Actor) -> None:
    if Board.objects.filter(pk=board.pk, deleted_at=None).update(deleted_at=timezone.now()):
        _record("deleted", board, actor)


@transaction.atomic
def restore_board(*, board: Board, actor: Actor) -> Board:
    if Board.objects.filter(pk=board.pk).exclude(deleted_at=None).update(deleted_at=None):
        _record("restored", board, actor)
    board.refresh_from_db()
    return board


@transaction.atomic
def duplicate_board(*, board: Board, actor: Actor, name: object = None) -> Board:
    """A board with tiles of its own, of the same reports."""
    copy = create_board(
        project=board.project,
        actor=actor,
        name=f"{board.name[: LONGEST_REPORT_NAME - 7]} (copy)" if name is None else name,
        description=board.description,
        dates=json.loads(board.dates) if board.dates else None,
        filters=json.loads(board.filters) if board.filters else None,
    )
    Tile.objects.bulk_create(
        Tile(
            board=copy,
            place=place,
            width=tile.width,
            kind=tile.kind,
            report_id=tile.report_id,
            text=tile.text,
            chart=tile.chart,
        )
        for place, tile in enumerate(board.tiles.all())
    )
    return copy


# --- tiles ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_tile(
    *,
    board: Board,
    actor: Actor,
    report: Report | None = None,
    text: object = None,
    width: object = USUAL_WIDTH,
    chart: object = "",
) -> Tile:
    """A report's tile, or without a report a text. It comes last."""
    locked = _locked(board)
    tiles = list(locked.tiles.all())
    if len(tiles) >= MOST_TILES:
        raise QueryError(f"A board has at most {MOST_TILES} tiles: remove some, or make another board.")
    tile = Tile.objects.create(
        board=locked,
        place=tiles[-1].place + 1 if tiles else 0,
        width=_width(width),
        kind=TileKind.REPORT if report else TileKind.TEXT,
        report=report,
        text="" if report else _card(text),
        chart=_chart(chart) if report else "",
    )
    _changed_tiles(locked, actor, "tile_added", tile)
    return tile


@transaction.atomic
def change_tile(*, tile: Tile, actor: Actor, fields: dict[str, object]) -> Tile:
    """`fields` has what shall be different: width, and the text of a text or the chart of a report."""
    board = _locked(tile.board)
    read: dict[str, Callable[[object], object]] = {"width": _width, "text": _card, "chart": _chart}
    possible = ("width", "text" if tile.kind == TileKind.TEXT else "chart")
    for field, value in fields.items():
        if field not in possible:
            raise QueryError(f"Of a {tile.kind} can be changed {listed(possible, 'and')}, not {field}.", place=field)
        setattr(tile, field, read[field](value))
    tile.save(update_fields=list(fields))
    _changed_tiles(board, actor, "tile_changed", tile)
    return tile


@transaction.atomic
def remove_tile(*, tile: Tile, actor: Actor) -> None:
    board = _locked(tile.board)
    _changed_tiles(board, actor, "tile_removed", tile)
    Tile.objects.filter(pk=tile.pk).delete()


@transaction.atomic
def order_tiles(*, board: Board, actor: Actor, order: Sequence[int]) -> Board:
    """The whole order. If it does not name the tiles that there are, somebody else has changed the board."""
    locked = _locked(board)
    tiles = {tile.pk: tile for tile in locked.tiles.all()}
    if sorted(order) != sorted(tiles):
        raise Outdated("The board has other tiles by now: load it again, then arrange it.")
    if list(order) == list(tiles):
        return locked
    for place, pk in enumerate(order):
        tiles[pk].place = place
    Tile.objects.bulk_update(tiles.values(), ["place"])
    _touch(locked, actor)
    _record("arranged", locked, actor)
    return locked


def _locked(board: Board) -> Board:
    """Tiles change under a lock on their board: two at once would get the same place."""
    return Board.objects.select_for_update().select_related("project").get(pk=board.pk)


def _changed_tiles(board: Board, actor: Actor, what: str, tile: Tile) -> None:
    _touch(board, actor)
    _record("changed", board, actor, None, {what: str(tile)[:200]})


def _touch(board: Board, actor: Actor) -> None:
    board.updated_at, board.updated_by, board.updated_by_name = timezone.now(), person_of(actor), str(actor)[:254]
    board.save()


def _record(done: str, board: Board, actor: Actor, before: object = None, after: object = None) -> None:
    record(
        project=board.project,
        actor=actor,
        action=f"board.{done}",
        subject=f"{board.name} ({board.pk})",
        before=before,
        after=after,
    )


# --- what may be kept -------------------------------------------------------------------------------------------------


def _card(value: object) -> str:
    text = checked_text(value, "text", what="The text", longest=LONGEST_TEXT)
    if not text.strip():
        raise QueryError("The text is blank: write something, or remove it.", place="text")
    return text


def _width(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not NARROWEST <= value <= WIDEST:
        raise QueryError(f"The width is {NARROWEST} to {WIDEST} columns, not {shown(value)}.", place="width")
    return value


def _chart(value: object) -> str:
    if not isinstance(value, str) or value not in ("", *CHARTS):
        raise QueryError(f"There is no chart {shown(value)}; there are {listed(CHARTS, 'and')}.", place="chart")
    return value


def _dates(value: object) -> str:
    """Canonical text of a date range; empty for None."""
    return "" if value is None else _at("dates", lambda: json.dumps(dump_dates(parse_dates(value))))


def _filters(value: object) -> str:
    return "" if value is None else _at("filters", lambda: json.dumps(dump_filters(parse_filters(value))))


def _at(place: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except QueryError as error:
        error.place = f"{place}.{error.place}" if error.place else place
        raise
