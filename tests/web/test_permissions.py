"""Every address × every kind of person, against the table in docs/permissions.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from analytics.queries.codec import parse
from tests.web.cast import Cast, make_user
from tests.web.shop import question
from web.accounts.access import EVERYONE, NOBODY, OPERATOR, PROJECT_TOKEN, SERVICE_ACCOUNT, SIGNED_IN
from web.boards.actions import add_tile, create_board
from web.boards.shares import make_share
from web.projects import actions
from web.projects.models import Membership, Role
from web.reports.actions import save_report

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
ROLES = [role.value for role in Role]
OPERATORS_PAGES = "admin"  # Django's own; its namespace has one rule, tested below


@dataclass(frozen=True)
class Address:
    name: str
    kwargs: tuple[str, ...]
    read: str | None
    write: str | None
    writing: str = "post"  # the method by which it is written to


def addresses(resolver: URLResolver | None = None, space: str = "", above: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every named pattern of the urlconf with the rule its view declares."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        names = (*above, *entry.pattern.converters, *re.findall(r"\?P<(\w+)>", str(entry.pattern)))
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", entry.callback)
            access = getattr(entry.callback, "access", None) or getattr(view, "access", None)
            name = f"{space}{entry.name or entry.pattern}"
            writing = getattr(view, "writing", ("POST",))[0].lower()
            if hasattr(view, "http_method_names") and not hasattr(view, "post"):
                writing = next((method for method in ("patch", "put", "delete") if hasattr(view, method)), writing)
            yield Address(name, tuple(dict.fromkeys(names)), access and access.read, access and access.write, writing)
        elif entry.namespace != OPERATORS_PAGES:
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space, names)


def documented() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text().split("## Addresses")[1], re.M)
    return {name: (read.strip(), write.strip()) for name, read, write in rows}


def test_every_address_declares_who_may_open_it():
    silent = [each.name for each in addresses() if each.read is None]
    assert not silent, f"put a rule of web.accounts.access or web.projects.access on these views: {silent}"


def test_the_page_says_the_same_as_the_code():
    declared = {each.name: (each.read, each.write) for each in addresses()}
    assert documented() == declared


def kwargs_for(address: Address, cast: Cast) -> dict[str, object]:
    """Real things where we know them, so that a permitted request is really carried out."""
    project = cast.project
    project.member_role = Role.OWNER
    victim = make_user("Victor")
    board = create_board(project=project, actor=cast.alice, name="Board")
    known = {
        "project_id": lambda: project.pk,
        "token_id": lambda: project.tokens.get().pk,
        "account_id": lambda: actions.create_service_account(project=project, actor=cast.alice, label="Robot")[0].pk,
        "membership_id": lambda: Membership.objects.create(project=project, user=victim, role=Role.VIEWER).pk,
        "invitation_id": lambda: (
            actions.invite(project=project, actor=cast.alice, email="dave@example.com", role=Role.VIEWER)[0].pk
        ),
        "report_id": lambda: (
            save_report(project=project, actor=cast.alice, name="Kept", description="", query=parse(question())).pk
        ),
        "board_id": lambda: board.pk,
        "tile_id": lambda: add_tile(board=board, actor=cast.alice, text="Hello").pk,
        "share_id": lambda: make_share(project=project, actor=cast.alice, subject=board)[0].pk,
    }
    return {name: known[name]() if name in known else UNKNOWN.get(name, "x" * 8) for name in address.kwargs}


# Things that other apps' addresses are about: that they do not exist must not be told before the role is checked.
UNKNOWN: dict[str, object] = {"run_id": "00000000-0000-4000-8000-000000000000", "rejected_id": 1, "pk": 1, "number": 1}

PROJECT_ADDRESSES = [each for each in addresses() if each.read in (*ROLES, NOBODY) and "project_id" in each.kwargs]


def send(client: Client, method: str, url: str, writing: str = "post") -> int:
    return client.get(url).status_code if method == "read" else getattr(client, writing)(url).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["read", "write"])
@pytest.mark.parametrize("address", PROJECT_ADDRESSES, ids=lambda each: each.name)
class TestProjectAddresses:
    def url(self, address: Address, cast: Cast) -> str:
        return reverse(address.name, kwargs=kwargs_for(address, cast))

    def test_a_stranger_learns_nothing(self, address, method, cast, sign_in):
        assert send(sign_in(cast.mallory), method, self.url(address, cast), address.writing) == 404

    def test_nobody_signed_in_is_asked_to_log_in(self, address, method, cast, client):
        url = self.url(address, cast)
        response = client.get(url) if method == "read" else getattr(client, address.writing)(url)
        assert response.status_code == 401 or response.headers["Location"].startswith("/login/?next=")

    def test_each_role_gets_what_the_page_says(self, address, method, cast, sign_in):
        rule = getattr(address, method)
        url = self.url(address, cast)
        for role in reversed(Role):  # the weakest first, so that nobody has deleted anything before the others come
            status = send(sign_in(cast.by_role(role)), method, url, address.writing)
            if rule == NOBODY:
                assert status in (403, 405), f"{role} may not {method}, and got {status}"
            elif role.includes(rule):
                gone = status == 404 and not set(address.kwargs) <= {"project_id"}
                assert gone or status not in (401, 403, 404, 405), f"{role} got {status}"
                return  # the stronger roles include this one; the deed is done
            else:
                assert status == 403, f"{role} is below {rule} and got {status}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [each for each in addresses() if SIGNED_IN in (each.read, each.write) and not each.kwargs],
    ids=lambda each: each.name,
)
def test_addresses_for_the_signed_in(address, client, cast, sign_in):
    url = reverse(address.name)
    assert client.get(url).status_code in (302, 401)
    assert sign_in(cast.carol).get(url).status_code not in (401, 403, 404)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [each for each in addresses() if {PROJECT_TOKEN, SERVICE_ACCOUNT} & {each.read, each.write}],
    ids=lambda each: each.name,
)
def test_addresses_for_programs_refuse_a_request_without_credentials(address, client, cast):
    kwargs = kwargs_for(address, cast)
    if address.write != NOBODY:
        response = client.post(reverse(address.name, kwargs=kwargs), "[]", content_type="application/json")
        assert response.status_code in (400, 401), response.content


@pytest.mark.django_db
def test_the_operators_pages_are_for_superusers(client, cast, sign_in):
    url = reverse("admin:projects_project_changelist")
    assert client.get(url).status_code == 302
    assert sign_in(cast.alice).get(url).status_code == 302
    operator = make_user("Olga")
    operator.is_staff = operator.is_superuser = True
    operator.save()
    assert sign_in(operator).get(url).status_code == 200
    assert sign_in(operator).get(reverse("projects:settings", args=[cast.project.pk])).status_code == 404


def test_rules_are_words_of_the_page():
    words = {EVERYONE, SIGNED_IN, PROJECT_TOKEN, SERVICE_ACCOUNT, OPERATOR, NOBODY, *ROLES}
    assert {rule for each in addresses() for rule in (each.read, each.write)} <= words
