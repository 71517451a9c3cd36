"""Logging in: by password, by a link that works once, and what slows guessing down."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import signing
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.web.cast import PASSWORD, make_user
from web.accounts import login_links, throttle
from web.accounts.models import FailedLogin, User

TOO_OLD = login_links.LIFETIME.total_seconds() + 5


def log_in(client, email="alice@example.com", password=PASSWORD, **extra):
    return client.post("/login/", {"email": email, "password": password, **extra})


def link_path(user: User) -> str:
    return login_links.one_time_login_link(user, "http://testserver").removeprefix("http://testserver")


@pytest.fixture
def alice(db) -> User:
    return make_user("Alice")


def test_the_address_is_not_case_sensitive(client, alice):
    assert log_in(client, " ALICE@Example.com ").status_code == 302
    assert int(client.session["_auth_user_id"]) == alice.pk


def test_two_people_cannot_differ_by_a_capital_letter(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ALICE@example.com", PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(email="Alice@example.com")


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, alice):
    wrong = log_in(client, password="nonsense").content.decode()
    unknown = log_in(client, email="nobody@example.com").content.decode()
    sentence = "The e-mail address or the password is wrong."
    assert sentence in wrong
    assert sentence in unknown


def test_the_page_to_come_back_to_must_be_ours(client, alice):
    assert log_in(client, next="/account/").headers["Location"] == "/account/"
    client.post("/logout/")
    assert log_in(client, next="https://evil.example/").headers["Location"] == "/"


def test_a_disabled_person_cannot_log_in(client, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert "is wrong" in log_in(client).content.decode()


def test_logging_out_needs_a_post_and_ends_the_session(client, alice):
    log_in(client)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"


def test_before_anybody_exists_the_page_says_how_to_begin(client, db):
    assert "manage.py create_owner" in client.get("/login/").content.decode()
    make_user("Alice")
    assert "manage.py create_owner" not in client.get("/login/").content.decode()


# --- throttle ---------------------------------------------------------------------------------------------------------


def test_an_account_waits_after_too_many_wrong_passwords(client, alice):
    for _ in range(throttle.FAILURES_PER_ACCOUNT):
        assert log_in(client, password="nonsense").status_code == 200
    assert log_in(client).status_code == 429, "the right password must not tell that it is right"
    FailedLogin.objects.update(failed_at=timezone.now() - throttle.WINDOW)
    assert log_in(client).status_code == 302


def test_an_address_waits_whatever_accounts_it_tries(client, alice):
    for number in range(throttle.FAILURES_PER_ADDRESS):
        log_in(client, email=f"guess{number}@example.com")
    assert log_in(client).status_code == 429
    assert (
        client.post("/login/", {"email": alice.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7").status_code == 302
    )


def test_a_right_password_clears_the_accounts_count(client, alice):
    for _ in range(throttle.FAILURES_PER_ACCOUNT - 1):
        log_in(client, password="nonsense")
    log_in(client)
    client.post("/logout/")
    assert log_in(client, password="nonsense").status_code == 200


@pytest.mark.parametrize(
    "proxies, forwarded, believed",
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "not an address", None),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, forwarded, believed):
    from web.accounts.address import client_address

    settings.TRUSTED_PROXIES = proxies
    assert client_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == believed


# --- one-time links ---------------------------------------------------------------------------------------------------


def test_a_link_logs_in_once(client, alice):
    path = link_path(alice)
    assert client.get(path).headers["Location"] == "/"
    assert int(client.session["_auth_user_id"]) == alice.pk
    client.post("/logout/")
    assert client.get(path).status_code == 410
    assert "_auth_user_id" not in client.session


def test_two_links_of_one_person_both_work(client, alice):
    first, second = link_path(alice), link_path(alice)
    assert client.get(first).status_code == 302
    client.post("/logout/")
    assert client.get(second).status_code == 302


def test_a_link_ends_with_its_hour(client, alice, monkeypatch):
    path = link_path(alice)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + TOO_OLD)
    assert client.get(path).status_code == 410


def test_a_link_ends_with_a_new_password(client, alice):
    path = link_path(alice)
    alice.set_password("another long phrase")
    alice.save()
    assert client.get(path).status_code == 410


def test_a_forged_link_and_a_disabled_person_are_refused(client, alice):
    path = link_path(alice)
    assert client.get(path[:-3] + "xx/").status_code == 410
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(path).status_code == 410


def test_looking_at_a_link_does_not_use_it_up(client, alice):
    path = link_path(alice)
    assert client.head(path).status_code == 405
    assert client.get(path).status_code == 302


# --- one's own account ------------------------------------------------------------------------------------------------


def test_changing_the_password_ends_other_sessions_only(client, alice, sign_in):
    elsewhere = sign_in(alice)
    log_in(client)
    new = "a wholly different phrase"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/account/password/", typed).status_code == 302
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_a_short_password_is_refused_beside_its_field(client, alice):
    log_in(client)
    typed = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    page = client.post("/account/password/", typed).content.decode()
    assert 'aria-describedby="id_new_password2_help id_new_password2_errors"' in page
    assert 'id="id_new_password2_errors"' in page


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_is_in_the_first_byte(client, db, theme):
    client.post("/account/theme/", {"theme": theme, "next": "/login/"})
    assert f'data-theme="{theme}"' in client.get("/login/").content.decode()


def test_an_unknown_theme_changes_nothing(client, db):
    client.cookies["theme"] = '"><script>'
    client.post("/account/theme/", {"theme": "pink"})
    assert 'data-theme="system"' in client.get("/login/").content.decode()


# --- create_owner -----------------------------------------------------------------------------------------------------


def test_create_owner_makes_the_first_person_an_operator(client, db, monkeypatch):
    out = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\n"))
    call_command("create_owner", "First@Example.com", "--password-stdin", stdout=out)
    first = User.objects.get(email="first@example.com")
    assert first.is_superuser
    assert log_in(client, "first@example.com").status_code == 302
    call_command("create_owner", "second@example.com", "--link", "http://testserver", stdout=out)
    assert not User.objects.get(email="second@example.com").is_superuser
    client.post("/logout/")
    link = out.getvalue().split("http://testserver")[1].strip()
    assert client.get(link).status_code == 302


@pytest.mark.parametrize(
    "email, password, sentence",
    [
        ("nonsense", PASSWORD, "is not an e-mail address"),
        ("a@example.com", "12345", "too short"),
        ("alice@example.com", PASSWORD, "exists already"),
    ],
)
def test_create_owner_says_what_is_wrong(alice, monkeypatch, email, password, sentence):
    monkeypatch.setattr("sys.stdin", StringIO(password + "\n"))
    with pytest.raises(CommandError, match=sentence):
        call_command("create_owner", email, "--password-stdin")


def test_spent_links_are_forgotten_once_they_are_too_old_anyway(client, alice):
    from web.accounts.models import SpentLoginLink

    SpentLoginLink.objects.create(
        nonce="old", spent_at=timezone.now() - 2 * login_links.LIFETIME - timedelta(seconds=1)
    )
    client.get(link_path(alice))
    assert list(SpentLoginLink.objects.values_list("nonce", flat=True)) != ["old"]
    assert SpentLoginLink.objects.count() == 1
