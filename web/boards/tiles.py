"""The question that a tile asks: its report's, with the board's dates and filters over it. Also how both are told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.codec import dump, parse, parse_dates, parse_filters
from analytics.queries.dates import DateRange
from analytics.queries.filters import Group
from analytics.queries.overlays import laid_over
from analytics.queries.sentence import dates_in_words, group_in_words, sentence
from web.boards.models import Board, Tile, TileKind
from web.reports.documents import moment
from web.reports.models import Report

Document = dict[str, Any]


@dataclass(frozen=True)
class Overlay:
    """Dates and filters for every tile; None leaves what the reports say."""

    dates: DateRange | None = None
    filters: Group | None = None

    @classmethod
    def of(cls, board: Board) -> Overlay:
        return cls(
            parse_dates(json.loads(board.dates)) if board.dates else None,
            parse_filters(json.loads(board.filters)) if board.filters else None,
        )

    @property
    def words(self) -> Document:
        return {
            "dates": dates_in_words(self.dates) if self.dates else "",
            "filters": group_in_words(self.filters) if self.filters else "",
        }


def query_of(tile: Tile, overlay: Overlay) -> Query:
    """A QueryError if it cannot be asked so."""
    assert tile.report is not None  # only reports are asked
    return laid_over(parse(tile.report.query), overlay.dates, overlay.filters)


def board_document(board: Board, *, tiles: bool = True) -> Document:
    document = {
        "id": board.pk,
        "name": board.name,
        "description": board.description,
        "dates": json.loads(board.dates) if board.dates else None,
        "filters": json.loads(board.filters) if board.filters else None,
        "created_at": moment(board.created_at),
        "created_by": board.created_by_name,
        "updated_at": moment(board.updated_at),
        "updated_by": board.updated_by_name,
    }
    if tiles:
        overlay = Overlay.of(board)
        document["tiles"] = [tile_document(tile, overlay) for tile in board.tiles.select_related("report")]
    return document


def tile_document(tile: Tile, overlay: Overlay) -> Document:
    return {
        "id": tile.pk,
        "kind": tile.kind,
        "width": tile.width,
        "text": tile.text,
        "chart": tile.chart,
        "report": _report(tile.report, tile, overlay) if tile.kind == TileKind.REPORT and tile.report else None,
    }


def _report(report: Report, tile: Tile, overlay: Overlay) -> Document:
    """The report with the question as the board asks it, which is what its link opens."""
    try:
        query = query_of(tile, overlay)
    except QueryError:  # the tile itself says why, when it is asked
        query = parse(report.query)
    return {
        "id": report.pk,
        "name": report.name,
        "description": report.description,
        "deleted": report.deleted_at is not None,
        "query": dump(query),
        "sentence": sentence(query),
    }
