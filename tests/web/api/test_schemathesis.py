"""What the API's description allows, what it forbids and what nobody would think of, sent to every operation: the
answers are those that the description promises. The events are real, and so are the answers."""

from __future__ import annotations

import base64
import copy
import uuid
import zlib
from datetime import timedelta

import pytest
import schemathesis
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import TestPhase
from schemathesis.pytest._test_builder import build_operation_test

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
ONE_IN = {"askQuestion": 90, "makeBoard": 36}
# These are sent one question: its edges are askQuestion's, and random ones go to changeReport and listEventsBehind,
# whose bodies are alike. Edges that are not sent have to be made all the same, which took as long as all the rest here.
OF_ONE_QUESTION = ("saveReport", "listUsersBehind")
# Known before there is a database: the description's parameters are set when this file is read.
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
OUTDATED = {check: {"expected-statuses": [*allowed["expected-statuses"], "409"]} for check, allowed in CHECKS.items()}
MAY_BE_IMPOSSIBLE = ("askQuestion", "saveReport", "readRun", "runReport", "listProperties", "listKeys", "listValues")
MAY_BE_IMPOSSIBLE += ("listUsersBehind",)  # a number that the answer does not have
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
                # Their edges are makeBoard's, listUsersBehind's and askQuestion's.
                *(
                    {"include-operation-id": name, "checks": CHECKS, "phases": {"coverage": {"enabled": False}}}
                    for name in ("changeBoard", "runTile", "listEventsBehind", "compareReport")
                ),
            ],
        }
    ),
)

schemas = described.raw_schema["components"]["schemas"]
for path in described.raw_schema["paths"].values():
    for described_operation in path.values():
        if isinstance(described_operation, dict) and described_operation["operationId"] in OF_ONE_QUESTION:
            content = described_operation["requestBody"]["content"]["application/json"]
            body = copy.deepcopy(schemas[content["schema"]["$ref"].rpartition("/")[2]])
            body["properties"]["query"] = {"const": question()}
            content["schema"] = body


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


OPERATIONS = sorted(
    operation["operationId"]
    for methods in described.raw_schema["paths"].values()
    for operation in methods.values()
    if isinstance(operation, dict)
)


@pytest.mark.timeout(400)  # some thousand requests in all, on a machine that may be busy
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.usefixtures("analyst")
def test_every_answer_is_one_that_is_described(name):
    """What `described.parametrize()` makes of an operation, but made now: made when this file is read, the cases of
    all operations cost each process half a minute, whichever tests it is to run."""
    load_all_checks()
    operation = described.find_operation_by_id(name)
    test = build_operation_test(
        config=described.config, operation=operation, test_func=send, given_kwargs={}, feedback=FeedbackSources()
    )
    test()


def send(case):
    case.call_and_validate(headers={"Authorization": f"Basic {CREDENTIALS}"})


known: set[tuple[str, str]] = set()


@described.hook("filter_case")
def is_sent(context, case):
    """Of the edges of what is long, one in so many, the same ones each time; and all edges of what is around it."""
    name = case.operation.definition.raw["operationId"]
    if name not in ONE_IN or case.meta.phase.name is not TestPhase.COVERAGE:
        return True
    long = repr(case.body["query"] if isinstance(case.body, dict) and "query" in case.body else case.body)
    if long != repr(case.body) and (name, long) in known:
        return True
    known.add((name, long))
    return zlib.crc32(long.encode(errors="replace")) % ONE_IN[name] == 0
