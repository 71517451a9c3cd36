"""Question → SQL, purely: no clock, no connection, nothing read. The same question in the same scope is the same
statement.

This room knows queries, the schema and how SQL is spelled; it must not know who runs a statement or who asked.
"""

from __future__ import annotations

from analytics.compiler.insights import compile_insights
from analytics.compiler.segments import compile_segments

__all__ = ["compile_insights", "compile_segments"]
