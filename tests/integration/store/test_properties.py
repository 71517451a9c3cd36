"""The column expressions of properties, asked of stored events."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from analytics.clickhouse.migrate import load
from analytics.schema import properties
from analytics.sql.fragment import bind, sql


@pytest.fixture
def read(clickhouse, project_id):
    def read(expression):
        text, params = sql(
            "SELECT {value} FROM events FINAL WHERE project_id = {p} ORDER BY version",
            value=expression,
            p=bind("UInt32", project_id),
        ).render()
        return [value for (value,) in clickhouse.execute(text, params)]

    return read


def test_a_hot_property_has_its_column_only_for_text(write, read):
    for name in properties.HOT:
        write(
            {"properties": f'{{"{name}": "Ünï"}}'},
            {"properties": f'{{"{name}": ""}}'},
            {"properties": f'{{"{name}": 5}}'},
            {"properties": f'{{"{name}": true}}'},
            {"properties": f'{{"{name}": null}}'},
            {"properties": "{}"},
        )
    for index, name in enumerate(properties.HOT):
        mine = slice(index * 6, index * 6 + 6)
        assert read(properties.string(name))[mine] == ["Ünï", "", None, None, None, None]
        assert read(properties.number(name))[mine] == [None, None, 5.0, None, None, None]
        assert read(properties.boolean(name))[mine] == [None, None, None, True, None, None]
        assert read(properties.is_set(name))[mine] == [1, 1, 1, 1, 0, 0]


def test_the_migration_and_the_list_of_hot_properties_agree():
    text = load()[0].text
    for name, column in properties.HOT.items():
        assert f"text_values[indexOf(text_keys, '{name}')], NULL) AS {column}," in text
    assert text.count("    p_") == len(properties.HOT)


def test_types_are_read_apart(write, read):
    write(
        {"properties": '{"a": "5"}'},
        {"properties": '{"a": 5}'},
        {"properties": '{"a": [5]}'},
        {"properties": '{"b": 5}'},
    )
    assert read(properties.string("a")) == ["5", None, None, None]
    assert read(properties.number("a")) == [None, 5.0, None, None]
    assert read(properties.nested("a")) == [None, None, "[5]", None]
    assert read(properties.is_set("a")) == [1, 1, 1, 0]


def test_numbers_as_text_have_every_digit(write, read):
    numbers = ["9007199254740993", "123456789012345678901234567890", "5", "0.1"]
    write(*[{"properties": f'{{"n": {number}}}'} for number in numbers], {"properties": '{"n": "x"}'})
    texts = read(properties.number_text("n"))
    assert texts[-1] is None
    assert [Decimal(text) for text in texts[:-1]] == [Decimal(number) for number in numbers]


def test_list_items_are_distinct_texts(write, read):
    write({"properties": '{"a": ["x", "x", "é\\u00e9", 5, true, {"b": 1}]}'}, {"properties": '{"a": "x"}'})
    assert read(properties.items("a")) == [["x", "éé", "5", "true", '{"b":1}'], []]


def test_facts_of_the_event_are_read_from_their_columns(write, read):
    write({"user_id": "u", "insert_id": "i"}, {"device_id": "d"})
    assert read(properties.string("$user_id")) == ["u", None]
    assert read(properties.string("$device_id")) == [None, "d"]
    assert read(properties.is_set("$device_id")) == [0, 1]


def test_a_name_is_a_value_and_never_sql(write, read):
    name = "x'] OR 1=1 -- `\\"
    write({"properties": '{"a": 1}'})
    assert read(properties.string(name)) == [None]


@pytest.mark.parametrize(
    "name", ["a.b", "a b", "it's", "`", '"', "\\", "\n", "ü", "", "keys", "size0", "{p0:String}", "%(p)s", "--"]
)
def test_every_name_is_read_whatever_is_in_it_and_however_parts_lie(write, read, clickhouse, name):
    text = json.dumps(name)
    write(*({"properties": f"{{{text}: {value}}}"} for value in ('"t"', '""', "0", "false", "[]", "null")))
    for _ in ("as inserted", "merged"):
        assert read(properties.string(name)) == ["t", "", None, None, None, None]
        assert read(properties.number(name)) == [None, None, 0.0, None, None, None]
        assert read(properties.boolean(name)) == [None, None, None, False, None, None]
        assert read(properties.nested(name)) == [None, None, None, None, "[]", None]
        assert read(properties.is_set(name)) == [1, 1, 1, 1, 1, 0]
        clickhouse.execute("OPTIMIZE TABLE events FINAL SETTINGS optimize_skip_merged_partitions = 1")
