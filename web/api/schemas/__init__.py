"""The API in words that programs read: JSON Schema for every body and answer, built where possible from the enums and
limits that the code itself obeys.

`queries` is where a question's options are; `operations` puts a description on a view. These rooms describe and decide
nothing: what is accepted is decided by analytics.queries.codec and by the views.
"""

from __future__ import annotations

from web.api.schemas.answers import answer_schemas
from web.api.schemas.boards import board_schemas
from web.api.schemas.choices import choice_schemas
from web.api.schemas.drilldowns import drilldown_schemas
from web.api.schemas.queries import query_schemas
from web.api.schemas.reports import report_schemas
from web.api.schemas.retention import retention_answers, retention_numbers
from web.api.schemas.shapes import Schema
from web.api.schemas.shares import share_schemas


def all_schemas() -> dict[str, Schema]:
    """By name, in reading order."""
    return {
        **query_schemas(),
        **answer_schemas(),
        **retention_answers(),
        **drilldown_schemas(),
        **retention_numbers(),
        **report_schemas(),
        **board_schemas(),
        **share_schemas(),
        **choice_schemas(),
    }
