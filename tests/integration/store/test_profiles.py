"""Users' profiles beside events: of every type, the last version, of whom the user is by now, and nobody else's."""

from __future__ import annotations

import itertools
import json
import random
from datetime import timedelta

import pytest

from analytics.clickhouse.versions import data_version, profile_version
from analytics.clickhouse.writer import ProfileRow, write_profiles
from analytics.identity import redo_merge, settle, undo_merge
from analytics.schema import profiles
from analytics.schema.tables import events_table
from analytics.sql.fragment import bind, sql
from tests.conftest import own_engine
from tests.integration.store.conftest import anonymous, known, user_now
from tests.integration.store.test_property_types import COLUMNS


@pytest.fixture(scope="module")
def clickhouse_url(tmp_path_factory):
    yield from own_engine(tmp_path_factory)


@pytest.fixture
def keep(clickhouse, project_id):
    """Write profiles, distinct_id → properties or None where there is none (any more), as one batch."""
    counter = itertools.count(1)

    def keep(given, project=project_id, version=None):
        rows = [
            ProfileRow(
                project,
                distinct_id,
                version or next(counter),
                properties is None,
                properties if isinstance(properties, str) else json.dumps(properties or {}),
            )
            for distinct_id, properties in given.items()
        ]
        assert write_profiles(clickhouse, rows) == len(rows)

    return keep


@pytest.fixture
def ask(clickhouse, project_id):
    def ask(statement):
        text, params = statement.render()
        return clickhouse.execute(text, params)

    return ask


@pytest.fixture
def plans(clickhouse, ask, project_id):
    """The property `plan` of each event's user, read both ways; insert id → value."""

    def plans(name="plan", project=project_id):
        user = user_now(clickhouse, project)
        rows = sql(
            "SELECT insert_id, {user} AS user FROM {table} FINAL WHERE project_id = {p}",
            user=user,
            table=events_table(),
            p=bind("UInt32", project),
        )
        value = profiles.string(name)
        joined = ask(
            sql(
                "SELECT insert_id, plan FROM ({rows}) ORDER BY insert_id",
                rows=profiles.beside(rows, project, {"plan": value}),
            )
        )
        behind_the_table = sql(
            "SELECT insert_id, plan FROM {table} FINAL{joined} WHERE project_id = {p} ORDER BY insert_id",
            table=events_table(),
            joined=profiles.joined(user, project, {"plan": value}),
            p=bind("UInt32", project),
        )
        assert ask(behind_the_table) == joined
        return dict(joined)

    return plans


@pytest.fixture
def met(clickhouse, ask, project_id):
    """The insert ids of events whose user's profile meets a condition."""

    def met(condition, project=project_id):
        rows = sql(
            "SELECT insert_id FROM {table} FINAL WHERE project_id = {p} AND {user} IN ({users}) ORDER BY insert_id",
            table=events_table(),
            p=bind("UInt32", project),
            user=user_now(clickhouse, project),
            users=profiles.users_where(project, condition),
        )
        return [insert_id for (insert_id,) in ask(rows)]

    return met


def is_plan(value):
    return sql("{plan} = {value}", plan=profiles.string("plan"), value=bind("String", value))


def one_each(write, *names):
    write(*[{"insert_id": name, "distinct_id": name} for name in names])


@pytest.mark.parametrize(
    "properties",
    [
        {"a": "x", "b": "", "c": "5", "d": "true", "e": "null", "f": "[1]", "ключ 日本 'q\" \\ .": "值\n\t\\\"'😀"},
        {"a": 5, "b": -0.25, "c": 1e300, "d": 1e-7, "e": 2**53, "f": 2**53 + 1, "g": -(2**53) - 1, "h": 2**64 - 1},
        {"a": 123456789012345678901234567890, "b": "123456789012345678901234567890"},
        {"a": True, "b": False, "c": None},
        {"a": [1, "x", None, {"b": 2}], "b": {"c": {"d": 1}}, "c": [], "d": {}},
        {"$name": "Ann", "": "no name", "long": "é" * 5000},
        {},
    ],
    ids=lambda value: str(value)[:30],
)
def test_each_value_has_the_place_it_has_in_an_event(clickhouse, project_id, write, keep, properties):
    for spelled in (True, False):
        text = json.dumps(properties, ensure_ascii=spelled)
        write({"properties": text})
        keep({f"ann {spelled}": text})
    columns = ", ".join(COLUMNS)
    event, profile = (
        clickhouse.execute(
            f"SELECT {columns} FROM {table} WHERE project_id = {{p:UInt32}} ORDER BY version", {"p": project_id}
        )
        for table in ("events", "profiles")
    )
    assert profile == event


def test_what_is_special_in_an_event_is_a_property_of_a_profile(write, keep, plans):
    one_each(write, "ann")
    names = ("$browser", "utm_source", "$device_id", "time", "token", "distinct_id", "$insert_id")
    keep({"ann": dict.fromkeys(names, "mine")})
    assert [plans(name) for name in names] == [{"ann": "mine"}] * len(names)
    assert plans("$distinct_id") == {"ann": "ann"}


