"""Formulas and rolling averages worked out in memory from the naive numbers of the metrics."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.queries.formulas import Formula
from analytics.queries.insights import InsightsQuery
from analytics.queries.metrics import letter
from tests.reference.insights import Numbers, Segments

# All are nothing where their metrics are nothing.
FORMULAS = [
    "A",
    "-A",
    "3*A",
    "A / 4 - A",
    "A - B",
    "A + B * 2",
    "100 * A / B",
    "A / A",
    "(A + B) / C",
    "A*B - C",
    "C / B",
]

Line = list[float | None]  # by bucket, the range's last


def with_derived(dice: random.Random, query: InsightsQuery) -> InsightsQuery | None:
    """The question with formulas and perhaps a rolling average; None if its metrics can have none."""
    if any(metric.measure.is_distribution for metric in query.metrics):
        return None
    known = {letter(index) for index in range(len(query.metrics))}
    possible = [text for text in FORMULAS if {each for each in text if each.isalpha()} <= known]
    formulas = tuple(Formula(text) for text in dice.sample(possible, min(2, len(possible))))
    return replace(query, formulas=formulas, rolling=dice.choice([0, 0, 2, 3, 7]))


def expected(query: InsightsQuery, numbers: Numbers, name: str, segments: Segments, buckets: Sequence[Any]) -> Line:
    """The line of a metric ("A") or a formula ("F1")."""
    if name.startswith("F"):
        tree = ast.parse(query.formulas[int(name[1:]) - 1].expression, mode="eval").body
    else:
        tree = ast.parse(name, mode="eval").body
    line = [_worked_out(tree, query, numbers, segments, bucket) for bucket in (*buckets, None)]
    if query.rolling:
        line[:-1] = [_average(line[max(0, end - query.rolling) : end], query.rolling) for end in range(1, len(line))]
    return line


def _worked_out(node: Any, query: InsightsQuery, numbers: Numbers, segments: Segments, bucket: Any) -> float | None:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        index = "ABCDEF".index(node.id)
        nothing = 0.0 if query.metrics[index].measure.is_zero_without_events else None
        return numbers.get((index, segments, bucket), nothing)
    if isinstance(node, ast.UnaryOp):
        inner = _worked_out(node.operand, query, numbers, segments, bucket)
        return None if inner is None else -inner
    left, right = (_worked_out(each, query, numbers, segments, bucket) for each in (node.left, node.right))
    if left is None or right is None:
        return None
    match node.op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return left / right if right else None


def _average(values: Line, window: int) -> float | None:
    if len(values) < window or None in values:
        return None
    return sum(value for value in values if value is not None) / window
