"""Question → SQL, purely: no clock, no connection, nothing read. The same question in the same scope is the same
statement.

This room knows queries, the schema and how SQL is spelled; it must not know who runs a statement or who asked.
"""

from __future__ import annotations

from analytics.compiler.insights import compile_insights
from analytics.queries import Query
from analytics.queries.scope import Scope
from analytics.results.insights import InsightsRow
from analytics.sql.compiled import CompiledQuery

__all__ = ["compile"]


def compile(query: Query, scope: Scope) -> CompiledQuery[InsightsRow]:
    """One statement for the whole question: one thing to follow and to cancel."""
    return compile_insights(query, scope)
