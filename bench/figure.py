"""One measured number, with what we aim for and what it was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """`better` says on which side of the aim we want to be; without an aim the number only informs."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    note: str = ""
    better: Literal["less", "more"] = "less"

    @property
    def holds(self) -> bool | None:
        """Whether the aim is reached; None if there is none."""
        if self.aim is None:
            return None
        return self.value <= self.aim if self.better == "less" else self.value >= self.aim
