"""A plan followed to its end, by the statements that the runner sends, with settings of a test's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.clickhouse.executor import execute


def followed(steps: Any, url: str, **settings: object) -> Any:
    """The answer, or the page, that it ends with."""
    try:
        step = next(steps)
        while True:
            compiled = replace(step.compiled, settings={**step.compiled.settings, **settings})
            step = steps.send(execute(compiled, url=url).rows)
    except StopIteration as over:
        return over.value
