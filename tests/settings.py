"""Django's settings under test: the real ones, but with a throw-away data folder, so that no test touches ./var."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from importlib import import_module, reload

if "FOOTFALL_TEST_DATA_DIR" not in os.environ:  # kept across a second import and handed to child processes
    os.environ["FOOTFALL_TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="footfall-tests-")
    atexit.register(shutil.rmtree, os.environ["FOOTFALL_TEST_DATA_DIR"], ignore_errors=True)
# Tests run in several processes at once, each with a folder of its own.
os.environ["DATA_DIR"] = os.path.join(
    os.environ["FOOTFALL_TEST_DATA_DIR"], os.environ.get("PYTEST_XDIST_WORKER", "alone")
)
os.makedirs(os.environ["DATA_DIR"], exist_ok=True)
if os.environ.get("REDIS_URL") and os.environ.get("PYTEST_XDIST_WORKER") and "FOOTFALL_TEST_REDIS" not in os.environ:
    server, _, database = os.environ["REDIS_URL"].rpartition("/")
    number = int(database) + int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.environ["REDIS_URL"] = os.environ["FOOTFALL_TEST_REDIS"] = f"{server}/{number}"
os.environ["SECRET_KEY"] = "only-for-tests-" + "0" * 40
# Nothing answers on port 1: a test that needs ClickHouse asks for the `clickhouse_url` fixture.
for name in ("CLICKHOUSE_URL", "CLICKHOUSE_QUERY_URL", "CLICKHOUSE_MIGRATION_URL"):
    os.environ[name] = "clickhouse://default@127.0.0.1:1/default"

_settings = reload(sys.modules["web.settings"]) if "web.settings" in sys.modules else import_module("web.settings")
globals().update({name: getattr(_settings, name) for name in dir(_settings) if name.isupper()})
API_REQUESTS_PER_MINUTE = 0  # tests share ids, and many run in a minute
