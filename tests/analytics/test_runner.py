"""The read path with everything real: the answer, the cache, progress, and what a write in between does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from analytics import runner
from analytics.clickhouse import statements
from analytics.clickhouse.executor import Progress
from analytics.clickhouse.writer import write_events
from analytics.queries.codec import parse
from analytics.queries.dates import DateUnit, Interval, LastDates
from analytics.queries.insights import InsightsQuery
from analytics.queries.scope import Scope
from analytics.results.answer import Answer
from tests.analytics.queries.documents import document
from tests.analytics.test_cache import Memory
from tests.reference.facts import Fact, batch

NOW = dt.datetime(2024, 3, 20, 12, tzinfo=dt.UTC)
QUERY = parse(document(metrics=[{"events": ["Open"], "measure": {"kind": "unique"}}]))


def write(clickhouse: Any, project_id: int, *users: str) -> None:
    write_events(clickhouse, batch([Fact("Open", NOW, 1, user, user_id=user) for user in users], project_id))


def test_the_second_answer_comes_from_the_cache_until_something_is_written(
    clickhouse: Any, clickhouse_url: str, project_id: int
):
    scope, cache = Scope(project_id, "UTC", 1, NOW), Memory()
    write(clickhouse, project_id, "ana")
    assert runner.lookup(QUERY, scope, url=clickhouse_url, cache=cache)[1] is None
    first = runner.run(QUERY, scope, url=clickhouse_url, cache=cache)
    assert (first.result.series[0].total, first.meta.cached) == (1, False)
    assert first.meta.read_rows > 0
    assert "FROM `events` FINAL" in first.meta.sql
    second = runner.run(QUERY, scope, url=clickhouse_url, cache=cache)
    assert second.meta.cached
    assert second.result == first.result
    assert runner.lookup(QUERY, scope, url=clickhouse_url, cache=cache)[1] == second
    write(clickhouse, project_id, "ben")
    assert runner.lookup(QUERY, scope, url=clickhouse_url, cache=cache)[1] is None
    third = runner.run(QUERY, scope, url=clickhouse_url, cache=cache)
    assert (third.result.series[0].total, third.meta.cached) == (2, False)
    assert third.meta.data_version > first.meta.data_version


def test_buckets_are_kept_for_what_is_asked_a_second_time(clickhouse: Any, clickhouse_url: str, project_id: int):
    """Two days of different ranges read the same events: their buckets are the same."""
    scope, cache = Scope(project_id, "UTC", 1, NOW), Memory()
    week, ten_days = (replace(QUERY, dates=LastDates(count, DateUnit.DAY), interval=Interval.DAY) for count in (7, 10))

    def asked(query: InsightsQuery) -> Answer:
        write(clickhouse, project_id, "ana")
        return runner.run(query, scope, url=clickhouse_url, keep_url=clickhouse_url, cache=cache)

    def kept() -> int:
        [(count,)] = clickhouse.execute(
            "SELECT uniqExact(bucket) FROM kept_buckets WHERE project_id = {project:UInt32} AND part = 3",
            {"project": project_id},
        )
        return int(count)

    asked(week)
    assert kept() == 0
    answers = [asked(ten_days), asked(week)]
    assert kept() == 9  # of ten days the last is not over
    assert all("kept_buckets" in answer.meta.sql for answer in answers)
    assert "INSERT" not in answers[1].meta.sql
    asked(replace(week, interval=Interval.HOUR))
    assert kept() == 9


def test_what_is_kept_is_kept_for_its_zone(clickhouse: Any, clickhouse_url: str, project_id: int):
    """Of buckets that begin at the same moments, too: a day of New York's is none of Berlin's, and a question that
    names its project's own zone finds what was kept without."""
    scope, cache = Scope(project_id, "UTC", 1, NOW), Memory()
    plain = replace(QUERY, dates=LastDates(7, DateUnit.DAY), interval=Interval.DAY)
    midnight = NOW.replace(hour=0) - dt.timedelta(days=1)
    moments = [midnight - dt.timedelta(minutes=30), midnight + dt.timedelta(minutes=30), midnight]
    write_events(
        clickhouse,
        batch([Fact("Open", moment, 1, f"u{at}", user_id=f"u{at}") for at, moment in enumerate(moments)], project_id),
    )

    def asked(zone: str | None) -> Answer:
        query = replace(plain, zone=zone)
        fresh = runner.run(query, scope, url=clickhouse_url, cache=None)
        answers = []
        for _ in range(3):
            write(clickhouse, project_id, "late")  # so that it is no kept answer, of today, which is not kept
            answers.append(runner.run(query, scope, url=clickhouse_url, keep_url=clickhouse_url, cache=cache))
        assert all("kept_buckets" in answer.meta.sql for answer in answers[1:])
        assert all(answer.result.series[0].values[:-1] == fresh.result.series[0].values[:-1] for answer in answers)
        return answers[0]

    def by_day(answer: Answer) -> dict[str, Any]:
        result = answer.result
        values = result.series[0].values
        return {str(bucket.start.date()): value for bucket, value in zip(result.buckets, values, strict=True) if value}

    assert by_day(asked(None)) == {"2024-03-18": 1, "2024-03-19": 2, "2024-03-20": 1}
    assert by_day(asked("Europe/Berlin")) == {"2024-03-19": 3, "2024-03-20": 1}
    assert by_day(asked("America/New_York")) == {"2024-03-18": 3, "2024-03-20": 1}
    named = asked("UTC")
    assert by_day(named) == {"2024-03-18": 1, "2024-03-19": 2, "2024-03-20": 1}
    assert "INSERT" not in named.meta.sql