def test_an_actor_is_what_events_of_the_same_id_carry(clickhouse, project_id, write, keep):
    write({"distinct_id": "ann"}, anonymous("x"), known("y", "bob"))
    keep({"ann": {"n": 1}, "$device:d1": {"n": 1}, "bob": {"n": 1}})
    actors = [
        sorted(clickhouse.execute(f"SELECT actor FROM {table} WHERE project_id = {{p:UInt32}}", {"p": project_id}))
        for table in ("events", "profiles")
    ]
    assert actors[0] == actors[1]


def test_types_are_read_apart(ask, project_id, keep):
    values = {"text": "5", "number": 5, "long": 2**60 + 1, "flag": True, "list": ["x", "x", 5]}
    keep({"ann": {"p": values["text"]}, "bob": {"p": values["number"]}, "cay": {"p": values["long"]}})
    keep({"dan": {"p": values["flag"]}, "eve": {"p": values["list"]}, "fay": {"q": 1}})

    def read(expression):
        rows = sql(
            "SELECT {value} FROM {profiles} ORDER BY distinct_id",
            value=expression,
            profiles=profiles.profiles(project_id),
        )
        return [value for (value,) in ask(rows)]

    assert read(profiles.string("p")) == ["5", None, None, None, None, None]
    assert read(profiles.number("p")) == [None, 5.0, float(2**60 + 1), None, None, None]
    assert read(profiles.number_text("p")) == [None, "5", "1152921504606846977", None, None, None]
    assert read(profiles.boolean("p")) == [None, None, None, True, None, None]
    assert read(profiles.nested("p")) == [None, None, None, None, '["x","x",5]', None]
    assert read(profiles.items("p")) == [[], [], [], [], ["x", "5"], []]


def test_filtering_and_breaking_down(write, keep, plans, met):
    one_each(write, "ann", "bob", "cay", "dan")
    keep({"ann": {"plan": "pro"}, "bob": {"plan": ""}, "cay": {"seats": 3}})
    assert plans() == {"ann": "pro", "bob": "", "cay": None, "dan": None}
    assert met(is_plan("pro")) == ["ann"]
    assert met(is_plan("")) == ["bob"]
    assert met(sql("{seats} > 2", seats=profiles.number("seats"))) == ["cay"]
    assert met(sql("isNotNull({plan})", plan=profiles.string("plan"))) == ["ann", "bob"]


def test_several_columns_of_several_types_at_once(clickhouse, ask, project_id, write, keep):
    one_each(write, "ann", "bob")
    keep({"ann": {"plan": "pro", "tags": ["a", "b"], "seats": 3}})
    rows = sql(
        "SELECT insert_id, {user} AS user FROM events FINAL WHERE project_id = {p}",
        user=user_now(clickhouse, project_id),
        p=bind("UInt32", project_id),
    )
    columns = {"it's": profiles.string("plan"), "tags": profiles.items("tags"), "seats": profiles.number_text("seats")}
    asked = sql(
        "SELECT insert_id, `it's`, tags, seats FROM ({rows}) ORDER BY insert_id",
        rows=profiles.beside(rows, project_id, columns),
    )
    assert ask(asked) == [("ann", "pro", ["a", "b"], "3"), ("bob", None, [], None)]


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_the_highest_version_counts_whatever_the_order_of_insertion(clickhouse, write, keep, plans, met, order):
    one_each(write, "ann")
    for version in order:
        keep({"ann": {"plan": f"v{version}"}}, version=version)
    for _ in range(2):
        assert plans() == {"ann": "v3"}
        assert (met(is_plan("v3")), met(is_plan("v2"))) == (["ann"], [])
        clickhouse.execute("OPTIMIZE TABLE profiles FINAL")


def test_a_deleted_profile_is_gone_until_it_is_set_again(clickhouse, write, keep, plans, met):
    one_each(write, "ann")
    keep({"ann": {"plan": "pro"}}, version=1)
    keep({"ann": None}, version=2)
    keep({"ann": {"plan": "pro"}}, version=1)  # copied again, late
    clickhouse.execute("OPTIMIZE TABLE profiles FINAL")
    assert plans() == {"ann": None}
    assert met(is_plan("pro")) == []
    keep({"ann": {"plan": "free"}}, version=3)
    assert plans() == {"ann": "free"}


@pytest.mark.parametrize("settled", [False, True])
def test_a_device_and_its_user_share_a_profile_from_the_merge_to_its_undoing(
    clickhouse, project_id, write, keep, plans, met, settled
):
    def settle_if_asked():
        if settled:
            settle(clickhouse, project_id, margin=timedelta(0), grace=timedelta(0))

    write(anonymous("a"))
    keep({"u1": {"plan": "pro"}})
    assert plans() == {"a": None}
    write(known("b", "u1"))
    settle_if_asked()
    assert plans() == {"a": "pro", "b": "pro"}
    assert met(is_plan("pro")) == ["a", "b"]
    undo_merge(clickhouse, project_id, "d1")
    assert plans() == {"a": None, "b": "pro"}
    settle_if_asked()
    assert met(is_plan("pro")) == ["b"]
    redo_merge(clickhouse, project_id, "d1")
    settle_if_asked()
    assert plans() == {"a": "pro", "b": "pro"}


