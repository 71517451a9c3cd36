"""What went wrong with ClickHouse, in the words of analytics.errors. The only file that knows the driver's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from clickhouse_driver import errors as driver
from clickhouse_driver.columns.exceptions import ColumnException

from analytics.errors import FootfallError, LimitReached, OurError, QueryCancelled, QueryFailed, Unavailable

_Codes = driver.ErrorCodes
# Codes younger than the driver's list, from ClickHouse's own (src/Common/ErrorCodes.cpp).
_AUTHENTICATION_FAILED, _CANCELLED_BY_CLIENT, _SAME_ID_RUNNING = 516, 735, 216

_LIMITS = {
    _Codes.TIMEOUT_EXCEEDED: ("time_limit", "The question took longer than allowed. Ask for fewer days or segments."),
    _Codes.TOO_SLOW: ("time_limit", "The question would take longer than allowed. Ask for fewer days or segments."),
    _Codes.MEMORY_LIMIT_EXCEEDED: (
        "memory_limit",
        "The question needs more memory than allowed. Ask for fewer segments.",
    ),
    _Codes.TOO_MANY_ROWS: ("row_limit", "The question reads more rows than allowed. Ask for fewer days."),
    _Codes.TOO_MANY_BYTES: ("row_limit", "The question reads more data than allowed. Ask for fewer days."),
    _Codes.TOO_MANY_ROWS_OR_BYTES: ("row_limit", "The answer is larger than allowed. Ask for fewer segments or days."),
    _Codes.SET_SIZE_LIMIT_EXCEEDED: ("row_limit", "A list in the question is longer than allowed. Make it shorter."),
    _Codes.QUERY_IS_TOO_LARGE: ("size_limit", "The question is longer than allowed. Use fewer metrics or filters."),
    _Codes.NOT_ENOUGH_SPACE: ("disk_full", "ClickHouse has no disk space left. Free some, or add a disk."),
}
_SETTINGS = {  # whose value limits.py can name
    _Codes.TIMEOUT_EXCEEDED: "max_execution_time",
    _Codes.TOO_SLOW: "max_execution_time",
    _Codes.MEMORY_LIMIT_EXCEEDED: "max_memory_usage",
    _Codes.TOO_MANY_ROWS: "max_rows_to_read",
}
_MEMORY_OF_ALL = "(total)"  # in the text of an error: not the question's limit was hit, but the whole server's
_CANCELLED = {_Codes.QUERY_WAS_CANCELLED, _CANCELLED_BY_CLIENT}
_REFUSED = {_AUTHENTICATION_FAILED, _Codes.UNKNOWN_USER, _Codes.WRONG_PASSWORD, _Codes.REQUIRED_PASSWORD}
_LATER = {
    _Codes.TOO_MANY_SIMULTANEOUS_QUERIES: "is answering as many queries as it may",
    _Codes.TOO_MANY_PARTS: "cannot merge as fast as events come in",
    _Codes.TABLE_IS_READ_ONLY: "has lost its coordination service",
    _Codes.KEEPER_EXCEPTION: "has lost its coordination service",
    _Codes.NETWORK_ERROR: "cannot reach one of its servers",
    _Codes.SOCKET_TIMEOUT: "waits in vain for one of its servers",
    _Codes.ALL_CONNECTION_TRIES_FAILED: "cannot reach one of its servers",
    _SAME_ID_RUNNING: "is still running a query of that id",
}
_STRANGER = (driver.UnexpectedPacketFromServerError, driver.UnknownPacketFromServerError)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Whatever the driver raises inside leaves as one of our errors."""
    try:
        yield
    except (driver.Error, ColumnException, OSError, EOFError) as error:
        raise translate(error, url) from error


def translate(error: Exception, url: str) -> FootfallError:
    """The driver's error (or the network's) as ours."""
    if isinstance(error, driver.ServerException):
        return _from_server(error, url)
    if isinstance(error, driver.SocketTimeoutError | TimeoutError):
        return Unavailable(f"ClickHouse at {_where(url)} does not answer in time.", code="clickhouse_timeout")
    if isinstance(error, driver.NetworkError | OSError | EOFError):
        return Unavailable(f"ClickHouse at {_where(url)} does not answer: {_sentence(error)}.", code="clickhouse_away")
    if isinstance(error, _STRANGER):
        return Unavailable(f"What answers at {_where(url)} is not ClickHouse's native port.", code="clickhouse_away")
    if isinstance(error, driver.Error | ColumnException):
        code = getattr(error, "code", None) or 0
        return QueryFailed(f"ClickHouse and we do not understand each other: {_sentence(error)}.", engine_code=code)
    return OurError(f"{type(error).__name__}: {error}")


def _from_server(error: driver.ServerException, url: str) -> FootfallError:
    code = error.code or 0
    if code in _CANCELLED:
        return QueryCancelled("The query was cancelled.")
    if code == _Codes.MEMORY_LIMIT_EXCEEDED and _MEMORY_OF_ALL in _sentence(error):
        return Unavailable("ClickHouse has no memory to spare; try again in a moment.", code="clickhouse_busy")
    if code in _LIMITS:
        name, sentence = _LIMITS[code]
        return LimitReached(sentence, code=name, setting=_SETTINGS.get(code, ""))
    if code in _REFUSED:
        return Unavailable(f"ClickHouse at {_where(url)} refuses the user or the password.", code="clickhouse_refused")
    if code in _LATER:
        return Unavailable(f"ClickHouse {_LATER[code]}; try again in a moment.", code="clickhouse_busy")
    return QueryFailed(f"ClickHouse could not answer (code {code}): {_sentence(error)}", engine_code=code)


def _sentence(error: Exception) -> str:
    """What was said, without the stack trace behind it."""
    text = str(getattr(error, "message", None) or error or type(error).__name__)
    return text.partition(". Stack trace:")[0].strip().removesuffix(".").removeprefix("DB::Exception: ")


def _where(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 9000}"