def test_of_a_touched_day_only_the_part_before_or_after_utcs_midnight_is_read(
    clickhouse: Any, clickhouse_url: str, project_id: int
):
    """Events lie by UTC's days: a day of another zone is kept in two parts, so that a late event costs one of them."""
    scope = Scope(project_id, "America/New_York", 1, NOW)
    query = replace(QUERY, dates=LastDates(10, DateUnit.DAY), interval=Interval.DAY)
    late = dt.datetime(2024, 3, 15, 3, tzinfo=dt.UTC)  # 23:00 on the 14th in New York

    def times_kept() -> dict[dt.datetime, int]:
        found = clickhouse.execute(
            "SELECT fromUnixTimestamp64Milli(bucket, 'UTC') AS start, uniqExact(keeping) FROM kept_buckets"
            " WHERE project_id = {project:UInt32} AND part = 3 GROUP BY start",
            {"project": project_id},
        )
        return {start.replace(tzinfo=dt.UTC): count for start, count in found}

    def asked() -> Answer:
        answer = runner.run(query, scope, url=clickhouse_url, keep_url=clickhouse_url, cache=None)
        assert answer.result == runner.run(query, scope, url=clickhouse_url, cache=None).result
        return answer

    write(clickhouse, project_id, "ana")
    asked()
    assert len(times_kept()) == 18
    assert set(times_kept().values()) == {1}
    write_events(clickhouse, batch([Fact("Open", late, 1, "ben", user_id="ben")], project_id))
    answer = asked()
    touched = [start for start, count in times_kept().items() if count == 2]
    assert touched == [dt.datetime(2024, 3, 15, tzinfo=dt.UTC)]
    days = [bucket.start.date().isoformat() for bucket in answer.result.buckets]
    values = dict(zip(days, answer.result.series[0].values, strict=True))
    assert (values["2024-03-14"], values["2024-03-15"]) == (1, 0)


def test_another_project_sees_nothing_of_it(clickhouse: Any, clickhouse_url: str, project_id: int):
    write(clickhouse, project_id, "ana")
    other = Scope(project_id + 1, "UTC", 1, NOW)
    assert runner.run(QUERY, other, url=clickhouse_url, cache=None).result.series[0].total == 0


def test_a_write_during_the_reading_is_never_kept_under_the_later_version(
    clickhouse: Any, clickhouse_url: str, project_id: int, monkeypatch: pytest.MonkeyPatch
):
    """The version is read first. Here a write lands after the reading and before the answer is kept: the answer,
    which lacks it, must not be found under the version that has it."""
    scope, cache = Scope(project_id, "UTC", 1, NOW), Memory()
    write(clickhouse, project_id, "ana")
    execute = statements.execute

    def read_then_write(*args: Any, **options: Any) -> Any:
        rows = execute(*args, **options)
        write(clickhouse, project_id, "ben")
        return rows

    monkeypatch.setattr(statements, "execute", read_then_write)
    assert runner.run(QUERY, scope, url=clickhouse_url, cache=cache).result.series[0].total == 1
    monkeypatch.undo()
    assert runner.run(QUERY, scope, url=clickhouse_url, cache=cache).result.series[0].total == 2


def test_progress_is_told_and_can_stop_the_run(clickhouse: Any, clickhouse_url: str, project_id: int):
    scope, cache = Scope(project_id, "UTC", 1, NOW), Memory()
    write(clickhouse, project_id, *(f"user {index}" for index in range(500)))
    told: list[Progress] = []
    runner.run(QUERY, scope, url=clickhouse_url, cache=None, on_progress=told.append)
    assert told[-1].read_rows >= 500

    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        raise Enough

    with pytest.raises(Enough):
        runner.run(QUERY, scope, url=clickhouse_url, cache=cache, on_progress=stop)
    assert not cache.kept  # half an answer is none


def test_all_statements_of_a_plan_are_one_answer(clickhouse: Any, clickhouse_url: str, project_id: int):
    """Under one query id, with what they read together, and progress that only grows."""
    write(clickhouse, project_id, "ana", "ben")
    told: list[Progress] = []
    query = parse(
        document(
            metrics=[{"events": ["Open"], "measure": {"kind": "unique"}}],
            breakdowns=[{"property": {"name": "plan", "type": "string"}}],
            comparison={"kind": "previous"},
        )
    )
    answer = runner.run(
        query,
        Scope(project_id, "UTC", 1, NOW),
        url=clickhouse_url,
        cache=None,
        query_id=f"plan-{project_id}",
        on_progress=told.append,
    )
    assert [(series.label, series.total) for series in answer.result.series] == [("All", 2), ("(not set)", 2)]
    assert answer.meta.sql.count(";\n\n") == 2
    assert [progress.read_rows for progress in told] == sorted(progress.read_rows for progress in told)
    assert answer.meta.read_rows >= 4  # the two events, to find the segments and to count them