@pytest.mark.parametrize("settled", [False, True])
def test_a_profile_set_while_anonymous_is_the_users_after_the_merge(
    clickhouse, project_id, write, keep, plans, met, settled
):
    write(anonymous("a"))
    keep({"$device:d1": {"plan": "trial"}})
    assert plans() == {"a": "trial"}
    write(known("b", "u1"))
    if settled:
        settle(clickhouse, project_id, margin=timedelta(0), grace=timedelta(0))
    assert plans() == {"a": "trial", "b": "trial"}
    assert met(is_plan("trial")) == ["a", "b"]
    undo_merge(clickhouse, project_id, "d1")
    assert plans() == {"a": "trial", "b": None}
    assert met(is_plan("trial")) == ["a"]


def test_of_several_profiles_the_users_own_counts_as_a_whole(write, keep, plans, met):
    write(known("a", "u1", "d1"), known("b", "u1", "d2"))
    keep({"$device:d1": {"plan": "old", "role": "dev"}}, version=5)
    keep({"$device:d2": {"plan": "new"}}, version=6)
    assert set(plans().values()) == {"new"}  # of devices the one changed last
    assert set(plans("role").values()) == {None}
    keep({"u1": {"role": "boss"}}, version=1)
    assert set(plans().values()) == {None}
    assert set(plans("role").values()) == {"boss"}
    assert met(is_plan("new")) == met(is_plan("old")) == []
    keep({"u1": None}, version=2)
    assert set(plans().values()) == {"new"}


def test_projects_do_not_share_profiles(write, keep, plans, met, project_id):
    one_each(write, "ann")
    write({"insert_id": "ann", "distinct_id": "ann"}, known("b", "ann"), project=project_id + 1)
    keep({"ann": {"plan": "pro"}, "$device:d1": {"plan": "pro"}})
    keep({"ann": {"plan": "free"}}, project=project_id + 1)
    assert plans() == {"ann": "pro"}
    assert plans(project=project_id + 1) == {"ann": "free", "b": "free"}
    assert met(is_plan("pro"), project_id + 1) == []


def test_a_changed_profile_is_no_changed_data(clickhouse, project_id, write, keep):
    one_each(write, "ann")
    data, of_profiles = data_version(clickhouse, project_id), profile_version(clickhouse, project_id)
    assert of_profiles == 0
    keep({"ann": {"plan": "pro"}})
    first = profile_version(clickhouse, project_id)
    keep({"ann": {"plan": "free"}})
    assert 0 < first < profile_version(clickhouse, project_id)
    assert data_version(clickhouse, project_id) == data
    one_each(write, "bob")
    assert data_version(clickhouse, project_id) > data


def test_random_histories_agree_with_a_naive_reading(clickhouse, project_id, write, keep, plans, met):
    dice = random.Random(20)
    users, devices = ["u1", "u2", "u3"], ["d1", "d2", "d3", "d4"]
    kept: dict[str, tuple[int, str | None]] = {}
    owner: dict[str, str] = {}
    undone: set[str] = set()
    events: dict[str, tuple[str, str]] = {}
    for number in range(60):
        what = dice.choice(["anonymous", "known", "profile", "profile", "delete", "undo", "redo"])
        device, name = dice.choice(devices), dice.choice(users)
        if what == "anonymous":
            write(anonymous(f"e{number:02}", device))
            events[f"e{number:02}"] = ("", device)
        elif what == "known":
            write(known(f"e{number:02}", name, device))
            events[f"e{number:02}"] = (name, device)
            owner.setdefault(device, name)
        elif what in ("profile", "delete"):
            whose = dice.choice([*users, *[f"$device:{each}" for each in devices]])
            kept[whose] = (number + 1, None if what == "delete" else f"p{number}")
            keep({whose: None if what == "delete" else {"plan": f"p{number}"}}, version=number + 1)
        elif device in owner:
            (undo_merge if what == "undo" else redo_merge)(clickhouse, project_id, device)
            (undone.add if what == "undo" else undone.discard)(device)
        if number % 10 == 9:
            settle(clickhouse, project_id, margin=timedelta(0), grace=timedelta(0))

    def person(name, device):
        linked = owner.get(device) if device not in undone else None
        return name or linked or f"$device:{device}"

    def plan(who):
        theirs = [f"$device:{each}" for each in devices if person("", each) == who]
        present = [kept[each] for each in theirs if kept.get(each, (0, None))[1] is not None]
        own = kept.get(who, (0, None))[1]
        return own if own is not None else max(present)[1] if present else None

    expected = {insert_id: plan(person(*by)) for insert_id, by in events.items()}
    assert plans() == expected
    assert len(set(expected.values())) > 3
    for value in {value for value in expected.values() if value}:
        assert met(is_plan(value)) == [insert_id for insert_id, plan in sorted(expected.items()) if plan == value]
