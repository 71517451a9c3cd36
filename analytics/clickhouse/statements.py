"""Following a plan: its statements one after the other, and what they cost together.

Each has a query id of its own, made of the answer's: a server may still be taking leave of a statement when the next
one comes. `executor.cancel` ends whichever of them is running.

A plan is a generator that yields statements and is sent their rows; this file must not know what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

from analytics.clickhouse.executor import Progress, execute, statement_id
from analytics.clickhouse.limits import Limits
from analytics.errors import LimitReached
from analytics.sql.compiled import CompiledQuery

Result = TypeVar("Result")


class Step(Protocol):
    """A statement, how many readings of events are left with it, whether it writes, and whether it may fail for having
    too many rows."""

    @property
    def compiled(self) -> CompiledQuery[Any]: ...
    @property
    def left(self) -> int: ...
    @property
    def keeps(self) -> bool: ...
    @property
    def tries(self) -> bool: ...


class Statements:
    """The statements of one answer. `keep_url` is of somebody who may write, for those that keep something."""

    def __init__(
        self,
        url: str,
        keep_url: str,
        query_id: str | None,
        on_progress: Callable[[Progress], None] | None,
        limits: Limits | None,
    ) -> None:
        self._url, self._keep_url, self._query_id = url, keep_url, query_id
        self._on_progress, self._limits = on_progress, limits
        self.texts: list[str] = []
        self.reached = Progress(0, 0, 0, 0.0)

    def follow(self, steps: Generator[Step, Any, Result]) -> Result:
        """Runs the steps; each is told the rows of the one before it, or None of a try that had too many."""
        try:
            step = next(steps)
            while True:
                step = steps.send(self._rows(step))
        except StopIteration as over:
            result: Result = over.value
            return result

    def _rows(self, step: Step) -> list[Any] | None:
        before = self.reached

        def on_progress(now: Progress) -> None:
            self.reached = _together(before, now)
            if self._on_progress is not None:
                # What is still to come reads about as much as this step does.
                total = before.read_rows + now.total_rows * step.left
                self._on_progress(
                    Progress(self.reached.read_rows, total, self.reached.read_bytes, self.reached.elapsed)
                )

        query_id = self._query_id and statement_id(self._query_id, len(self.texts))
        self.texts.append(step.compiled.sql)
        url = self._keep_url if step.keeps else self._url
        try:
            rows = execute(step.compiled, url=url, query_id=query_id, on_progress=on_progress, limits=self._limits)
        except LimitReached as error:
            if step.tries and error.code == "row_limit":
                return None
            raise
        self.reached = _together(before, Progress(rows.read_rows, rows.read_rows, rows.read_bytes, rows.elapsed))
        return rows.rows


def _together(one: Progress, other: Progress) -> Progress:
    return Progress(
        one.read_rows + other.read_rows,
        one.total_rows + other.total_rows,
        one.read_bytes + other.read_bytes,
        one.elapsed + other.elapsed,
    )
