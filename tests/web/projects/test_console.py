"""A project's pages: creating, choosing, settings, tokens, service accounts, the first steps."""

from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from web.projects import actions, credentials
from web.projects.models import AuditEntry, Membership, Project, ProjectToken, Role, ServiceAccount
from web.reports import runs

pytestmark = pytest.mark.django_db


def url(cast, name, *args):
    return reverse(f"projects:{name}", args=[cast.project.pk, *args])


SETTINGS = {
    "name": "Meadow",
    "timezone": "Europe/Berlin",
    "week_start": "1",
    "session_minutes": "30",
    "retention_days": "",
}

CHANGED = {**SETTINGS, "week_start": "7", "session_minutes": "45", "retention_days": "90"}


def test_whoever_creates_a_project_owns_it_and_has_a_token(cast, sign_in):
    answer = sign_in(cast.carol).post("/projects/new/", {"name": "Own", "timezone": "Asia/Tokyo", "week_start": "7"})
    own = Project.objects.get(name="Own")
    assert answer.headers["Location"] == reverse("projects:start", args=[own.pk])
    assert Membership.objects.get(project=own).role == Role.OWNER
    assert credentials.project_for_token(own.tokens.get().token) == own.pk
    assert (own.timezone, own.week_start, own.session_minutes, own.retention_days) == ("Asia/Tokyo", 7, 30, None)


def test_home_goes_to_the_only_project_or_the_last_one(cast, sign_in):
    client = sign_in(cast.alice)
    assert client.get("/").headers["Location"] == url(cast, "open")
    second = actions.create_project(owner=cast.alice, name="Second")
    assert client.get("/").headers["Location"] == reverse("projects:list")
    client.get(reverse("projects:open", args=[second.pk]))
    assert client.get("/").headers["Location"] == reverse("projects:open", args=[second.pk])
    Membership.objects.filter(project=second).delete()
    assert client.get("/").headers["Location"] == url(cast, "open")


def test_the_list_has_my_projects_only(cast, sign_in):
    page = sign_in(cast.mallory).get("/projects/").content.decode()
    assert "Quarry" in page
    assert "Meadow" not in page


def test_settings_are_saved_and_the_trail_has_what_changed(cast, sign_in):
    sign_in(cast.anna).post(url(cast, "settings"), CHANGED)
    cast.project.refresh_from_db()
    assert (cast.project.week_start, cast.project.session_minutes, cast.project.retention_days) == (7, 45, 90)
    entry = AuditEntry.objects.first()
    assert entry.before == {"week_start": 1, "session_minutes": 30, "retention_days": None}
    assert entry.after == {"week_start": 7, "session_minutes": 45, "retention_days": 90}


def test_questions_are_asked_with_the_projects_settings(cast, sign_in):
    sign_in(cast.anna).post(url(cast, "settings"), CHANGED)
    cast.project.refresh_from_db()
    scope = runs.scope_of(cast.project, timezone.now())
    assert (scope.zone, scope.week_start, scope.session_minutes, scope.retention_days) == ("Europe/Berlin", 7, 45, 90)


def test_saving_without_a_change_leaves_no_trace(cast, sign_in):
    before = AuditEntry.objects.count()
    assert sign_in(cast.anna).post(url(cast, "settings"), SETTINGS).status_code == 302
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("timezone", "Mars/Olympus", "is not a time zone"),
        ("timezone", "", "required"),
        ("week_start", "8", "valid choice"),
        ("session_minutes", "0", "greater than or equal to 1"),
        ("session_minutes", "1441", "less than or equal to 1440"),
        ("session_minutes", "", "required"),
        ("retention_days", "0", "greater than or equal to 1"),
        ("retention_days", "-5", "greater than or equal to"),
        ("name", " ", "required"),
        ("name", "x" * 101, "at most 100"),
    ],
)
def test_wrong_settings_are_named_beside_their_field(cast, sign_in, field, value, sentence):
    page = sign_in(cast.anna).post(url(cast, "settings"), {**SETTINGS, field: value}).content.decode()
    error = re.search(rf'id="id_{field}_errors">(.*?)</p>', page, re.S)
    assert error, "the error has no place to point at"
    assert sentence in error.group(1)
    assert f"id_{field}_errors" in re.search(rf'<(?:input|select)[^>]*name="{field}"[^>]*>', page).group(0)
    cast.project.refresh_from_db()
    assert cast.project.name == "Meadow"


def test_names_are_text_not_markup(cast, sign_in):
    Project.objects.filter(pk=cast.project.pk).update(name="<script>alert(1)</script>")
    page = sign_in(cast.alice).get(url(cast, "settings")).content.decode()
    assert "<script>alert" not in page


