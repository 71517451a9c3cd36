"""What one question may take from ClickHouse: time, memory, rows, and whom it lets go first. Also the sentence for
whoever hits such a limit. Knows no project and no settings of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import LimitReached

# How long a question of the second rank stands still at most, block by block, while one of the first rank runs: it gets
# on slowly then, but it does get on. ClickHouse's own second would be felt as a standstill.
GIVES_WAY_FOR_MS = 200
_WAY_OUT = "Narrow the dates, add a filter, or ask whoever runs this installation to raise the project's limit on {}."


@dataclass(frozen=True, slots=True)
class Limits:
    """0 is no limit of ours; the server may have its own. `rank` 1 goes first, 2 gives way to it, 0 does neither."""

    seconds: int = 0
    memory_bytes: int = 0
    rows: int = 0
    threads: int = 0
    rank: int = 0

    def settings(self) -> dict[str, object]:
        """As ClickHouse takes them. What is not limited is left out: a server may forbid to lift a limit of its own."""
        half = self.memory_bytes // 2  # beyond it sorting and grouping go to the disk instead of failing
        wanted = {
            "max_execution_time": self.seconds,
            "max_memory_usage": self.memory_bytes,
            "max_bytes_before_external_group_by": half,
            "max_bytes_before_external_sort": half,
            "max_rows_to_read": self.rows,
            "max_threads": self.threads,
            "priority": self.rank,
            "low_priority_query_wait_time_ms": GIVES_WAY_FOR_MS if self.rank else 0,
        }
        return {name: value for name, value in wanted.items() if value}

    def named(self, error: LimitReached) -> LimitReached:
        """The error with the limit's value and the way out, if it was one of these that was hit."""
        sentences = {
            "max_execution_time": (self.seconds, f"took longer than {self.seconds:,} s", "time"),
            "max_memory_usage": (self.memory_bytes, f"needs more than {_size(self.memory_bytes)} of memory", "memory"),
            "max_rows_to_read": (self.rows, f"reads more than {self.rows:,} events", "rows"),
        }
        value, what, name = sentences.get(error.setting, (0, "", ""))
        if not value:
            return error
        return LimitReached(
            f"The question {what}, which is its limit. {_WAY_OUT.format(name)}", code=error.code, setting=error.setting
        )


def _size(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
