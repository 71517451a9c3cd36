"""The people and projects that tests of the web are about (see conftest.py)."""

from __future__ import annotations

from dataclasses import dataclass

from web.accounts.models import User
from web.projects import actions
from web.projects.models import Membership, Project, Role

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    project: Project
    alice: User
    anna: User
    bob: User
    carol: User
    other_project: Project
    mallory: User

    @property
    def token(self) -> str:
        return self.project.tokens.get().token

    def by_role(self, role: Role) -> User:
        return {Role.OWNER: self.alice, Role.ADMIN: self.anna, Role.ANALYST: self.bob, Role.VIEWER: self.carol}[role]


def make_user(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name)


def make_cast() -> Cast:
    alice, anna, bob, carol, mallory = (make_user(name) for name in ("Alice", "Anna", "Bob", "Carol", "Mallory"))
    project = actions.create_project(owner=alice, name="Meadow", timezone="Europe/Berlin")
    for user, role in ((anna, Role.ADMIN), (bob, Role.ANALYST), (carol, Role.VIEWER)):
        Membership.objects.create(project=project, user=user, role=role)
    other = actions.create_project(owner=mallory, name="Quarry")
    return Cast(project, alice, anna, bob, carol, other, mallory)
