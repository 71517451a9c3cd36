"""The numbers of one segment of a funnel, as they stand in an answer. Times are seconds; None is no value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from analytics.results.segments import Segment
from analytics.results.series import Number


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """`count` reached the step, `dropped` the step before and not this one; the times are of those who reached it."""

    count: int
    dropped: int
    from_previous: Number
    from_first: Number
    average_from_previous: Number
    median_from_previous: Number
    average_from_first: Number
    median_from_first: Number


@dataclass(frozen=True, slots=True)
class Trend:
    """By the bucket in which an attempt began."""

    entered: tuple[int, ...]
    converted: tuple[int, ...]
    rates: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """From `low` up to but not including `high`; None is open. Of whole numbers both are included."""

    low: float
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers (seconds, or times that something was done) are spread over those who reached the later step."""

    count: int
    average: Number
    median: Number
    p25: Number
    p75: Number
    p90: Number
    min: Number
    max: Number
    bins: tuple[Bin, ...]

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Spread:
        return cls(**{**fields, "bins": tuple(Bin(**each) for each in fields["bins"])})


@dataclass(frozen=True, slots=True)
class Path:
    """What was done between the two steps, one after the other; the same several times in a row is there once.
    `share` is of all who reached the later step."""

    events: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """`steps` are there in every view, the others in their own: times and frequency are a Spread."""

    steps: tuple[StepNumbers, ...]
    trend: Trend | None = None
    times: Spread | None = None
    frequency: Spread | None = None
    paths: tuple[Path, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Numbers:
        trend, paths = fields["trend"], fields["paths"]
        return cls(
            tuple(StepNumbers(**each) for each in fields["steps"]),
            trend and Trend(**{name: tuple(values) for name, values in trend.items()}),
            fields["times"] and Spread.from_json(fields["times"]),
            fields["frequency"] and Spread.from_json(fields["frequency"]),
            None if paths is None else tuple(Path(**{**each, "events": tuple(each["events"])}) for each in paths),
        )


@dataclass(frozen=True, slots=True)
class Significance:
    """How likely so great a difference is by chance alone; without `p` the `reason`. `against` is the place of the
    other segment in the answer; 0, the whole, stands for everybody who is not in this segment."""

    against: int
    p: Number
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FunnelSegment:
    """`difference` is our rate of conversion less the earlier one, `ratio` how much that is of the earlier one."""

    segment: tuple[Segment, ...]
    numbers: Numbers
    significance: tuple[Significance, ...] = ()
    compared: Numbers | None = None
    difference: Number = None
    ratio: Number = None

    @property
    def label(self) -> str:
        return self.segment[0].label if self.segment else "All"

    def to_json(self) -> dict[str, Any]:
        return {
            "segment": [part.to_json() for part in self.segment],
            "label": self.label,
            **self.numbers.to_json(),
            "significance": [asdict(each) for each in self.significance],
            "compared": self.compared
            and {**self.compared.to_json(), "difference": self.difference, "ratio": self.ratio},
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FunnelSegment:
        compared = fields["compared"]
        return cls(
            tuple(Segment.from_json(part) for part in fields["segment"]),
            Numbers.from_json(fields),
            tuple(Significance(**each) for each in fields["significance"]),
            compared and Numbers.from_json(compared),
            compared and compared["difference"],
            compared and compared["ratio"],
        )
