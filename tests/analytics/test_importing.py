"""What the importer makes of a file, before anything is stored: shapes, columns, times, bad rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from analytics.errors import PayloadError
from analytics.importing import Mapping, Source, guess, rows, shape
from analytics.importing.mapping import Reading


def file(tmp_path: Path, text: str | bytes, name: str = "events") -> Source:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source.of(path)


def events(source: Source, **mapping: str) -> list[tuple[str, dict]]:
    found = shape(source)
    reading = Reading(guess(found.columns, mapping), source.digest[:20])
    return [(name, json.loads(raw)) for name, raw in map(reading.event, rows(source, found))]


def faults(source: Source, **mapping: str) -> dict[int, str]:
    found = shape(source)
    reading = Reading(guess(found.columns, mapping), source.digest[:20])
    bad = {}
    for row in rows(source, found):
        try:
            reading.event(row)
        except PayloadError as refusal:
            bad[row.line] = refusal.message
    return bad


def test_a_csv_keeps_text_as_text_and_numbers_as_numbers(tmp_path):
    source = file(
        tmp_path,
        "user_id,event,timestamp,zip,amount,big,paid,note\n"
        'u1,Buy,2024-03-01 10:00:00,01234,5,12345678901234567890,true,"a, b"\n'
        "u2,Buy,2024-03-01T10:00:00.250+02:00,99,-1.50,7,false,\n",
    )
    (first, one), (_, two) = events(source)
    assert first == "Buy"
    assert one == {
        "zip": "01234",
        "amount": 5,
        "big": 12345678901234567890,
        "paid": True,
        "note": "a, b",
        "time": 1709287200000,
        "$insert_id": f"{source.digest[:20]}-2",
        "distinct_id": "u1",
    }
    assert two["zip"] == "99", "a column in which one cell is text is text throughout"
    assert (two["amount"], two["paid"], two["time"]) == (-1.5, False, 1709280000250)
    assert "note" not in two, "an empty cell is not set"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    lines = [("user", "event", "time"), ("u1", "A", "1709287200")]
    source = file(tmp_path, "\n".join(delimiter.join(line) for line in lines))
    assert events(source)[0][1]["time"] == 1709287200000


def test_a_row_over_several_lines_is_one_row_and_the_next_keeps_its_line(tmp_path):
    source = file(tmp_path, 'user,event,time,note\nu1,A,1709287200,"two\nlines"\nu2,B,1709287200,x\n')
    ids = [properties["$insert_id"] for _, properties in events(source)]
    assert ids == [f"{source.digest[:20]}-2", f"{source.digest[:20]}-4"]


def test_an_export_keeps_ids_and_the_spelling_of_values(tmp_path):
    line = (
        '{"event": "Buy", "properties": {"time": 1709287200, "distinct_id": "$device:d1", "$device_id": "d1", '
        '"$insert_id": "abc-1", "order": 9007199254740993, "items": [{"sku": "x"}], "ratio": 1.10}}'
    )
    source = file(tmp_path, line + "\n\n" + line.replace("abc-1", "abc-2"))
    name, properties = events(source)[0]
    assert name == "Buy"
    assert properties["order"] == 9007199254740993
    assert properties["items"] == [{"sku": "x"}]
    assert (properties["distinct_id"], properties["$device_id"], properties["$insert_id"]) == (
        "$device:d1",
        "d1",
        "abc-1",
    )
    assert "$user_id" not in properties, "a distinct_id alone does not say that somebody was logged in"
    assert len(events(source)) == 2, "empty lines are no rows"


def test_flat_lines_with_a_user_and_a_device_say_who_the_device_belongs_to(tmp_path):
    source = file(
        tmp_path,
        '{"event":"A","ts":"2024-03-01T10:00:00Z","user_id":null,"anonymous_id":"d1"}\n'
        '{"event":"B","ts":"2024-03-01T10:00:01Z","user_id":17,"anonymous_id":"d1"}\n',
    )
    (_, before), (_, after) = events(source)
    assert (before["distinct_id"], before["$device_id"]) == ("$device:d1", "d1")
    assert "$user_id" not in before
    assert (after["distinct_id"], after["$user_id"], after["$device_id"]) == ("17", "17", "d1")


def test_times_may_have_a_format_and_a_zone(tmp_path):
    source = file(tmp_path, "user,event,when\nu1,A,31/03/2024 01:30\nu1,A,31/03/2024 03:30\n")
    found = events(source, time="when", time_format="%d/%m/%Y %H:%M", zone="Europe/Berlin")
    assert [properties["time"] for _, properties in found] == [1711845000000, 1711848600000], "an hour apart, not two"


def test_seconds_and_milliseconds_are_told_apart(tmp_path):
    source = file(tmp_path, "user,event,time\nu1,A,1709287200\nu1,A,1709287200.5\nu1,A,1709287200123\n")
    assert [each["time"] for _, each in events(source)] == [1709287200000, 1709287200500, 1709287200123]


def test_bad_rows_are_named_by_line_and_reason(tmp_path):
    source = file(
        tmp_path,
        b"user,event,time\nu1,A,2024-03-01\nu1,,2024-03-01\n,A,2024-03-01\nu1,A,yesterday\nu1,A,\nu1,A\nu1,\xff,2024-03-01\n",
    )
    assert faults(source) == {
        3: "no event in column event",
        4: "no user in column user",
        5: "“yesterday” in column time is not a time",
        6: "no time in column time",
        7: "2 columns where the first line names 3",
        8: "the row is not UTF-8 text",
    }


def test_bad_lines_of_json_do_not_take_their_neighbours_along(tmp_path):
    good = '{"event":"A","time":1709287200,"distinct_id":"u"}'
    source = file(tmp_path, f"{good}\n{{broken\n[1]\n{good}\n")
    assert set(faults(source)) == {2, 3}


@pytest.mark.parametrize(
    "text, sentence",
    [
        (b"", "is empty"),
        (b'[{"event": "A"}]', "one JSON array"),
        (b"user,user,time\n", "a name of its own"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(tmp_path, text, sentence):
    with pytest.raises(PayloadError, match=sentence):
        shape(file(tmp_path, text))


def test_a_missing_column_is_named_with_those_that_exist():
    with pytest.raises(PayloadError, match=r"--user-column NAME; there are: event, time, colour"):
        guess(["event", "time", "colour"], {})
    with pytest.raises(PayloadError, match="there is no column who"):
        guess(["event", "time", "colour"], {"user": "who"})


def test_one_event_name_for_all_rows_needs_no_column():
    assert guess(["user", "time", "event"], {"event_name": "Visit"}) == Mapping("", "time", "user", event_name="Visit")


def test_a_packed_file_is_the_same_file(tmp_path):
    text = b"user,event,time\nu1,A,2024-03-01\n"
    plain, packed = file(tmp_path, text), file(tmp_path, gzip.compress(text), "packed.csv.gz")
    assert (plain.digest, plain.size) == (packed.digest, packed.size)
    assert events(plain) == events(packed)


def test_reading_goes_on_from_any_row(tmp_path):
    lines = ["user,event,time,note"] + [f'u{n},A,1709287200,"{"x" * n}\n{n}"' for n in range(30)]
    source = file(tmp_path, "\n".join(lines) + "\n")
    found = shape(source)
    everything = list(rows(source, found))
    assert len(everything) == 30
    for index, row in enumerate(everything):
        assert list(rows(source, found, (row.position, row.next_line))) == everything[index + 1 :]


def test_a_line_without_end_does_not_fill_the_memory(tmp_path):
    good = b'{"event":"A","time":1709287200,"distinct_id":"u"}\n'
    source = file(tmp_path, good + b'{"event":"' + b"x" * 9_000_000 + b'"}\n' + good)
    found = list(rows(source, shape(source)))
    assert [row.line for row in found] == [1, 2, 3]
    assert "longer than" in found[1].fault
    assert not found[2].fault
