"""Every change to a project, its credentials and its members: one transaction each, with a line in the audit trail.

Each function trusts that its caller has looked the project up with the right role (web.projects.access). What depends
on more than the caller's role, such as the last owner, is refused here with a `Refused`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from web.accounts.models import User, normalise_email
from web.projects import credentials
from web.projects.models import Invitation, Membership, Project, ProjectToken, Role, ServiceAccount, record

INVITATION_LIFETIME = timedelta(days=7)


class Refused(Exception):
    """A change that the rules forbid; the message is a sentence for the person who tried."""


@transaction.atomic
def create_project(
    *, owner: User, name: str, timezone: str = "UTC", week_start: int = 1, is_demo: bool = False
) -> Project:
    """A project with its owner and a first token, ready to receive events."""
    project = Project.objects.create(name=name, timezone=timezone, week_start=week_start, is_demo=is_demo)
    Membership.objects.create(project=project, user=owner, role=Role.OWNER)
    ProjectToken.objects.create(project=project, label="First token")
    record(project=project, actor=owner, action="project.created", subject=name, after=_settings(project))
    return project


@transaction.atomic
def change_settings(*, project: Project, actor: User) -> None:
    """Save a project whose fields a form has changed."""
    before = _settings(Project.objects.select_for_update().get(pk=project.pk))
    after = _settings(project)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return
    project.save(update_fields=changed)
    record(
        project=project,
        actor=actor,
        action="project.settings_changed",
        subject=", ".join(changed),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _settings(project: Project) -> dict[str, object]:
    names = ("name", "timezone", "week_start", "session_minutes", "retention_days")
    return {name: getattr(project, name) for name in names}


# --- tokens -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_token(*, project: Project, actor: User, label: str) -> ProjectToken:
    token = ProjectToken.objects.create(project=project, label=label)
    record(project=project, actor=actor, action="token.created", subject=label, after={"token": token.token})
    transaction.on_commit(credentials.forget)
    return token


@transaction.atomic
def revoke_token(*, token: ProjectToken, actor: User) -> None:
    if not ProjectToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return
    record(
        project=token.project, actor=actor, action="token.revoked", subject=token.label, before={"token": token.token}
    )
    transaction.on_commit(credentials.forget)


# --- service accounts -------------------------------------------------------------------------------------------------


@transaction.atomic
def create_service_account(
    *, project: Project, actor: User | None, label: str, role: Role = Role.ANALYST, expires_at: datetime | None = None
) -> tuple[ServiceAccount, str]:
    """The account and its secret, which nobody can read again."""
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40] or "robot"
    secret = credentials.new_secret()
    account = ServiceAccount.objects.create(
        project=project,
        label=label,
        username=f"{slug}.{secrets.token_hex(4)}",
        secret_prefix=secret[:6],
        secret_hash=credentials.hash_secret(secret),
        role=role,
        expires_at=expires_at,
    )
    after = {"role": role, "expires_at": expires_at.isoformat() if expires_at else None}
    record(project=project, actor=actor, action="service_account.created", subject=account.username, after=after)
    transaction.on_commit(credentials.forget)
    return account, secret


@transaction.atomic
def rotate_secret(*, account: ServiceAccount, project: Project, actor: User, grace: timedelta) -> str:
    """A new secret; the old one works for `grace` longer, the one before it no more."""
    locked = ServiceAccount.objects.select_for_update().get(pk=account.pk, project=project)
    _may_hand_out(project, Role(locked.role))  # a new secret is the power of the account's role
    if not locked.is_active():
        raise Refused(f"{locked.username} is revoked or has expired. Create another service account.")
    secret = credentials.new_secret()
    old_prefix = locked.secret_prefix
    locked.previous_hash = locked.secret_hash if grace else ""
    locked.previous_expires_at = timezone.now() + grace if grace else None
    locked.secret_hash, locked.secret_prefix = credentials.hash_secret(secret), secret[:6]
    locked.save()
    record(
        project=project,
        actor=actor,
        action="service_account.rotated",
        subject=locked.username,
        before={"secret_prefix": old_prefix},
        after={"secret_prefix": locked.secret_prefix, "grace_hours": grace.total_seconds() / 3600},
    )
    transaction.on_commit(credentials.forget)
    return secret


@transaction.atomic
def revoke_service_account(*, account: ServiceAccount, project: Project, actor: User) -> None:
    _may_hand_out(project, Role(account.role))
    if not ServiceAccount.objects.filter(pk=account.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return
    record(project=project, actor=actor, action="service_account.revoked", subject=account.username)
    transaction.on_commit(credentials.forget)


# --- members ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(*, project: Project, actor: User, email: str, role: Role) -> tuple[Invitation, str]:
    """An invitation and the secret of its link. An older open one for the same address stops working."""
    _may_hand_out(project, role)
    email = normalise_email(email)
    now = timezone.now()
    project.invitations.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
    secret = credentials.new_secret()
    invitation = Invitation.objects.create(
        project=project,
        email=email,
        role=role,
        token_hash=hashlib.sha256(secret.encode()).hexdigest(),
        invited_by=actor,
        expires_at=now + INVITATION_LIFETIME,
    )
    record(project=project, actor=actor, action="member.invited", subject=email, after={"role": role})
    return invitation, secret


def find_invitation(secret: str) -> Invitation | None:
    """The open invitation of a link."""
    wanted = hashlib.sha256(secret.encode()).hexdigest()
    invitation = Invitation.objects.select_related("project", "invited_by").filter(token_hash=wanted).first()
    return invitation if invitation and invitation.is_open else None


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, project: Project, actor: User) -> None:
    _may_hand_out(project, Role(invitation.role))
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now()):
        record(project=project, actor=actor, action="invitation.withdrawn", subject=invitation.email)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Make `user` a member. Somebody who became one meanwhile keeps the role they have."""
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if normalise_email(user.email) != invitation.email or not taken.update(accepted_at=timezone.now()):
        raise Refused("This invitation was used or withdrawn, or is for somebody else.")
    membership, joined = Membership.objects.get_or_create(
        project=invitation.project, user=user, defaults={"role": invitation.role}
    )
    if joined:
        after = {"role": invitation.role}
        record(project=invitation.project, actor=user, action="member.joined", subject=user.email, after=after)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, project: Project, actor: User) -> None:
    _may_hand_out(project, role)
    current = _locked(project, membership)
    before = Role(current.role)
    _may_hand_out(project, before)
    if before is Role.OWNER and role is not Role.OWNER:
        _keep_an_owner(project)
    Membership.objects.filter(pk=current.pk).update(role=role)
    record(
        project=project,
        actor=actor,
        action="member.role_changed",
        subject=current.user.email,
        before={"role": before},
        after={"role": role},
    )


