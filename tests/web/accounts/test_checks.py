"""A secret that others could know keeps the installation from starting."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from web.accounts.checks import weakness_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "key, weakness",
    [
        ("", "is empty"),
        ("short", "is easy to guess"),
        ("a" * 60, "is easy to guess"),
        ("django-insecure-" + "x9Kd73mfLw02nQzPv84ht61RbYcE5u", "copied from an example"),
        ("please-change-me-before-you-start-it-0123", "copied from an example"),
    ],
)
def test_weak_keys_are_named(key, weakness):
    assert weakness in weakness_of(key)


def test_random_keys_are_fine():
    assert all(weakness_of(secrets.token_urlsafe(50)) == "" for _ in range(200))


@pytest.mark.parametrize("command", [["manage.py", "migrate", "--plan"], ["-c", "import web.wsgi"]])
@pytest.mark.parametrize("key, starts", [("", False), ("changeme" * 8, False), (None, True)])
def test_nothing_starts_with_a_weak_key(command, key, starts, tmp_path):
    key = secrets.token_urlsafe(50) if key is None else key
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": key, "DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (run.returncode == 0) is starts, run.stderr
    assert ("SECRET_KEY" in run.stderr) is not starts
