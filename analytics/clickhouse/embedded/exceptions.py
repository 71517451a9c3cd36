"""An error with ClickHouse's code, as it goes over the wire. Knows neither chDB nor sockets."""

from __future__ import annotations

import re

# ClickHouse's own numbers (src/Common/ErrorCodes.cpp).
NO_SUCH_COLUMN = 16
NOT_IMPLEMENTED = 48
UNEXPECTED_PACKET = 99
UNKNOWN_SETTING = 115
QUERY_ID_IN_USE = 216
AUTHENTICATION_FAILED = 516
UNKNOWN_EXCEPTION = 1002

_ERROR = re.compile(r"Code: (\d+)\. DB::Exception: ")


class EngineError(Exception):
    """An error of the engine, with ClickHouse's code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @classmethod
    def of(cls, error: Exception) -> EngineError:
        """chDB raises text; the code is in it."""
        text = str(error)
        found = list(_ERROR.finditer(text))
        if not found:
            return cls(UNKNOWN_EXCEPTION, text)
        return cls(int(found[-1].group(1)), "DB::Exception: " + text[found[-1].end() :])
