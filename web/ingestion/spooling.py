"""The spool of this process: acknowledged means that `keep` has returned."""

from __future__ import annotations

import functools

from django.conf import settings

from analytics.ingest import Outcome, encode
from analytics.spool import Spool


@functools.cache
def spool() -> Spool:
    return Spool(settings.SPOOL_DIR, settings.SPOOL_MAX_BYTES)


def keep(outcome: Outcome, source: str) -> None:
    """Make accepted and refused events durable. Raises SpoolFull or Unavailable, and then nothing was kept."""
    batches = outcome.batches(source)
    if batches:
        spool().append([encode(batch) for batch in batches])
