"""What the API's description allows, what it forbids and what nobody would think of, sent to every operation: the
answers are those that the description promises. The events are real, and so are the answers."""

from __future__ import annotations

import base64
import uuid
import zlib
from datetime import timedelta

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.meta import TestPhase

from analytics.queries.codec import canonical, parse
from tests.web.shop import open_shop, question
from web.boards.models import Board, Share, Tile
from web.projects.credentials import hash_secret
from web.projects.models import Role, ServiceAccount
from web.reports.models import Report, ReportVersion, Run
from web.wsgi import application
from workers.runs import run_query

EXAMPLES = 25  # for each operation, besides those at the edges of every bound
# The question has so many edges that there are thousands of those: every which of them is sent.
ONE_IN = {"askQuestion": 8, "saveReport": 24, "makeBoard": 12}
# Known before there is a database: the cases are made when this file is read.
PROJECT, REPORT, BOARD, TILE, SHARE, RUN = 4_000_000_007, 7, 8, 9, 10, uuid.UUID("6f1c5e1e-5b0d-4a39-9c43-8d1f6d1a2b3c")
USERNAME, SECRET = "analyst.00000000", "only-for-this-test"
CREDENTIALS = base64.b64encode(f"{USERNAME}:{SECRET}".encode()).decode()
CHECKS = {
    # A question can fit its schema and be impossible all the same, like a range that ends before it begins; and
    # parameters that are possible one by one need not go together.
    "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]},
    # A list with more values than possible can be longer than any body may be.
    "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "406", "413", "415"]},
}
# What was true when somebody looked need not be any more.
OUTDATED = CHECKS | {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}}
MAY_BE_IMPOSSIBLE = ("askQuestion", "saveReport", "readRun", "runReport", "listProperties", "listValues")
MAY_BE_IMPOSSIBLE += ("listUsersBehind", "listEventsBehind")  # a number that the answer does not have
MAY_BE_IMPOSSIBLE += ("makeBoard", "addTile", "changeTile", "makeShare")  # a report that is not there; a text's chart

described = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json",
    application,
    config=SchemathesisConfig.from_dict(
        {
            "parameters": {
                "project_id": PROJECT,
                "report_id": REPORT,
                "number": 1,
                "board_id": BOARD,
                "tile_id": TILE,
                "share_id": SHARE,
                "run_id": str(RUN),
            },
            "generation": {
                "max-examples": EXAMPLES,
                "deterministic": True,
                "database": "none",
                "with-security-parameters": False,
            },
            "operations": [
                *({"include-operation-id": name, "checks": CHECKS} for name in MAY_BE_IMPOSSIBLE),
                # Its edges are saveReport's.
                {
                    "include-operation-id": "changeReport",
                    "checks": OUTDATED,
                    "phases": {"coverage": {"enabled": False}},
                },
                {"include-operation-id": "arrangeTiles", "checks": OUTDATED},
                # Their edges are makeBoard's.
                *(
                    {"include-operation-id": name, "checks": CHECKS, "phases": {"coverage": {"enabled": False}}}
                    for name in ("changeBoard", "runTile")
                ),
            ],
        }
    ),
)


@pytest.fixture
def analyst(db, clickhouse, monkeypatch):
    """A project with events, a report and a run that is done; and a worker that answers at once."""
    monkeypatch.setattr("web.reports.runs.HEARTBEAT_EVERY", timedelta(hours=1))  # one database, one thread
    monkeypatch.setattr("web.jobs.run_query", lambda *run: run_query(*map(str, run)))
    shop = open_shop(PROJECT, clickhouse)
    ServiceAccount.objects.create(
        project=shop.project, label="Analyst", username=USERNAME, secret_hash=hash_secret(SECRET), role=Role.ANALYST
    )
    text = canonical(parse(question()))
    report = Report.objects.create(pk=REPORT, project=shop.project, name="Kept", query=text)
    ReportVersion.objects.create(report=report, number=1, name="Kept", query=text)
    board = Board.objects.create(pk=BOARD, project=shop.project, name="Kept")
    Tile.objects.create(pk=TILE, board=board, place=0, kind="report", report=report)
    Share.objects.create(pk=SHARE, project=shop.project, board=board, token_hash="x" * 64)
    run = Run.objects.create(pk=RUN, project=shop.project, query=text, key="kept", now="2024-03-01T12:00:00Z")
    run_query(str(run.pk))


@pytest.mark.timeout(400)  # some thousand requests in all, on a machine that may be busy
@described.parametrize()
@pytest.mark.usefixtures("analyst")
def test_every_answer_is_one_that_is_described(case):
    if not is_sent(case):
        return
    case.call_and_validate(headers={"Authorization": f"Basic {CREDENTIALS}"})


def is_sent(case: schemathesis.Case) -> bool:
    one_in = ONE_IN.get(case.operation.definition.raw["operationId"], 1)
    if case.meta.phase.name is not TestPhase.COVERAGE:
        return True
    return zlib.crc32(repr(case.body).encode(errors="replace")) % one_in == 0  # the same ones each time
