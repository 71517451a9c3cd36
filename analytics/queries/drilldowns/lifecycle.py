"""One number of a lifecycle: the users of one status in one interval."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analytics.errors import QueryError
from analytics.queries.drilldowns.parts import fields_at, moment_at
from analytics.queries.lifecycle import LifecycleQuery, Status
from analytics.queries.text import listed, shown


@dataclass(frozen=True, slots=True)
class Point:
    query: LifecycleQuery
    bucket: dt.datetime
    status: Status


def parse_point(query: LifecycleQuery, fields: object) -> Point:
    """`{"bucket": "2024-03-04T00:00:00+01:00", "status": "dormant"}`."""
    found = fields_at(fields, ("bucket", "status"))
    status = found.get("status")
    if status not in list(Status):
        raise QueryError(f"The status is {listed(Status)}, not {shown(status)}.", place="at.status")
    bucket = moment_at(found.get("bucket"))
    if bucket is None:
        raise QueryError("Which bucket? Its start is missing.", place="at.bucket")
    return Point(query, bucket, Status(str(status)))
