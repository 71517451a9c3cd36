"""The spool: what was acknowledged is in these files, fsynced, until ClickHouse has it.

It moves bytes and knows nothing of events. Each writing process has segments of its own; one reader drains them all.
"""

from analytics.spool.reader import Position, Reader
from analytics.spool.writer import Spool, SpoolFull

__all__ = ["Position", "Reader", "Spool", "SpoolFull"]
