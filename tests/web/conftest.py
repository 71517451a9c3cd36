"""The cast of every test of the web: four people of one project, and a stranger.

Alice owns Meadow, Anna administers it, Bob is its analyst, Carol only looks. Mallory owns another project and must
never learn anything of Meadow.
"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.cast import Cast, make_cast
from web.projects import credentials


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """The real hash takes half a second by design, and a cast of people has five."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Tokens are remembered by the process for seconds, longer than a test lives."""
    credentials.forget()
    yield
    credentials.forget()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def sign_in():
    """`sign_in(cast.bob)` is a test client logged in as Bob."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
