"""The numbers of answers about retention, lifecycle and frequency, each with the name by which it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Named = tuple[dict[str, Any], int]


def of_retention(document: dict[str, Any]) -> Iterator[Named]:
    for series in document["series"]:
        for cohort, row in zip(document["cohorts"], series["rows"], strict=True):
            at = {"segment": series["segment"], "cohort": cohort["start"]}
            yield at, row["size"]
            for bucket, users in enumerate(row["users"]):
                if users is not None:
                    yield {**at, "bucket": bucket}, users
                    yield {**at, "bucket": bucket, "outcome": "not_returned"}, row["size"] - users
        yield {"segment": series["segment"]}, series["size"]
        average = series["average"]
        for bucket, (size, users) in enumerate(zip(average["sizes"], average["users"], strict=True)):
            yield {"segment": series["segment"], "bucket": bucket, "outcome": "returned"}, users
            yield {"segment": series["segment"], "bucket": bucket, "outcome": "not_returned"}, size - users


def of_lifecycle(document: dict[str, Any]) -> Iterator[Named]:
    for series in document["series"]:
        for bucket, users in zip(document["buckets"], series["values"], strict=True):
            yield {"bucket": bucket["start"], "status": series["status"]}, users


def of_frequency(document: dict[str, Any]) -> Iterator[Named]:
    for series in document["series"]:
        times = [(None, series["total"])]
        times += zip([each["start"] for each in document["buckets"]], series["periods"], strict=True)
        for start, found in times:
            at = {"segment": series["segment"], "bucket": start}
            yield at, found["users"]
            for units, (exactly, more) in enumerate(zip(found["exactly"], found["at_least"], strict=True), start=1):
                yield {**at, "units": units}, exactly
                yield {**at, "units": units, "or_more": True}, more


NUMBERS = {"retention": of_retention, "lifecycle": of_lifecycle, "frequency": of_frequency}
