"""The command line: `python -m analytics.clickhouse.embedded --data DIR --port N`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

os.environ["TZ"] = "UTC"  # chDB takes its zone from here when it is loaded; the host's must not change an answer
from analytics.clickhouse.embedded.server import PathInUse, Server  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m analytics.clickhouse.embedded", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the tables")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (loopback by default)")
    parser.add_argument("--port", type=int, default=9000, help="0 picks a free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port once the engine answers")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="engine: %(message)s", stream=sys.stderr)

    server = Server(arguments.data, arguments.host, arguments.port, os.environ.get("FOOTFALL_ENGINE_PASSWORD", ""))
    try:
        port = server.open()
    except (PathInUse, OSError, ValueError) as error:
        print(f"engine: {error}", file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    if arguments.port_file:
        written = arguments.port_file.with_suffix(".new")
        written.write_text(f"{port}\n")
        written.replace(arguments.port_file)
    print(f"engine: listening on {arguments.host}:{port}", file=sys.stderr, flush=True)
    server.serve()
    return 0 if server.close() else 1


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # Not sys.exit: a late session may still be inside chDB, and the interpreter would wait for it; where a connection
    # is left to the garbage collector, chDB shuts down after its own statics are gone and crashes on the way out.
    os._exit(code)
