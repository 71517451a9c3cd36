"""The one way to events: always a project, always a window, always each event once; and no value in the text."""

from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

import pytest

from analytics.compiler import compile
from analytics.queries.codec import parse
from tests.analytics.queries.documents import document, filtered
from tests.analytics.queries.scopes import scope
from tests.reference import chance

COMPILER = Path(__file__).resolve().parents[3] / "analytics" / "compiler"


def test_only_events_names_the_table():
    naming = [path.name for path in COMPILER.glob("*.py") if "events_table" in path.read_text()]
    assert naming == ["events.py"]


@pytest.mark.parametrize("seed", range(50))
def test_every_reading_is_fenced(seed: int):
    """Each FROM of the events table is followed by the project and both ends of the window."""
    dice = random.Random(seed)
    around = chance.scope(dice, 4242)
    compiled = compile(chance.query(dice, around), around)
    readings = compiled.sql.split("FROM `events`")[1:]
    assert readings
    for reading in readings:
        fence = re.match(
            r" FINAL WHERE project_id = \{(p\d+):UInt32\} AND time >= .*?\{(p\d+):Int64\}.*? AND time < ", reading
        )
        assert fence is not None, reading[:200]
        assert compiled.params[fence[1]] == 4242


def test_what_people_write_is_never_in_the_text():
    marker = "zzz'; DROP TABLE events --"
    asked = filtered(property={"name": marker, "type": "string"}, values=[marker]) | {
        "metrics": [{"events": [marker], "measure": {"kind": "unique"}}],
        "breakdowns": [{"property": {"name": marker, "type": "list"}}],
    }
    compiled = compile(parse(asked), scope())
    assert "zzz" not in compiled.sql
    assert marker in compiled.params.values()


def test_compiling_is_pure():
    query, around = parse(document()), scope()
    assert compile(query, around).sql == compile(query, around).sql
    assert compile(query, around).params == compile(query, around).params


def test_retention_cuts_the_window():
    """Seven days kept are today and the six before, whatever the question asks for."""
    params = compile(parse(document()), scope(retention_days=7)).params.values()
    assert int(dt.datetime(2024, 3, 14, tzinfo=dt.UTC).timestamp() * 1000) in params
