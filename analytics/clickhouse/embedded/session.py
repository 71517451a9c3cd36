"""One client's connection: greets it, checks the password, and answers its packets until it leaves."""

from __future__ import annotations

import hmac
import logging
import socket
import uuid
from collections.abc import Mapping

from clickhouse_driver.errors import Error as DriverError

from analytics.clickhouse.embedded import blocks, packets, statements
from analytics.clickhouse.embedded.compression import compress, decompressed
from analytics.clickhouse.embedded.engine import Columns, Engine, Inserter, Lane
from analytics.clickhouse.embedded.exceptions import (
    AUTHENTICATION_FAILED,
    NOT_IMPLEMENTED,
    UNEXPECTED_PACKET,
    UNKNOWN_EXCEPTION,
    EngineError,
)
from analytics.clickhouse.embedded.packets import Client, Hello, Progress, Query
from analytics.clickhouse.embedded.watcher import Running, Stop, Watcher
from analytics.clickhouse.embedded.wire import Source

logger = logging.getLogger(__name__)
RECEIVE_SIZE = 1024 * 1024
GREET_WITHIN = 10.0  # seconds for a client to say who it is
_NO_EVENTS = packets.profile_events(blocks.EMPTY_BLOCK)
_SELECTS = ("SELECT", "WITH", "FROM")


