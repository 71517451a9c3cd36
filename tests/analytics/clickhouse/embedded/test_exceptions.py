"""chDB's texts become codes."""

from __future__ import annotations

import pytest

from analytics.clickhouse.embedded.exceptions import EngineError


@pytest.mark.parametrize(
    "text, code, message",
    [
        ("Code: 60. DB::Exception: No t. (UNKNOWN_TABLE)", 60, "DB::Exception: No t. (UNKNOWN_TABLE)"),
        (
            "Streaming query failed: Code: 394. DB::Exception: Query was cancelled.",
            394,
            "DB::Exception: Query was cancelled.",
        ),
        ("Code: 115. DB::Exception: Code: 115. DB::Exception: Unknown", 115, "DB::Exception: Unknown"),
        ("something else", 1002, "something else"),
    ],
)
def test_the_code_and_the_sentence_are_found(text: str, code: int, message: str):
    error = EngineError.of(RuntimeError(text))
    assert (error.code, error.message) == (code, message)
