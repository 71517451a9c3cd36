"""Ranges of numbers, and the shapes of answers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.results.segmentation import MOST_RANGES, SegmentRow, ranges, segmentation_result

MONDAY, TUESDAY = (dt.datetime(2024, 3, day, tzinfo=dt.UTC) for day in (4, 5))
NAMES = {MONDAY: "2024-03-04", TUESDAY: "2024-03-05"}


@pytest.mark.parametrize(
    "low, high, first, last",
    [
        (2000, 2450, "2,000 - 2,050", "2,450 - 2,500"),
        (0, 9, "0 - 1", "9 - 10"),
        (0, 10, "0 - 2", "10 - 12"),
        (5, 5, "5 - 6", "5 - 6"),
        (-5, 2450, "-500 - 0", "2,000 - 2,500"),
        (0.1, 0.3, "0.1 - 0.15", "0.3 - 0.35"),
        (1e9, 5e9, "1,000,000,000 - 1,500,000,000", "5,000,000,000 - 5,500,000,000"),
    ],
)
def test_ranges_are_round(low, high, first, last):
    found = ranges(low, high)
    names = [found.name(start) for start in found.starts]
    assert (names[0], names[-1]) == (first, last)


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_ranges_hold_both_ends_and_are_few(one, other):
    low, high = sorted((one, other))
    found = ranges(low, high)
    assert 1 <= len(found.starts) <= MOST_RANGES
    assert found.starts == sorted(set(found.starts))
    assert found.starts[0] <= low
    assert high < float(found.edges[-1])
    assert len({found.name(start) for start in found.starts}) == len(found.starts)


def test_every_bucket_has_a_number_and_the_largest_segment_is_first():
    rows = [
        SegmentRow("a", MONDAY, 1),
        SegmentRow("a", None, 1),
        SegmentRow("b", TUESDAY, 2),
        SegmentRow("b", None, 2),
    ]
    result = segmentation_result(rows, NAMES)
    assert list(result.values.items()) == [
        ("b", {"2024-03-04": 0, "2024-03-05": 2}),
        ("a", {"2024-03-04": 1, "2024-03-05": 0}),
    ]
    assert result.to_csv() == "date,b,a\n2024-03-04,0,1\n2024-03-05,2,0\n"


def test_what_was_asked_for_is_there_in_its_order():
    result = segmentation_result([SegmentRow("b", MONDAY, 1), SegmentRow("b", None, 1)], NAMES, wanted=["a", "b"])
    assert [sum(days.values()) for days in result.values.values()] == [0, 1]
    assert result.to_json()["legend_size"] == 2
