"""An answer: the result and what it took to get it. This is what the cache keeps and what a run hands over."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from analytics.results import Result, result_from_json


@dataclass(frozen=True, slots=True)
class Meta:
    """`data_version` is the project's when the reading began, so the answer knows at least that much."""

    computed_at: dt.datetime
    data_version: int
    read_rows: int
    read_bytes: int
    elapsed_ms: float
    sql: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    result: Result
    meta: Meta

    def to_json(self) -> dict[str, Any]:
        """The result's keys with the meta's beside them, as the API shows them."""
        return {**self.result.to_json(), **asdict(self.meta), "computed_at": self.meta.computed_at.isoformat()}

    def to_bytes(self) -> bytes:
        return orjson.dumps(self.to_json())

    @classmethod
    def from_bytes(cls, kept: bytes) -> Answer:
        """An answer that was kept, and says so."""
        fields = orjson.loads(kept)
        meta = Meta(**{name: fields[name] for name in Meta.__dataclass_fields__})
        meta = replace(meta, computed_at=dt.datetime.fromisoformat(fields["computed_at"]), cached=True)
        return cls(result_from_json(fields), meta)
