#!/bin/sh
# The whole test suite, then the half that talks to a database or a broker once more on PostgreSQL and Redis.
# With arguments: pytest with those, once. `make test ARGS="tests/web -k login"`
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python

if [ $# -gt 0 ]; then
    exec "$python" -m pytest "$@"
fi

# A file's tests share what is dear to make, so that a file stays in one process. Three of them for two cores, as a third
# of what a test takes is waiting; in the order of tests/conftest.py and not by how many tests a file has.
both="-n 3 --dist loadfile --no-loadscope-reorder"

postgres=${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres}
redis=${TEST_REDIS_URL:-redis://127.0.0.1:6379}
failed=0

# The tests start some hundred processes of Python: what they read is compiled once, whatever the shell says.
unset PYTHONDONTWRITEBYTECODE

echo "== 1 of 2: SQLite and files"
env -u DATABASE_URL -u REDIS_URL "$python" -m pytest $both --durations=10 --durations-min=5 || failed=1

echo "== 2 of 2: PostgreSQL and Redis"
if "$python" - "$postgres" "$redis" <<'PROBE'
import sys
import psycopg, redis
try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
    redis.Redis.from_url(sys.argv[2], socket_connect_timeout=3).ping()
except (psycopg.Error, redis.RedisError) as error:
    sys.exit(f"   no server answers: {error}")
PROBE
then
    # What schemathesis sends says nothing about the database, and takes a minute.
    DATABASE_URL=$postgres REDIS_URL=$redis/7 "$python" -m pytest $both tests/web tests/workers \
        --ignore tests/web/api/test_schemathesis.py || failed=1
elif [ "${CI:-}" = true ]; then
    echo "   CI demands both servers."
    failed=1
else
    echo "   Skipped. Start PostgreSQL and Redis, or name them in TEST_DATABASE_URL and TEST_REDIS_URL."
fi
exit "$failed"
