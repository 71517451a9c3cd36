"""Members, their roles, and the invitations that bring them in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.web.cast import PASSWORD, make_user
from web.accounts.models import User
from web.projects import actions
from web.projects.models import AuditEntry, Invitation, Membership, Role

pytestmark = pytest.mark.django_db


def url(cast, name, *args):
    return reverse(f"projects:{name}", args=[cast.project.pk, *args])


def membership(cast, user):
    return Membership.objects.get(project=cast.project, user=user)


def role_of(cast, user):
    return membership(cast, user).role


def invite(client, cast, email="dave@example.com", role="analyst"):
    page = client.post(url(cast, "invite"), {"email": email, "role": role}).content.decode()
    found = re.search(r'value="http://testserver(/invitations/[^"]+)"', page)
    return found and found.group(1)


# --- roles ------------------------------------------------------------------------------------------------------------


def test_an_admin_changes_roles_up_to_admin(cast, sign_in):
    client = sign_in(cast.anna)
    client.post(url(cast, "change_role", membership(cast, cast.bob).pk), {"role": "admin"})
    assert role_of(cast, cast.bob) == Role.ADMIN
    client.post(url(cast, "change_role", membership(cast, cast.bob).pk), {"role": "owner"})
    assert role_of(cast, cast.bob) == Role.ADMIN, "an admin cannot make owners"
    client.post(url(cast, "change_role", membership(cast, cast.anna).pk), {"role": "owner"})
    assert role_of(cast, cast.anna) == Role.ADMIN, "least of all of themselves"


def test_an_admin_cannot_touch_an_owner(cast, sign_in):
    client = sign_in(cast.anna)
    client.post(url(cast, "change_role", membership(cast, cast.alice).pk), {"role": "viewer"})
    client.post(url(cast, "remove_member", membership(cast, cast.alice).pk))
    assert role_of(cast, cast.alice) == Role.OWNER


@pytest.mark.parametrize("role", ["", "emperor"])
def test_there_are_no_other_roles(cast, sign_in, role):
    sign_in(cast.alice).post(url(cast, "change_role", membership(cast, cast.bob).pk), {"role": role})
    assert role_of(cast, cast.bob) == Role.ANALYST


def test_the_last_owner_can_neither_leave_nor_be_demoted(cast, sign_in):
    client = sign_in(cast.alice)
    client.post(url(cast, "leave"))
    client.post(url(cast, "remove_member", membership(cast, cast.alice).pk))
    answer = client.post(url(cast, "change_role", membership(cast, cast.alice).pk), {"role": "admin"}, follow=True)
    assert role_of(cast, cast.alice) == Role.OWNER
    assert "A project needs an owner" in answer.content.decode()


def test_with_a_second_owner_the_first_may_go(cast, sign_in):
    client = sign_in(cast.alice)
    client.post(url(cast, "change_role", membership(cast, cast.bob).pk), {"role": "owner"})
    client.post(url(cast, "leave"))
    assert not Membership.objects.filter(project=cast.project, user=cast.alice).exists()
    assert client.get(url(cast, "settings")).status_code == 404


def test_anybody_may_leave(cast, sign_in):
    assert sign_in(cast.carol).post(url(cast, "leave")).headers["Location"] == reverse("projects:list")
    assert not Membership.objects.filter(project=cast.project, user=cast.carol).exists()


def test_members_of_other_projects_are_out_of_reach(cast, sign_in):
    theirs = Membership.objects.get(project=cast.other_project, user=cast.mallory)
    client = sign_in(cast.alice)
    assert client.post(url(cast, "remove_member", theirs.pk)).status_code == 404
    assert client.post(url(cast, "change_role", theirs.pk), {"role": "viewer"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.role == Role.OWNER


def test_a_change_of_role_is_on_the_trail(cast, sign_in):
    sign_in(cast.alice).post(url(cast, "change_role", membership(cast, cast.bob).pk), {"role": "viewer"})
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action, entry.subject) == (cast.alice, "member.role_changed", cast.bob.email)
    assert (entry.before, entry.after) == ({"role": "analyst"}, {"role": "viewer"})
    page = sign_in(cast.anna).get(url(cast, "audit")).content.decode()
    assert "analyst → viewer" in page


# --- invitations ------------------------------------------------------------------------------------------------------


def test_somebody_new_joins_by_the_link_alone(cast, sign_in, client):
    path = invite(sign_in(cast.anna), cast)
    assert "Meadow" in client.get(path).content.decode()
    answer = client.post(path, {"name": "Dave", "password": "a long new phrase"})
    assert answer.headers["Location"] == url(cast, "open")
    dave = User.objects.get(email="dave@example.com")
    assert role_of(cast, dave) == Role.ANALYST
    assert int(client.session["_auth_user_id"]) == dave.pk


def test_a_link_works_once(cast, sign_in, client):
    path = invite(sign_in(cast.anna), cast)
    client.post(path, {"name": "Dave", "password": "a long new phrase"})
    client.post("/logout/")
    assert client.get(path).status_code == 410
    assert client.post(path, {"name": "Eve", "password": "a long new phrase"}).status_code == 410


def test_a_weak_password_is_refused_and_the_link_lives(cast, sign_in, client):
    path = invite(sign_in(cast.anna), cast)
    assert "too short" in client.post(path, {"name": "Dave", "password": "123"}).content.decode()
    assert not User.objects.filter(email="dave@example.com").exists()
    assert client.get(path).status_code == 200


def test_somebody_with_an_account_logs_in_and_comes_back(cast, sign_in, client):
    make_user("Dave")
    path = invite(sign_in(cast.anna), cast)
    assert f"/login/?next={path}" in client.get(path).content.decode()
    assert client.post(path, {"name": "Dave", "password": "hijacked phrase"}).status_code == 200
    assert not Membership.objects.filter(user__email="dave@example.com").exists(), "the link is not a login"
    client.post("/login/", {"email": "dave@example.com", "password": PASSWORD})
    assert client.post(path).headers["Location"] == url(cast, "open")


def test_an_invitation_is_for_its_address_only(cast, sign_in):
    path = invite(sign_in(cast.anna), cast)
    client = sign_in(cast.mallory)
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 403
    assert not Membership.objects.filter(project=cast.project, user=cast.mallory).exists()


def test_old_withdrawn_and_replaced_links_do_not_work(cast, sign_in, client):
    admin = sign_in(cast.anna)
    replaced = invite(admin, cast)
    path = invite(admin, cast)
    assert client.get(replaced).status_code == 410
    invitation = Invitation.objects.get(revoked_at=None)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 410
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(path).status_code == 200
    admin.post(url(cast, "withdraw_invitation", invitation.pk))
    assert client.get(path).status_code == 410


def test_an_admin_cannot_invite_an_owner(cast, sign_in):
    assert invite(sign_in(cast.anna), cast, role="owner") is None
    assert not Invitation.objects.exists()
    assert invite(sign_in(cast.alice), cast, role="owner")


def test_a_member_is_not_invited_again(cast, sign_in):
    page = sign_in(cast.anna).post(url(cast, "invite"), {"email": "BOB@example.com", "role": "viewer"})
    assert "bob@example.com is a member already" in page.content.decode()


def test_the_secret_of_a_link_is_not_kept(cast, sign_in):
    secret = invite(sign_in(cast.anna), cast).split("/")[2]
    assert secret not in str(Invitation.objects.values().get())
    assert actions.find_invitation(secret)


@pytest.mark.parametrize("configured", [True, False])
def test_mail_is_sent_only_where_a_server_is_configured(cast, sign_in, settings, configured):
    settings.EMAIL_CONFIGURED = configured
    path = invite(sign_in(cast.anna), cast)
    assert [path in each.body for each in mail.outbox] == ([True] if configured else [])