def test_no_page_has_inline_scripts_or_styles(cast, sign_in):
    client = sign_in(cast.alice)
    for name in ("start", "settings", "tokens", "service_accounts", "members", "audit", "delete"):
        response = client.get(url(cast, name))
        page = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), name
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_start_page_has_the_projects_own_token_and_host_in_every_snippet(cast, sign_in):
    page = sign_in(cast.carol).get(url(cast, "start")).content.decode()
    snippets = re.findall(r'<code id="(\w+)-code">(.*?)</code>', page, re.S)
    assert [name for name, _ in snippets] == ["browser", "node", "python", "curl"]
    for name, code in snippets:
        assert cast.token in code, name
        assert "testserver" in code, name


def test_the_start_page_says_when_the_store_is_away(cast, sign_in, settings):
    settings.CLICKHOUSE_QUERY_URL = "clickhouse://default@127.0.0.1:1/default"
    client = sign_in(cast.carol)
    assert client.get(url(cast, "start_status")).json() == {"state": "unknown", "events": []}
    assert re.search(r'data-when="unknown">', client.get(url(cast, "start")).content.decode())


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_rotated_without_a_gap(cast, sign_in):
    client = sign_in(cast.anna)
    client.post(url(cast, "tokens"), {"label": "New"})
    old, new = cast.project.tokens.order_by("pk")
    assert "First token" in client.get(url(cast, "revoke_token", old.pk)).content.decode()
    assert "last active token" not in client.get(url(cast, "revoke_token", old.pk)).content.decode()
    client.post(url(cast, "revoke_token", old.pk))
    credentials.forget()
    assert credentials.project_for_token(old.token) is None
    assert credentials.project_for_token(new.token) == cast.project.pk
    assert "last active token" in client.get(url(cast, "revoke_token", new.pk)).content.decode()


def test_tokens_of_other_projects_are_out_of_reach(cast, sign_in):
    theirs = ProjectToken.objects.get(project=cast.other_project)
    assert sign_in(cast.alice).post(url(cast, "revoke_token", theirs.pk)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


# --- service accounts -------------------------------------------------------------------------------------------------


def create_robot(client, cast, **typed):
    return client.post(
        url(cast, "service_accounts"), {"label": "Nightly", "role": "analyst", "expires_on": "", **typed}
    )


def secret_in(response) -> str:
    return re.search(r'id="secret" class="mono" value="([^"]+)"', response.content.decode()).group(1)


def test_a_secret_is_shown_once_and_works(cast, sign_in):
    client = sign_in(cast.anna)
    response = create_robot(client, cast)
    secret = secret_in(response)
    assert "no-store" in response.headers["Cache-Control"]
    account = ServiceAccount.objects.get()
    assert credentials.service_account_for(account.username, secret) == account
    assert secret not in client.get(url(cast, "service_accounts")).content.decode()
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_new_secret_with_a_grace(cast, sign_in):
    client = sign_in(cast.anna)
    old = secret_in(create_robot(client, cast))
    account = ServiceAccount.objects.get()
    new = secret_in(client.post(url(cast, "rotate_secret", account.pk), {"grace_hours": "24"}))
    credentials.forget()
    assert new != old
    assert credentials.service_account_for(account.username, old)
    assert credentials.service_account_for(account.username, new)


def test_an_admin_makes_no_account_above_their_role(cast, sign_in):
    create_robot(sign_in(cast.anna), cast, role="owner")
    assert not ServiceAccount.objects.exists()


def test_an_admin_gets_no_secret_of_an_owners_account(cast, sign_in):
    create_robot(sign_in(cast.alice), cast, role="owner")
    account = ServiceAccount.objects.get()
    before = account.secret_hash
    client = sign_in(cast.anna)
    client.post(url(cast, "rotate_secret", account.pk), {"grace_hours": "0"})
    client.post(url(cast, "revoke_service_account", account.pk))
    account.refresh_from_db()
    assert account.secret_hash == before
    assert account.revoked_at is None


def test_an_account_works_through_its_last_day_in_the_projects_zone(cast, sign_in):
    day = date.today() + timedelta(days=30)
    create_robot(sign_in(cast.anna), cast, expires_on=day.isoformat())
    end = ServiceAccount.objects.get().expires_at
    local = end.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.date(), local.hour, local.minute) == (day + timedelta(days=1), 0, 0)


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_an_expiry_must_lie_ahead(cast, sign_in, days):
    create_robot(sign_in(cast.anna), cast, expires_on=(date.today() + timedelta(days=days)).isoformat())
    assert not ServiceAccount.objects.exists()


def test_the_trail_cannot_be_changed_by_deleting_its_people(cast, sign_in):
    sign_in(cast.anna).post(url(cast, "tokens"), {"label": "iOS"})
    cast.anna.delete()
    entry = AuditEntry.objects.get(subject="iOS")
    assert (entry.actor, entry.actor_email) == (None, "anna@example.com")
