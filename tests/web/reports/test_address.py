"""The address of a question: in what is sent to the server, or behind it where it would be too long."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from web.reports.address import LONGEST, address


def test_a_question_stands_in_the_query(cast):
    found = urlsplit(address(cast.project, '{"kind":"flows"}', report=7))
    assert found.path == f"/projects/{cast.project.pk}/insights/"
    assert parse_qs(found.query) == {"q": ['{"kind":"flows"}'], "report": ["7"]}
    assert not found.fragment


def test_a_long_one_behind_it_with_what_the_server_needs_before_it(cast):
    query = json.dumps({"kind": "flows", "hidden": ["ü" * 100] * 50})
    found = urlsplit(address(cast.project, query, report=7))
    assert parse_qs(found.query) == {"kind": ["flows"], "report": ["7"]}
    assert parse_qs(found.fragment)["q"] == [query]
    assert len(found.query) < LONGEST