@transaction.atomic
def remove_member(*, membership: Membership, project: Project, actor: User) -> None:
    """Remove somebody, or leave oneself."""
    current = _locked(project, membership)
    role = Role(current.role)
    if current.user_id != actor.pk:
        _may_hand_out(project, role)
    if role is Role.OWNER:
        _keep_an_owner(project)
    action = "member.left" if current.user_id == actor.pk else "member.removed"
    record(project=project, actor=actor, action=action, subject=current.user.email, before={"role": role})
    current.delete()


def roles_to_hand_out(project: Project) -> list[Role]:
    """The roles that the member asking may give and take: their own and those below it."""
    mine = project.member_role
    return [role for role in Role if mine and mine.includes(role)]


def _may_hand_out(project: Project, role: Role) -> None:
    if role not in roles_to_hand_out(project):
        raise Refused(f"Only an owner may do this to an {role.label.lower()}.")


def _locked(project: Project, membership: Membership) -> Membership:
    """The membership as it is now, under a lock on its project: two owners cannot leave at the same moment."""
    Project.objects.select_for_update().get(pk=project.pk)
    try:
        return Membership.objects.select_related("user").get(pk=membership.pk, project=project)
    except Membership.DoesNotExist:
        raise Refused("This person is no longer a member.") from None


def _keep_an_owner(project: Project) -> None:
    if project.memberships.filter(role=Role.OWNER).count() < 2:
        raise Refused("A project needs an owner. Make somebody else an owner first.")
