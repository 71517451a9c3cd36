"""Several workers take turns at once: each run is taken once, and no project runs more than it may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.web.people.test_concurrency import postgres_url, python, said  # noqa: F401 - a fixture

WORKERS = 4
RUNS = 40  # of each project
AT_ONCE = 1

SET_UP = """
    import sys
    import django; django.setup()
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from django.utils import timezone
    from web.projects.models import Project
    from web.reports.models import Run
    for name in "ab":
        project = Project.objects.create(name=name)
        for number in range(int(sys.argv[1])):
            Run.objects.create(project=project, query="{}", key=str(number), now=timezone.now())
"""
WORK = """
    import json, random, sys, time
    import django; django.setup()
    from django.conf import settings
    from web.reports import runs, turns
    from web.reports.models import Run
    settings.PROJECT_MAX_RUNNING = int(sys.argv[1])
    taken, most = [], 0
    while Run.objects.filter(state="queued").exists():
        run = turns.take()
        if run is None:
            time.sleep(random.random() / 500)
            continue
        taken.append(str(run.pk))
        most = max(most, Run.objects.filter(project=run.project_id, state="running").count())
        time.sleep(random.random() / 50)
        assert runs.finish(run, "{}")
    print(json.dumps([taken, most]))
"""


def each_is_taken_once(url: str) -> None:
    said(python(SET_UP, url, RUNS))
    workers = [python(WORK, url, AT_ONCE) for _ in range(WORKERS)]
    found = [json.loads(said(worker)) for worker in workers]
    taken = [run for each, _ in found for run in each]
    assert len(taken) == len(set(taken)) == 2 * RUNS
    assert max(most for _, most in found) <= AT_ONCE


def test_on_sqlite(tmp_path: Path):
    each_is_taken_once(f"sqlite:///{tmp_path / 'runs.sqlite3'}")


@pytest.mark.postgres
def test_on_postgresql(postgres_url: str):  # noqa: F811
    each_is_taken_once(postgres_url)
