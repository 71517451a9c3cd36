"""What questions by properties of users cost, beside the same question by a property of events.

BENCH_EVENTS and BENCH_PROFILES set the sizes. `python -m bench profiles` prints the figures.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from analytics.clickhouse.client import connect
from analytics.clickhouse.links import pending_merges
from analytics.clickhouse.migrate import migrate
from analytics.clickhouse.writer import ProfileRow, write_profiles
from analytics.compiler.events import user
from analytics.queries.scope import Scope
from analytics.schema import profiles
from analytics.sql.fragment import EMPTY, Fragment, bind, sql
from bench.engine import Server
from bench.figure import Figure
from bench.identity import _FILL, SCOPE, link, processor_seconds

EVENTS = int(os.environ.get("BENCH_EVENTS", "2000000"))
PROFILES = int(os.environ.get("BENCH_PROFILES", "300000"))
MERGED = 20_000
PROJECT = 1
ROUNDS = 5


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-profiles-") as folder:
        server = Server(Path(folder) / "data")
        try:
            migrate(server.url)
            with connect(server.url, settings={"max_threads": 2}) as client:
                for view in ("event_names_from_events", "property_names_from_events"):
                    client.execute(f"DROP VIEW {view}")
                client.execute(_FILL, {"project": PROJECT, "events": EVENTS, "people": PROFILES})
                client.execute("OPTIMIZE TABLE events FINAL")
                link(client, PROJECT, 0, MERGED)
                started = time.perf_counter()
                for first in range(0, PROFILES, 2000):
                    write_profiles(client, [profile(number) for number in range(first, min(first + 2000, PROFILES))])
                seconds = time.perf_counter() - started
                yield Figure("profiles stored, in batches of 2,000", PROFILES / seconds, "profiles/s")
                scope = replace(SCOPE, merged=pending_merges(client, PROJECT))
                yield from (measured(client, server, name, statement) for name, statement in statements(scope).items())
        finally:
            server.stop()


def profile(number: int) -> ProfileRow:
    """A believable profile of 14 properties, 330 bytes; each seventh person has none but their device's."""
    known: dict[str, Any] = {
        "plan": ("free", "pro", "team")[number % 3],
        "$email": f"u{number}@example.com",
        "$name": f"Ann {number}",
        "$city": "Berlin",
        "$country_code": "DE",
        "$region": "BE",
        "company": f"c{number % 5000}",
        "seats": number % 100,
        "ltv": number / 7,
        "beta": True,
        "tags": ["a", "b", str(number % 10)],
        "$last_seen": "2026-01-01T00:00:00",
        "source": "ads",
        "campaign": f"k{number % 40}",
    }
    return ProfileRow(PROJECT, f"{'u' if number % 7 else '$device:d'}{number}", number + 1, False, json.dumps(known))


def statements(scope: Scope) -> dict[str, Fragment]:
    """Unique users of the month."""
    project, who = scope.project_id, sql("{user} AS user", user=user(scope))

    def rows(columns: Fragment, where: Fragment, joined: Fragment = EMPTY) -> Fragment:
        return sql(
            "SELECT {columns} FROM events FINAL{joined} WHERE project_id = {p} AND {where}",
            columns=columns,
            joined=joined,
            p=bind("UInt32", project),
            where=where,
        )

    def counted(rows: Fragment) -> Fragment:
        return sql("SELECT segment, uniqExact(user) FROM ({rows}) GROUP BY segment LIMIT 10", rows=rows)

    everybody = sql("1")
    plan, email = profiles.string("plan"), profiles.string("$email")
    pro = sql("ifNull({plan} = 'pro', 0)", plan=plan)
    theirs = sql("user IN ({users})", users=profiles.users_where(project, pro))

    def by(value: Fragment) -> Fragment:
        joined = profiles.joined(user(scope), project, {"segment": value})
        return counted(rows(sql("{who}, segment", who=who), everybody, joined))

    return {
        "of everybody": sql("SELECT uniqExact(user) FROM ({rows})", rows=rows(who, everybody)),
        "by an event property": counted(rows(sql("{who}, p_browser AS segment", who=who), everybody)),
        "where plan is pro": sql("SELECT uniqExact(user) FROM ({rows})", rows=rows(who, theirs)),
        "by plan": by(plan),
        "by plan, beside rows": counted(profiles.beside(rows(who, everybody), project, {"segment": plan})),
        "by e-mail": by(email),
        "by e-mail, beside rows": counted(profiles.beside(rows(who, everybody), project, {"segment": email})),
    }


def measured(client: Any, server: Server, name: str, statement: Fragment) -> Figure:
    text, params = statement.render()
    elapsed, processor = [], []
    for turn in range(ROUNDS + 1):  # the first warms up
        used, started = processor_seconds(server), time.perf_counter()
        client.execute(text, params)
        if turn:
            elapsed.append((time.perf_counter() - started) * 1000)
            processor.append((processor_seconds(server) - used) * 1000)
    note = f"{statistics.median(processor):.0f} ms of processor time; {EVENTS:,} events, {PROFILES:,} profiles"
    return Figure(f"unique users {name}", statistics.median(elapsed), "ms", None, note)