class Session:
    """Runs in a thread of its own."""

    def __init__(self, connection: socket.socket, engine: Engine, watcher: Watcher, password: str) -> None:
        self._connection = connection
        self._engine = engine
        self._watcher = watcher
        self._password = password
        self._source = Source(self._receive)
        self._lane: Lane | None = None
        self.wants_columns = True

    def serve(self) -> None:
        """Answer until the client leaves; never raises."""
        try:
            with self._connection:
                self._connection.settimeout(GREET_WITHIN)
                if self._greet():
                    self._connection.settimeout(None)
                    while self._answer():
                        self._source.forget()
        except (EOFError, OSError) as error:
            logger.debug("a client left: %s", error)
        except Exception:
            logger.exception("a session broke")
        finally:
            if self._lane is not None:
                self._lane.close()

    def close(self, *, at_once: bool = False) -> None:
        """Wake the session if it waits for its client, and let it say its last word, unless `at_once`."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR if at_once else socket.SHUT_RD)
        except OSError:
            logger.debug("the session was already closed")

    def _receive(self) -> bytes:
        received = self._connection.recv(RECEIVE_SIZE)
        if not received:
            raise EOFError("the client closed the connection")
        return received

    def _send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def _send_error(self, error: EngineError) -> None:
        self._send(packets.exception(error.code, error.message))

    # --- hello --------------------------------------------------------------------------------------------------------
    def _greet(self) -> bool:
        kind = self._source.varint()
        if kind != Client.HELLO:
            self._send_error(
                EngineError(UNEXPECTED_PACKET, "DB::Exception: This port speaks ClickHouse's native protocol.")
            )
            return False
        hello = Hello.read(self._source)
        self.wants_columns = hello.client != packets.ROWS_ALONE
        try:
            self._admit(hello)
            self._lane = self._engine.lane(hello.database)
        except EngineError as error:
            self._send_error(error)
            return False
        major, minor, patch = (int(part) for part in self._engine.version.split(".")[:3])
        self._send(Hello.answer((major, minor, patch), self._engine.zone))
        self._source.text()  # the addendum: a quota key
        self._source.forget()
        return True

    def _admit(self, hello: Hello) -> None:
        if hello.revision < packets.OLDEST_REVISION:
            text = f"This server needs protocol revision {packets.OLDEST_REVISION}, the client has {hello.revision}."
            raise EngineError(UNKNOWN_EXCEPTION, "DB::Exception: " + text)
        right = hmac.compare_digest(hello.password.encode("utf-8", "surrogateescape"), self._password.encode())
        if hello.user != "default" or not right:
            text = "Authentication failed: password is incorrect, or there is no user with such name."
            message = f"DB::Exception: {hello.user}: {text} (AUTHENTICATION_FAILED)"
            raise EngineError(AUTHENTICATION_FAILED, message)

    # --- packets ------------------------------------------------------------------------------------------------------
    def _answer(self) -> bool:
        """Answer one packet. False ends the session."""
        kind = self._source.varint()
        if kind == Client.PING:
            self._send(packets.PONG)
        elif kind == Client.QUERY:
            self._answer_query(Query.read(self._source))
        elif kind == Client.DATA:  # what is left of an INSERT that failed
            self._read_block(compressed=False)
        elif kind != Client.CANCEL:  # Cancel: too late, the query has ended
            self._send_error(EngineError(UNEXPECTED_PACKET, f"DB::Exception: Unknown packet {kind} from client."))
            return False
        return True

    def _answer_query(self, query: Query) -> None:
        try:
            self._read_external_tables(query)
            with self._watcher.watch(query.id or str(uuid.uuid4()), self._connection) as running:
                Answer(self, self._prepared(query, running), query, running).give()
        except EngineError as error:
            self._send_error(error)
        except (DriverError, blocks.UnsupportedBlock, UnicodeError) as error:
            self._send_error(EngineError(NOT_IMPLEMENTED, f"DB::Exception: {error} (NOT_IMPLEMENTED)"))

    def _prepared(self, query: Query, running: Running) -> Lane:
        assert self._lane is not None, "greeted"
        self._lane.prepare(running.query_id, {item.name: (item.value, item.important) for item in query.settings})
        return self._lane

    def _read_external_tables(self, query: Query) -> None:
        """The client ends its query with an empty block; tables of its own may come before."""
        refused = False
        while True:
            kind = self._source.varint()
            if kind != Client.DATA:
                raise EOFError(f"packet {kind} instead of the end of a query")
            if not self._read_block(compressed=query.compressed).names_and_types:
                break
            refused = True
        if refused:
            raise EngineError(
                NOT_IMPLEMENTED, "DB::Exception: External tables are not supported here. (NOT_IMPLEMENTED)"
            )

    def _read_block(self, *, compressed: bool) -> blocks.Block:
        self._source.text()  # the name of an external table
        if not compressed:
            return blocks.from_wire(self._source)
        return blocks.from_wire(Source(lambda: decompressed(self._source)))


class Answer:
    """The answer to one query."""

    def __init__(self, session: Session, lane: Lane, query: Query, running: Running) -> None:
        self._session = session
        self._lane = lane
        self._query = query
        self._running = running
        self._sent: dict[str, int] = {}

    def give(self) -> None:
        """Send packets up to EndOfStream; an EngineError is left to the session."""
        insert = statements.insert_from_client(self._query.sql)
        if insert is not None:
            self._take_rows(insert)
        else:
            self._running.client_waits = True
            self._lane.on_progress = self._on_progress
            try:
                self._return_rows()
            finally:
                self._lane.on_progress = None
        self._session._send(packets.END_OF_STREAM)

    # --- rows out -----------------------------------------------------------------------------------------------------
    def _return_rows(self) -> None:
        sql = statements.with_ids_of_clients(statements.without_format(self._query.sql))
        rows = count = size = 0
        read: dict[str, int] = {"read_rows": 0, "read_bytes": 0}
        try:
            run = self._lane.stream if statements.first_word(sql) in _SELECTS else self._lane.run
            for chunk in run(sql, self._query.params):
                for block in blocks.to_wire(chunk.data):
                    if not count:
                        self._send_block(blocks.header_block(block.names_and_types))
                    self._send_block(block.data)
                    rows, count, size = rows + block.rows, count + 1, size + len(block.data)
                read = {
                    "read_rows": max(read["read_rows"], chunk.read_rows),
                    "read_bytes": max(read["read_bytes"], chunk.read_bytes),
                }
        except EngineError:
            if self._running.stop is Stop.CANCELLED:
                return  # the client asked for the end of the stream
            raise
        if not count:
            self._send_header_of_nothing(sql)
        if statements.first_word(sql) == "SET":
            self._lane.keep(sql)
        self._session._send(packets.profile_info(rows, count, size))
        self._on_progress(read)

    def _send_header_of_nothing(self, sql: str) -> None:
        """chDB writes nothing for a result without rows, but clients want to know its columns. Ours does not, and is
        spared what takes about as long as the statement did."""
        if not self._session.wants_columns or statements.first_word(sql) not in _SELECTS:
            return
        self._lane.on_progress = None
        try:
            self._send_block(blocks.header_block(self._lane.describe_result(sql, self._query.params)))
        except EngineError as error:
            logger.debug("no header for an empty result: %s", error)

    def _send_block(self, block: bytes) -> None:
        self._session._send(packets.data(compress(block) if self._query.compressed else block))

    def _on_progress(self, grown: Mapping[str, int]) -> None:
        """Send what grew since the last time. chDB calls this in the thread that fetches, so packets do not mix."""
        fresh = {name: max(0, value - self._sent.get(name, 0)) for name, value in grown.items()}
        for name, value in grown.items():
            self._sent[name] = max(value, self._sent.get(name, 0))
        progress = Progress(
            read_rows=fresh.get("read_rows", 0),
            read_bytes=fresh.get("read_bytes", 0),
            total_rows=fresh.get("total_rows_to_read", 0),
            written_rows=fresh.get("written_rows", 0),
            written_bytes=fresh.get("written_bytes", 0),
            elapsed_ns=fresh.get("elapsed_ns", 0),
        )
        try:
            self._session._send(progress.packet())
        except OSError:
            self._running.stop = Stop.GONE

    # --- rows in ------------------------------------------------------------------------------------------------------
    def _take_rows(self, insert: statements.Insert) -> None:
        columns: Columns = self._lane.describe_target(insert.target, insert.columns)
        inserter = self._lane.insert(insert.statement, columns)
        try:
            self._send_block(blocks.header_block(columns))
            if self._pass_blocks(inserter):
                self._running.client_waits = True
                written = inserter.finish()
                self._session._send(Progress(written_rows=written).packet())
        finally:
            inserter.close()

    def _pass_blocks(self, inserter: Inserter) -> bool:
        """Pass blocks on until an empty one; the client waits for a word after each. False if it cancels."""
        source = self._session._source
        while True:
            source.forget()
            kind = source.varint()
            if kind == Client.CANCEL:
                return False
            if kind != Client.DATA:
                raise EOFError(f"packet {kind} in the middle of an INSERT")
            block = self._session._read_block(compressed=self._query.compressed)
            if block.rows:
                inserter.append(block.data)
            self._session._send(_NO_EVENTS)
            if not block.names_and_types:
                return True
