"""Buckets of numbers: of equal size, with given edges, or sized by what is found. Each becomes a text that a segment's
key holds, and back.

An edge is (start + k × size) / scale, all whole numbers, so that it is the double nearest to the decimal that people
read: 0.3 begins at 0.3, which 3 × 0.1 does not. This file must not know which property the numbers are of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

from analytics.sql.fragment import Fragment, bind, let, sql


@dataclass(frozen=True, slots=True)
class Scale:
    """The step of auto buckets: 1, 2, 5 or 10 times a power of ten."""

    digit: Fragment
    power: Fragment


Scales = Mapping[int, Scale]  # by the place of a breakdown among the breakdowns


def measured_scale(numbers: Fragment, name: LiteralString) -> tuple[Fragment, Scale]:
    """About ten steps between the least and the greatest of `numbers` (a SELECT of `number`), as a definition for a
    WITH clause, and its parts."""
    definition = sql(
        "(SELECT (if(raw > 0, multiIf(raw <= exp10(power), 1, raw <= 2 * exp10(power), 2,"
        " raw <= 5 * exp10(power), 5, 10), 1), power) FROM (SELECT raw, if(raw > 0, floor(log10(raw)), 0) AS power FROM"
        " (SELECT (ifNull(max(number), 0) - ifNull(min(number), 0)) / 10 AS raw FROM ({numbers})))) AS {name}",
        numbers=numbers,
        name=sql(name),
    )
    return definition, Scale(sql("{name}.1", name=sql(name)), sql("{name}.2", name=sql(name)))


@dataclass(frozen=True, slots=True)
class _Steps:
    size: Fragment
    start: Fragment
    scale: Fragment


def _steps(size: float, start: float) -> _Steps:
    whole_size, whole_start, scale = _whole(size, start)
    return _Steps(bind("Float64", whole_size), bind("Float64", whole_start), bind("Float64", scale))


def _whole(size: float, start: float) -> tuple[float, float, float]:
    places = max(0, -min(int(Decimal(repr(each)).as_tuple().exponent) for each in (size, start)))
    scale = 10 ** min(places, 15)
    if not math.isfinite(max(abs(size), abs(start)) * scale):  # so large that places after the point do not matter
        return size, start, 1.0
    return float(round(size * scale)) or size * scale, float(round(start * scale)), float(scale)


def even(number: Fragment, size: float, start: float) -> Fragment:
    """The bucket's number, counted from the start, as text."""
    return _even(number, _steps(size, start))


def _even(number: Fragment, steps: _Steps) -> Fragment:
    """The bucket's number, counted from the start, as text."""

    def bucket(x: Fragment) -> Fragment:
        guess = sql(
            "floor(({x} * {scale} - {start}) / {size})", x=x, scale=steps.scale, start=steps.start, size=steps.size
        )
        # What rounding moved over an edge goes back.
        return sql(
            "toString({guess} + if({x} >= {next}, 1, 0) - if({x} < {this}, 1, 0) + 0)",
            guess=guess,
            x=x,
            next=edge(sql("({guess} + 1)", guess=guess)),
            this=edge(guess),
        )

    def edge(k: Fragment) -> Fragment:
        return sql("(({start} + {k} * {size}) / {scale})", start=steps.start, k=k, size=steps.size, scale=steps.scale)

    return let(number, bucket)


def custom(number: Fragment, edges: tuple[float, ...]) -> Fragment:
    """How many edges lie at or below the number, as text."""
    return let(
        number,
        lambda x: sql(
            "toString(if(isNull({x}), NULL, arrayCount(edge -> edge <= assumeNotNull({x}), {edges})))",
            x=x,
            edges=bind("Array(Float64)", list(edges)),
        ),
    )


def auto(number: Fragment, scale: Scale) -> Fragment:
    """The bucket's number, the step's first digit and its power of ten, as text: "7|2|-1" begins at 1.4."""
    steps = _Steps(
        size=sql("({digit} * exp10(greatest({power}, 0)))", digit=scale.digit, power=scale.power),
        start=sql("0"),
        scale=sql("exp10(greatest(-{power}, 0))", power=scale.power),
    )
    return sql(
        "concat({bucket}, '|', toString({digit}), '|', toString({power}))",
        bucket=_even(number, steps),
        digit=scale.digit,
        power=scale.power,
    )


# --- reading ----------------------------------------------------------------------------------------------------------

Edge = int | float


def read_even(text: str, size: float, start: float) -> tuple[Edge, Edge]:
    """From which number (included) to which (not included)."""
    whole_size, whole_start, scale = _whole(size, start)
    k = float(text)
    return _neat((whole_start + k * whole_size) / scale), _neat((whole_start + (k + 1) * whole_size) / scale)


def read_custom(text: str, edges: tuple[float, ...]) -> tuple[Edge | None, Edge | None]:
    """None where the first or the last has no end."""
    index = int(text)
    return (
        _neat(edges[index - 1]) if index else None,
        _neat(edges[index]) if index < len(edges) else None,
    )


def read_auto(text: str) -> tuple[Edge, Edge]:
    k, digit, power = (float(part) for part in text.split("|"))
    size, scale = digit * 10 ** max(power, 0), 10 ** max(-power, 0)
    return _neat(k * size / scale), _neat((k + 1) * size / scale)


def known_scale(text: str | None) -> Scale:
    """The step that a text of auto buckets was made with; any, where there is none."""
    _, digit, power = (text or "0|1|0").split("|")
    return Scale(bind("Float64", float(digit)), bind("Float64", float(power)))


def _neat(number: float) -> int | float:
    return int(number) if math.isfinite(number) and number == int(number) and abs(number) <= 2**53 else number
