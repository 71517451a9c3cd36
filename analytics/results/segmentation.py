"""The answers of Mixpanel's query endpoints, in its own shapes: numbers by segment and by bucket's name."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any, TypeAlias

Number: TypeAlias = int | float

MOST_RANGES = 10  # of numbers, in /segmentation/numeric


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A number of a segment in a bucket; without a bucket it is the whole range's."""

    segment: str
    bucket: dt.datetime | None
    value: Number


@dataclass(frozen=True, slots=True)
class AmountRow:
    """`value` is None where the numbers are beyond what a number can hold."""

    bucket: dt.datetime
    value: Number | None


@dataclass(frozen=True, slots=True)
class SegmentationResult:
    """`values` has the largest segment first, and a number for every bucket of `series`."""

    series: tuple[str, ...]
    values: Mapping[str, Mapping[str, Number]]

    def to_json(self) -> dict[str, Any]:
        return {"data": {"series": list(self.series), "values": dict(self.values)}, "legend_size": len(self.values)}

    def to_csv(self) -> str:
        """One line for each bucket, one column for each segment."""
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(["date", *self.values])
        for name in self.series:
            lines.writerow([name, *(numbers[name] for numbers in self.values.values())])
        return text.getvalue()


def segmentation_result(
    rows: Iterable[SegmentRow], names: Mapping[dt.datetime, str], wanted: Sequence[str] | None = None
) -> SegmentationResult:
    """`names` are the buckets' in order; the segments of `wanted` are there even where nothing was found."""
    values: dict[str, dict[str, Number]] = {segment: dict.fromkeys(names.values(), 0) for segment in wanted or ()}
    totals: dict[str, Number] = {}
    for row in rows:
        numbers = values.setdefault(row.segment, dict.fromkeys(names.values(), 0))
        if row.bucket is None:
            totals[row.segment] = row.value
        else:
            numbers[names[row.bucket]] = row.value
    order = list(values) if wanted is not None else sorted(values, key=lambda each: (-totals.get(each, 0), each))
    return SegmentationResult(tuple(names.values()), {segment: values[segment] for segment in order})


def amounts(rows: Iterable[AmountRow], names: Mapping[dt.datetime, str]) -> dict[str, Number | None]:
    """By bucket's name, 0 where nothing happened."""
    found: dict[str, Number | None] = dict.fromkeys(names.values(), 0)
    found.update({names[row.bucket]: row.value for row in rows})
    return found


def plain(value: float) -> Number:
    """5, not 5.0."""
    return int(value) if value == int(value) else value


@dataclass(frozen=True, slots=True)
class Ranges:
    """Neighbouring ranges of numbers of one round width; the lower end belongs to a range, the upper does not."""

    edges: tuple[Decimal, ...]

    @property
    def starts(self) -> list[float]:
        return [float(edge) for edge in self.edges[:-1]]

    def name(self, start: float) -> str:
        """`2,000 - 2,100`"""
        index = self.starts.index(start)
        return f"{_spoken(self.edges[index])} - {_spoken(self.edges[index + 1])}"


def ranges(lowest: float, highest: float) -> Ranges:
    """At most MOST_RANGES ranges that hold both, of the smallest width of 1, 2 or 5 times a power of ten."""
    with localcontext() as exact:
        exact.prec = 80
        low, high = Decimal(repr(lowest)), Decimal(repr(highest))
        span = high - low
        exponent = (span / MOST_RANGES).adjusted() if span else 0
        while True:
            for digit in (1, 2, 5):
                width = Decimal(digit).scaleb(exponent)
                first = (low / width).to_integral_value(ROUND_FLOOR)
                count = int((high / width).to_integral_value(ROUND_FLOOR) - first) + 1
                if count > MOST_RANGES:
                    continue
                edges = tuple((first + number) * width for number in range(count + 1))
                apart = len({float(edge) for edge in edges}) == len(edges)  # as numbers, not only as digits
                if apart and float(edges[-1]) > highest:
                    return Ranges(edges)
            exponent += 1


def _spoken(edge: Decimal) -> str:
    text = f"{edge:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
