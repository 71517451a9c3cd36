"""The recorded fact: limits, reserved names, normalisation, and the shape in which events travel.

Pure: it knows nothing of HTTP, files or ClickHouse.
"""

from analytics.events.batches import AcceptedBatch, RejectedBatch, RejectedItem, Row
from analytics.events.rules import (
    IMPORT,
    STRICT_IMPORT,
    TRACK,
    Known,
    Line,
    Moment,
    Rules,
    is_refused,
    known_of,
    row,
    text_of,
)

__all__ = [
    "IMPORT",
    "STRICT_IMPORT",
    "TRACK",
    "AcceptedBatch",
    "Known",
    "Line",
    "Moment",
    "RejectedBatch",
    "RejectedItem",
    "Row",
    "Rules",
    "is_refused",
    "known_of",
    "row",
    "text_of",
]
