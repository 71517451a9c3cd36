"""Items → accepted and rejected, by project. The loop over `lines` is the hot path: a few microseconds for an event."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from analytics.errors import PayloadError
from analytics.events import AcceptedBatch, Line, Moment, RejectedBatch, RejectedItem, Row, Rules, known_of, row
from analytics.ingest.payload import Payload, line

MAX_KEPT_PAYLOAD = 65_536  # of a rejected item; more would only be a way to fill our disk


@dataclass(frozen=True, slots=True)
class Failure:
    """One refused item, as the sender is told of it."""

    index: int
    insert_id: str
    field: str
    message: str
    code: str


@dataclass(slots=True)
class Outcome:
    """What became of a request's items."""

    accepted: dict[int, list[Row]] = field(default_factory=dict)
    rejected: dict[int, list[RejectedItem]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    strangers: int = 0  # items whose token no project knows: there is nobody to keep them for
    ignored: int = 0  # items that asked to be forgotten

    @property
    def stored(self) -> int:
        return sum(map(len, self.accepted.values()))

    def items_by_project(self) -> dict[int, int]:
        """How many items each project has to keep, refused ones included: they take space as well."""
        counted = {project: len(rows) for project, rows in self.accepted.items()}
        for project, items in self.rejected.items():
            counted[project] = counted.get(project, 0) + len(items)
        return counted

    def batches(self, source: str) -> list[AcceptedBatch | RejectedBatch]:
        """What to make durable, with versions that put this acknowledgement after all earlier ones of this process."""
        events = [AcceptedBatch.of(project, next_version(), rows) for project, rows in self.accepted.items()]
        rejected = [RejectedBatch(project, next_version(), source, each) for project, each in self.rejected.items()]
        return [*events, *rejected]


ProjectOf = Callable[[str], int | None]


def check(payload: Payload, rules: Rules, moment: Moment, project: int | ProjectOf) -> Outcome:
    """Every item by the rules. `project` is the one that was proven, or finds the one a token belongs to."""
    outcome = Outcome()
    find = project if callable(project) else _always(project)
    if payload.lines is not None:
        _check_lines(payload, payload.lines, rules, moment, find, outcome)
    else:
        for index in range(len(payload)):
            item = payload.item(index)
            try:
                one = line(item)
            except PayloadError as error:
                _refuse(outcome, index, error, item, find(_token_in(item)))
            else:
                _check_line(index, one, rules, moment, find, outcome, item)
    return outcome


def _check_lines(
    payload: Payload, lines: list[Line], rules: Rules, moment: Moment, find: ProjectOf, outcome: Outcome
) -> None:
    token: object = ""
    project = find("")
    rows: list[Row] = outcome.accepted.setdefault(project, []) if project is not None else []
    for index, one in enumerate(lines):
        try:
            raw = bytes(one.properties)
            known = known_of(raw)
            if known.token != token:
                token = known.token
                project = find(token if isinstance(token, str) else "")
                rows = outcome.accepted.setdefault(project, []) if project is not None else []
            if project is None or known.ignore:
                raise _Aside
            rows.append(row(one.event, raw, known, rules, moment))
        except (_Aside, PayloadError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            _check_line(index, one, rules, moment, find, outcome, payload.item(index))
    for empty in [each for each, rows in outcome.accepted.items() if not rows]:
        del outcome.accepted[empty]


class _Aside(Exception):  # noqa: N818 - it is no error: this item takes the slower way
    pass


def _check_line(
    index: int, one: Line, rules: Rules, moment: Moment, find: ProjectOf, outcome: Outcome, item: bytes
) -> None:
    """One item, its every fate written into the outcome."""
    raw = bytes(one.properties)
    insert_id = ""
    try:
        known = known_of(raw)
        insert_id = str(known.insert_id or "")
        project = find(known.token if isinstance(known.token, str) else "")
        if project is None:
            _refuse(outcome, index, PayloadError("'properties.token' is missing or unknown", field="properties.token"))
            outcome.strangers += 1
        elif known.ignore:
            outcome.ignored += 1
        else:
            outcome.accepted.setdefault(project, []).append(row(one.event, raw, known, rules, moment))
    except PayloadError as error:
        _refuse(outcome, index, error, item, find(_token_in(item)), insert_id)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refusal = PayloadError(f"'properties' is invalid: not JSON ({error})", field="properties")
        _refuse(outcome, index, refusal, item, find(_token_in(item)), insert_id)


def _refuse(
    outcome: Outcome,
    index: int,
    error: PayloadError,
    item: bytes = b"",
    project: int | None = None,
    insert_id: str = "",
) -> None:
    outcome.failures.append(Failure(index, insert_id, error.field, error.message, error.code))
    if project is not None:
        kept = RejectedItem(error.message, error.code, error.field, item[:MAX_KEPT_PAYLOAD])
        outcome.rejected.setdefault(project, []).append(kept)


def _token_in(item: bytes) -> str:
    """The token of an item that could not be read: enough to know in whose list of rejected events it goes."""
    start = item.find(b'"token"')
    rest = item[start + 7 : start + 160].lstrip(b" :") if start >= 0 else b""
    return rest[1 : rest.find(b'"', 1)].decode(errors="replace") if rest[:1] == b'"' else ""


def _always(project: int) -> ProjectOf:
    return lambda token: project


_versions = threading.Lock()
_last_version = 0


def next_version() -> int:
    """A number that grows with every acknowledgement: microseconds, and room for 4096 items of one request."""
    global _last_version
    now = time.time_ns() // 1000
    with _versions:
        _last_version = max(now, _last_version + 1)
        return _last_version << 12
