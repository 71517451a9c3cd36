"""The pages that ask ClickHouse: the first event, merges, and the end of a project."""

from __future__ import annotations

import re
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.clickhouse.writer import EventBatch, bump_data_versions, write_events
from analytics.errors import Unavailable
from tests.conftest import own_engine
from web.people.models import Profile
from web.projects import credentials
from web.projects.deletion import delete_project
from web.projects.models import AuditEntry, Membership, Project, ProjectToken

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory):
    yield from own_engine(tmp_path_factory)


@pytest.fixture(autouse=True)
def _pages_ask_it(clickhouse_url, settings):
    settings.CLICKHOUSE_URL = settings.CLICKHOUSE_QUERY_URL = clickhouse_url


@pytest.fixture
def meadow(cast, project_id, clickhouse):
    """The cast's project under an id that no other test's events have."""
    old = cast.project.pk
    cast.project.pk = project_id
    cast.project.save(force_insert=True)
    Membership.objects.filter(project_id=old).update(project_id=project_id)
    ProjectToken.objects.filter(project_id=old).update(project_id=project_id)
    credentials.forget()
    return cast


def send(
    client, project_id: int, event: str, distinct_id: str, user_id: str = "", devices: tuple[str, ...] = ("",)
) -> None:
    """One event for each device, through the real writer."""
    batch = EventBatch()
    for device_id in devices:
        now = time.time_ns()
        batch.project_id.append(project_id)
        batch.version.append(now // 1000 << 12)
        batch.event.append(event)
        batch.distinct_id.append(distinct_id)
        batch.insert_id.append(f"{now}-{device_id}")
        batch.time_ms.append(now // 1_000_000)
        batch.user_id.append(user_id)
        batch.device_id.append(device_id)
        batch.properties.append("{}")
    write_events(client, batch)
    bump_data_versions(client, [project_id])


def url(cast, name, *args):
    return reverse(f"projects:{name}", args=[cast.project.pk, *args])


def test_the_first_event_ends_the_waiting(meadow, clickhouse, sign_in):
    client = sign_in(meadow.carol)
    assert client.get(url(meadow, "start_status")).json() == {"state": "waiting", "events": []}
    assert client.get(url(meadow, "open")).headers["Location"] == url(meadow, "start")
    send(clickhouse, meadow.project.pk, "Sign Up", "ann")
    assert client.get(url(meadow, "start_status")).json() == {"state": "arrived", "events": ["Sign Up"]}
    assert client.get(url(meadow, "open")).headers["Location"] == reverse("reports:ask", args=[meadow.project.pk])


def rows(page: str) -> list[tuple[str, str, str]]:
    """Device, user and state of each line of the merges page."""
    found = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.S)
    return [
        (
            re.search(r"<th[^>]*>(.*?)</th>", row).group(1),
            re.search(r"<td class=\"mono[^>]*>(.*?)</td>", row).group(1),
            re.search(r"<span class=\"badge\"[^>]*>(.*?)</span>", row).group(1),
        )
        for row in found
    ]


def test_a_merge_is_undone_and_made_again(meadow, clickhouse, sign_in):
    send(clickhouse, meadow.project.pk, "Log In", "ann", user_id="ann", devices=("phone",))
    send(clickhouse, meadow.project.pk, "Log In", "ben", user_id="ben", devices=("laptop",))
    admin = sign_in(meadow.anna)
    page = admin.get(url(meadow, "identity"), {"search": "pho"}).content.decode()
    assert rows(page) == [("phone", "ann", "Merged")]
    for change, state, action in (("undo", "Undone", "merge.undone"), ("redo", "Merged", "merge.redone")):
        answer = admin.post(url(meadow, "change_merge"), {"device_id": "phone", "change": change}, follow=True)
        assert ("phone", "ann", state) in rows(answer.content.decode())
        assert ("laptop", "ben", "Merged") in rows(answer.content.decode())
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.subject, entry.actor) == (action, "phone", meadow.anna)


