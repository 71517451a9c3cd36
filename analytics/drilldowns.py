"""The read path of what is behind a number: version → plan → ClickHouse → page. Somebody waits at the screen, so each
statement may take a few seconds and no more.
"""

from __future__ import annotations

from dataclasses import replace

from analytics.clickhouse.client import lease
from analytics.clickhouse.executor import execute
from analytics.clickhouse.links import merges_of_version
from analytics.clickhouse.versions import data_version
from analytics.compiler.drilldowns import ListPlan, events_plan, users_plan
from analytics.queries.drilldowns import Paging, Point
from analytics.queries.scope import Scope
from analytics.results.drilldowns import Page

SECONDS = 15


def users(point: Point, scope: Scope, paging: Paging, *, url: str) -> Page:
    """Users, or sessions where they are counted."""
    version, scope = _known(scope, url)
    return _followed(users_plan(point, scope, paging), url).at_version(version)


def events(point: Point, scope: Scope, paging: Paging, *, url: str) -> Page:
    version, scope = _known(scope, url)
    return _followed(events_plan(point, scope, paging), url).at_version(version)


def _known(scope: Scope, url: str) -> tuple[int, Scope]:
    """The data's version, read before the events, and the scope with the merges of that version."""
    with lease(url) as client:
        version = data_version(client, scope.project_id)
        return version, replace(scope, merged=merges_of_version(client, url, scope.project_id, version))


def _followed(steps: ListPlan, url: str) -> Page:
    try:
        step = next(steps)
        while True:
            limits = {**step.compiled.settings, "max_execution_time": SECONDS}
            step = steps.send(execute(replace(step.compiled, settings=limits), url=url).rows)
    except StopIteration as over:
        page: Page = over.value
        return page
