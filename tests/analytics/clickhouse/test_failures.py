"""Everything that the driver can raise becomes one of our errors, and the codes that matter become the right one."""

from __future__ import annotations

import importlib
import pkgutil
import socket
import ssl

import clickhouse_driver
import pytest
from clickhouse_driver import errors as driver

from analytics.clickhouse.failures import translate, translated
from analytics.errors import FootfallError, LimitReached, OurError, QueryCancelled, QueryFailed, Unavailable

URL = "clickhouse://footfall:pass@db.example:9440/default"


def error_classes() -> list[type[Exception]]:
    """Every exception class that any module of the driver defines, but for the parts that we do not use."""
    found: set[type[Exception]] = set()
    for module in pkgutil.walk_packages(clickhouse_driver.__path__, "clickhouse_driver."):
        if any(part in module.name for part in (".numpy", ".arrow", ".dbapi", ".zstd")):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, Exception)
                and value.__module__.startswith("clickhouse_driver")
            ):
                found.add(value)
    return sorted(found, key=lambda error: error.__name__)


def raised(error: Exception) -> FootfallError:
    with pytest.raises(FootfallError) as caught, translated(URL):
        raise error
    return caught.value


def test_the_list_of_the_drivers_errors_is_not_empty():
    names = {error.__name__ for error in error_classes()}
    assert {"ServerException", "NetworkError", "PartiallyConsumedQueryError", "ColumnTypeMismatchException"} <= names


@pytest.mark.parametrize("error", error_classes(), ids=lambda error: error.__name__)
def test_every_error_class_of_the_driver_is_ours_when_it_leaves(error: type[Exception]):
    ours = raised(error("what happened"))
    assert isinstance(ours, QueryFailed | Unavailable)
    assert "pass" not in ours.message, "a password must not get into a message"
    assert ours.message.endswith(".") or "what happened" in ours.message


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connection refused"),
        ConnectionResetError(104, "Connection reset by peer"),
        BrokenPipeError(32, "Broken pipe"),
        socket.gaierror(-2, "Name or service not known"),
        TimeoutError("timed out"),
        ssl.SSLError(1, "wrong version number"),
        EOFError("Unexpected EOF while reading bytes"),
        driver.NetworkError("refused"),
        driver.SocketTimeoutError("late"),
        driver.UnexpectedPacketFromServerError("H"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_network_does_is_unavailable(error: Exception):
    ours = raised(error)
    assert isinstance(ours, Unavailable)
    assert "db.example:9440" in ours.message


@pytest.mark.parametrize(
    "code, kind, name",
    [
        (159, LimitReached, "time_limit"),
        (160, LimitReached, "time_limit"),
        (241, LimitReached, "memory_limit"),
        (158, LimitReached, "row_limit"),
        (307, LimitReached, "row_limit"),
        (396, LimitReached, "row_limit"),
        (191, LimitReached, "row_limit"),
        (243, LimitReached, "disk_full"),
        (394, QueryCancelled, "cancelled"),
        (735, QueryCancelled, "cancelled"),
        (516, Unavailable, "clickhouse_refused"),
        (192, Unavailable, "clickhouse_refused"),
        (193, Unavailable, "clickhouse_refused"),
        (202, Unavailable, "clickhouse_busy"),
        (252, Unavailable, "clickhouse_busy"),
        (210, Unavailable, "clickhouse_busy"),
        (60, QueryFailed, "query_failed"),
        (62, QueryFailed, "query_failed"),
        (999999, QueryFailed, "query_failed"),
    ],
)
def test_a_servers_codes_have_their_meaning(code: int, kind: type[OurError], name: str):
    ours = raised(driver.ServerException("DB::Exception: why. Stack trace:\n\n0. 0x1", code))
    assert type(ours) is kind
    assert ours.code == name
    assert "Stack trace" not in ours.message
    if isinstance(ours, QueryFailed):
        assert (ours.engine_code, "why" in ours.message) == (code, True)


def test_memory_that_the_whole_server_lacks_is_not_the_questions_limit():
    text = "DB::Exception: {} memory limit exceeded: would use 23.00 GiB, maximum: 22.00 GiB."
    own, all = (raised(driver.ServerException(text.format(whose), 241)) for whose in ("Query", "(total)"))
    assert (type(own), own.code) == (LimitReached, "memory_limit")
    assert (type(all), all.code) == (Unavailable, "clickhouse_busy")


def test_our_own_mistakes_are_not_hidden():
    with pytest.raises(ZeroDivisionError), translated(URL):
        raise ZeroDivisionError


def test_an_error_nobody_knows_is_still_ours_when_asked():
    assert type(translate(RuntimeError("odd"), URL)) is OurError
