"""A plan is a generator: it yields a statement, is sent its rows, and returns the result. So it stays pure, and whoever
runs it talks to ClickHouse.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.results import Result
from analytics.sql.compiled import CompiledQuery


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, how many readings of events are left with it (what a progress bar needs), whether it keeps
    something, for which the right to ask is not enough, and whether it is a try: where it reaches a limit of rows, the
    plan is told None instead of rows and goes another way."""

    compiled: CompiledQuery[Any]
    left: int = 1
    keeps: bool = False
    tries: bool = False


Steps: TypeAlias = Generator[Step, Any, Any]
Plan: TypeAlias = Generator[Step, Any, Result]
