"""Every error that leaves this package, so that callers need to know only these.

FootfallError
├── AskerError            somebody asked for something impossible: show them the sentence, never page anyone
│   ├── QueryError        a question that cannot be built; names the place and the fix
│   └── PayloadError      an event, profile or import row that is refused; names the field
└── OurError              our side failed: report it, and tell the asker what to do next
    ├── Unavailable       ClickHouse, the spool or another part does not answer
    ├── QueryFailed       ClickHouse refused or broke while answering
    ├── QueryCancelled    somebody cancelled the run
    └── LimitReached      a limit on time, memory, rows or space was hit; names the limit and the way out
"""

from __future__ import annotations


class FootfallError(Exception):
    """Anything we raise on purpose. `code` is stable and documented; `message` is for people."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class AskerError(FootfallError):
    """The asker's mistake: the message names the bad value and how to mend it."""

    code = "invalid"


class QueryError(AskerError):
    """A question that cannot be asked. `place` is a path into the query document, like `metrics[0].events`."""

    code = "invalid_query"

    def __init__(self, message: str, *, place: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.place = place


class PayloadError(AskerError):
    """An event, profile update or row that is refused. `field` is the name the sender used, like `properties.time`."""

    code = "invalid_payload"

    def __init__(self, message: str, *, field: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class OurError(FootfallError):
    """Our side failed; the asker did nothing wrong."""

    code = "internal"


class Unavailable(OurError):
    """A part of the system does not answer; trying again later is right."""

    code = "unavailable"


class QueryFailed(OurError):
    """ClickHouse broke while answering. `engine_code` is ClickHouse's own error code."""

    code = "query_failed"

    def __init__(self, message: str, *, engine_code: int = 0, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.engine_code = engine_code


class QueryCancelled(OurError):
    """The run was cancelled before it had an answer."""

    code = "cancelled"


class LimitReached(OurError):
    """A limit was hit; the message names the limit and the way out. `setting` is ClickHouse's name for it, if it has
    one."""

    code = "limit_reached"

    def __init__(self, message: str, *, code: str | None = None, setting: str = "") -> None:
        super().__init__(message, code=code)
        self.setting = setting
