"""Tokens and secrets on the hot path: what they open, and how soon they stop."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from web.projects import actions, credentials
from web.projects.credentials import REMEMBER_SECONDS, project_for_token, service_account_for
from web.projects.models import ProjectToken, Role, ServiceAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """The process's own clock, which moves only when told."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(credentials.time, "monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def robot(cast):
    return actions.create_service_account(project=cast.project, actor=cast.alice, label="Nightly import")


def test_a_token_names_its_project(cast):
    assert project_for_token(cast.token) == cast.project.pk
    assert project_for_token(cast.other_project.tokens.get().token) == cast.other_project.pk


@pytest.mark.parametrize("token", ["", "unknown", "x" * 65, "a\x00b", "é" * 32])
def test_other_text_names_none(cast, token):
    assert project_for_token(token) is None


def test_several_tokens_work_side_by_side(cast):
    second = actions.create_token(project=cast.project, actor=cast.alice, label="iOS")
    assert project_for_token(cast.project.tokens.exclude(pk=second.pk).get().token) == cast.project.pk
    assert project_for_token(second.token) == cast.project.pk


def test_known_tokens_cost_no_query(cast, django_assert_num_queries):
    project_for_token(cast.token)
    token = cast.token
    with django_assert_num_queries(0):
        for _ in range(100):
            project_for_token(token)


def test_a_token_revoked_elsewhere_stops_within_the_seconds_promised(cast, clock):
    token = cast.token
    assert project_for_token(token) == cast.project.pk
    ProjectToken.objects.update(revoked_at=timezone.now())  # another process; this one is not told
    clock.now += REMEMBER_SECONDS - 0.01
    assert project_for_token(token) == cast.project.pk
    clock.now += 0.01
    assert project_for_token(token) is None


def test_a_token_revoked_here_stops_at_once(cast, django_capture_on_commit_callbacks):
    token = cast.project.tokens.get()
    project_for_token(token.token)
    with django_capture_on_commit_callbacks(execute=True):
        actions.revoke_token(token=token, actor=cast.alice)
    assert project_for_token(token.token) is None


def test_made_up_tokens_do_not_fill_the_memory(cast, monkeypatch):
    monkeypatch.setattr(credentials, "REMEMBER_ENTRIES", 10)
    for number in range(50):
        project_for_token(f"made-up-{number}")
    assert len(credentials._tokens._answers) == 10


def test_a_secret_opens_its_account_only(cast, robot):
    account, secret = robot
    other, _ = actions.create_service_account(project=cast.project, actor=cast.alice, label="Other")
    assert service_account_for(account.username, secret) == account
    assert service_account_for(other.username, secret) is None
    assert service_account_for("nobody", secret) is None
    assert service_account_for(account.username, "") is None
    assert service_account_for(account.username, secret[:-1]) is None


def test_the_secret_is_random_enough_and_not_kept(robot):
    account, secret = robot
    assert len(secret) * 6 >= 128
    account.refresh_from_db()
    kept = {name: str(value) for name, value in vars(account).items()}
    assert secret not in "".join(kept.values())
    assert account.secret_hash == credentials.hash_secret(secret)


def test_after_a_rotation_both_secrets_work_for_the_grace(cast, robot, clock):
    account, old = robot
    cast.project.member_role = Role.ADMIN
    new = actions.rotate_secret(account=account, project=cast.project, actor=cast.anna, grace=timedelta(hours=1))
    credentials.forget()
    assert service_account_for(account.username, old)
    assert service_account_for(account.username, new)
    ServiceAccount.objects.update(previous_expires_at=timezone.now() - timedelta(seconds=1))
    clock.now += REMEMBER_SECONDS
    assert service_account_for(account.username, old) is None
    assert service_account_for(account.username, new)


def test_a_rotation_without_grace_ends_the_old_secret(cast, robot):
    account, old = robot
    cast.project.member_role = Role.OWNER
    new = actions.rotate_secret(account=account, project=cast.project, actor=cast.alice, grace=timedelta(0))
    credentials.forget()
    assert service_account_for(account.username, old) is None
    assert service_account_for(account.username, new)


def test_expiry_is_compared_with_the_clock_not_remembered(cast):
    soon = timezone.now() + timedelta(seconds=0.5)
    account, secret = actions.create_service_account(
        project=cast.project, actor=cast.alice, label="Short", expires_at=soon
    )
    assert service_account_for(account.username, secret)
    time.sleep(0.6)
    assert service_account_for(account.username, secret) is None


def test_a_revoked_account_stops_within_the_seconds_promised(cast, robot, clock):
    account, secret = robot
    assert service_account_for(account.username, secret)
    ServiceAccount.objects.update(revoked_at=timezone.now())
    clock.now += REMEMBER_SECONDS
    assert service_account_for(account.username, secret) is None
    cast.project.member_role = Role.OWNER
    with pytest.raises(actions.Refused, match="revoked or has expired"):
        actions.rotate_secret(account=account, project=cast.project, actor=cast.alice, grace=timedelta(0))


def test_last_use_is_noted_but_not_at_every_use(robot, django_assert_num_queries):
    account, secret = robot
    service_account_for(account.username, secret)
    account.refresh_from_db()
    assert timezone.now() - account.last_used_at < timedelta(seconds=5)
    with django_assert_num_queries(0):
        service_account_for(account.username, secret)
