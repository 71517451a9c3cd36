"""How many requests a minute: counted for each account and person, the same in all processes."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches

from web.api import throttle
from web.api.throttle import count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted_in_files(settings):
    """Whatever the suite runs on; `redis` says otherwise."""
    settings.REDIS_URL = ""


@pytest.fixture
def clock(monkeypatch):
    """The wall clock, which moves only when told."""

    class Clock:
        now = 1_700_000_000.0  # 20 seconds into its minute

    monkeypatch.setattr(throttle.time, "time", lambda: Clock.now)
    return Clock


@pytest.fixture(autouse=True)
def _three_a_minute(settings, tmp_path):
    settings.API_REQUESTS_PER_MINUTE = 3
    settings.DATA_DIR = tmp_path


def statuses(client, url, times):
    return [client.get(url).status_code for _ in range(times)]


def test_beyond_the_limit_it_says_when_to_try_again(shop, robot, clock):
    url = f"{shop.url}/reports"
    first = robot.get(url)
    assert first.headers["RateLimit-Policy"] == '"requests";q=3;w=60'
    assert first.headers["RateLimit"] == '"requests";r=2;t=40'
    assert statuses(robot, url, 2) == [200, 200]
    refused = robot.get(url)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"requests";r=0;t=40'
    error = refused.json()["error"]
    assert error["code"] == "throttled"
    assert "more than 3 requests" in error["message"]
    clock.now += 40
    assert robot.get(url).status_code == 200


def test_everybody_has_a_count_of_their_own(shop, robot, sign_in, clock):
    url = f"{shop.url}/reports"
    assert statuses(robot, url, 4) == [200, 200, 200, 429]
    assert statuses(sign_in(shop.analyst), url, 4) == [200, 200, 200, 429]


def test_failures_and_other_projects_count_too(shop, robot, clock):
    assert statuses(robot, "/api/v1/projects/1/reports", 3) == [404, 404, 404]
    assert robot.get(f"{shop.url}/reports").status_code == 429


def test_wrong_credentials_are_no_account_and_count_for_none(shop, robot, client, clock):
    assert statuses(client, f"{shop.url}/reports", 5) == [401] * 5
    assert robot.get(f"{shop.url}/reports").status_code == 200


def test_zero_is_no_limit(shop, robot, settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 0
    assert statuses(robot, f"{shop.url}/reports", 9) == [200] * 9
    assert "RateLimit" not in robot.get(f"{shop.url}/reports").headers


def test_every_request_of_many_threads_gets_a_number_of_its_own():
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: count("user:1", 5, 1000), range(400)))
    assert sorted(numbers) == list(range(1, 401))


def test_processes_share_the_count(settings):
    script = (
        "import sys, pathlib, django\n"
        "from django.conf import settings\n"
        "settings.configure(DATA_DIR=pathlib.Path(sys.argv[1]), REDIS_URL='', INSTALLED_APPS=["
        "'django.contrib.auth', 'django.contrib.contenttypes', 'web.accounts', 'web.projects'],"
        " AUTH_USER_MODEL='accounts.User')\n"
        "django.setup()\n"
        "from web.api.throttle import count\n"
        "print(*(count('user:1', 5, 1000) for _ in range(100)))\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(settings.DATA_DIR)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    numbers = [int(number) for process in processes for number in process.communicate()[0].split()]
    assert sorted(numbers) == list(range(1, 301))


def test_a_new_minute_forgets_the_old_ones(settings):
    for window in (5, 6, 7):
        assert count("user:1", window, 3) == 1
    assert [each.name for each in (settings.DATA_DIR / "requests" / "user-1").iterdir()] == ["7"]


def test_a_loop_that_ran_wild_does_not_fill_the_disk(settings):
    for _ in range(50):
        count("user:1", 5, 3)
    assert (settings.DATA_DIR / "requests" / "user-1" / "5").stat().st_size == 4


def test_what_cannot_be_counted_is_let_in(shop, robot, settings, caplog):
    (settings.DATA_DIR / "requests").write_text("in the way")
    assert statuses(robot, f"{shop.url}/reports", 5) == [200] * 5
    assert "cannot be counted" in caplog.text


@pytest.fixture
def redis(tmp_path, settings):
    """A Redis of the test's own, as cache."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path), "--bind", "127.0.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    until_it_listens(port)
    yield server
    caches["default"].close()
    server.terminate()
    server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_listens(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("Redis did not start")


@pytest.mark.redis
@pytest.mark.skipif(not shutil.which("redis-server"), reason="apt-get install redis-server")
def test_with_redis_the_count_is_there(shop, robot, redis, settings, clock, caplog):
    url = f"{shop.url}/reports"
    assert statuses(robot, url, 4) == [200, 200, 200, 429]
    assert not (settings.DATA_DIR / "requests").exists()
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: count("user:1", 5, 1000), range(200)))
    assert sorted(numbers) == list(range(1, 201))
    redis.terminate()
    redis.wait()
    assert robot.get(url).status_code == 200  # better no limit than no API
    assert "cannot be counted" in caplog.text
