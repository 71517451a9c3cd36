"""The two-proportion z-test, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from analytics.results.significance import significance


def test_textbook_numbers():
    # 100 of 1,000 against 130 of 1,000: pooled 0.115, z = -0.03 / sqrt(0.115 × 0.885 × 0.002) = -2.1028
    p, reason = significance(100, 1000, 130, 1000)
    assert reason is None
    assert p == pytest.approx(0.03548, abs=1e-4)


def test_few_say_nothing():
    assert significance(10, 29, 500, 1000) == (None, "Fewer than 30 began in one of the two.")
    assert significance(10, 30, 10, 30) == (1, None)


def test_where_everybody_or_nobody_converted_there_is_no_difference():
    assert significance(0, 50, 0, 40) == (1, None)
    assert significance(50, 50, 40, 40) == (1, None)