def test_an_analyst_sees_merges_without_the_buttons(meadow, clickhouse, sign_in):
    send(clickhouse, meadow.project.pk, "Log In", "ann", user_id="ann", devices=("phone",))
    page = sign_in(meadow.bob).get(url(meadow, "identity")).content.decode()
    assert rows(page) == [("phone", "ann", "Merged")]
    assert "Undo" not in page.split("console-page")[1].replace("Undoing", "")


def test_the_page_says_that_the_store_is_away_but_not_where_it_is(cast, sign_in, settings):
    settings.CLICKHOUSE_QUERY_URL = settings.CLICKHOUSE_URL = "clickhouse://default@127.0.0.1:1/default"
    client = sign_in(cast.anna)
    read = client.get(url(cast, "identity"))
    assert read.status_code == 503
    wrote = client.post(url(cast, "change_merge"), {"device_id": "phone", "change": "undo"}, follow=True)
    for page in (read.content.decode(), wrote.content.decode()):
        assert "does not answer just now" in page
        assert "127.0.0.1:1" not in page


def test_a_device_never_merged_is_named(meadow, sign_in):
    answer = sign_in(meadow.anna).post(
        url(meadow, "change_merge"), {"device_id": "fridge", "change": "undo"}, follow=True
    )
    assert "fridge" in answer.content.decode()
    assert "never been merged" in answer.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="merge").exists()


def test_merges_are_read_page_by_page(meadow, clickhouse, sign_in):
    from web.projects.views import identity

    devices = tuple(f"device{number:03}" for number in range(identity.PAGE + 3))
    send(clickhouse, meadow.project.pk, "Log In", "ann", user_id="ann", devices=devices)
    client = sign_in(meadow.bob)
    first = client.get(url(meadow, "identity")).content.decode()
    older = re.search(r'href="([^"]+)" rel="next"', first).group(1)
    second = client.get(older).content.decode()
    assert [len(rows(first)), len(rows(second))] == [identity.PAGE, 3]
    assert {row[0] for row in rows(first) + rows(second)} == set(devices)
    assert 'rel="next"' not in second


def test_deleting_needs_the_name_exactly(meadow, sign_in):
    page = sign_in(meadow.alice).post(url(meadow, "delete"), {"name": "meadow"}).content.decode()
    assert "Type “Meadow” exactly" in page
    assert Project.objects.filter(pk=meadow.project.pk).exists()


def test_deleting_takes_the_events_the_rows_and_the_tokens(meadow, clickhouse, sign_in):
    project_id, token = meadow.project.pk, meadow.token
    send(clickhouse, project_id, "Sign Up", "ann", user_id="ann", devices=("phone",))
    send(clickhouse, project_id + 1, "Sign Up", "somebody of another project")
    Profile.objects.create(project=meadow.project, distinct_id="ann", updated_at=timezone.now())
    assert credentials.project_for_token(token) == project_id
    answer = sign_in(meadow.alice).post(url(meadow, "delete"), {"name": "Meadow"}, follow=True)
    assert "“Meadow” and all its events are deleted" in answer.content.decode()
    for table in ("events", "devices", "event_names", "property_names"):
        counted = clickhouse.execute(f"SELECT count() FROM {table} WHERE project_id = {project_id}")
        assert counted == [(0,)], table
    assert clickhouse.execute(f"SELECT count() FROM events WHERE project_id = {project_id + 1}") == [(1,)]
    assert not Project.objects.filter(pk=project_id).exists()
    assert not Profile.objects.filter(project_id=project_id).exists()
    assert credentials.project_for_token(token) is None
    entry = AuditEntry.objects.get(action="project.deleted")
    assert (entry.project, entry.project_name, entry.actor) == (None, "Meadow", meadow.alice)


def test_a_project_whose_events_cannot_be_deleted_stays(cast, settings, sign_in):
    settings.CLICKHOUSE_URL = "clickhouse://default@127.0.0.1:1/default"
    with pytest.raises(Unavailable):
        delete_project(project=cast.project, actor=cast.alice)
    answer = sign_in(cast.alice).post(url(cast, "delete"), {"name": "Meadow"}, follow=True)
    assert "Nothing was deleted but the tokens are revoked" in answer.content.decode()
    assert Project.objects.filter(pk=cast.project.pk).exists()
    assert credentials.project_for_token(cast.token) is None
