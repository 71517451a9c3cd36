"""The house's habits that no linter knows: file sizes, words, docs that keep up with the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("analytics", "web", "workers")
LONG_FILES: dict[str, str] = {}  # path → why it is one room all the same
FORBIDDEN_WORDS = re.compile(
    r"(^|_)(manager|helper|helpers|util|utils|service(?!_account)|processor|handler|base|common|misc)(_|\.|$)"
)
WORDS_ALLOWED = {"templates/base.html", "web/static/css/base.css"}  # the field's own words for these


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [Path(line) for line in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in suffixes and "vendor" not in path.parts and (ROOT / path).exists()]


def test_files_are_one_room_each():
    too_long = {
        str(path): lines
        for path in tracked(".py", ".js", ".html", ".css")
        if path.parts[0] in (*ROOMS, "templates")
        and "migrations" not in path.parts
        and (lines := len((ROOT / path).read_text().splitlines())) > 400
        and str(path) not in LONG_FILES
    }
    assert not too_long, f"split these, or say in LONG_FILES why each is one room: {too_long}"


def test_names_are_the_fields_words():
    vague = [
        str(path)
        for path in tracked(".py", ".js", ".html", ".css")
        if path.parts[0] in (*ROOMS, "templates")
        and FORBIDDEN_WORDS.search(path.name)
        and str(path) not in WORDS_ALLOWED
    ]
    assert not vague, f"name these for what they do: {vague}"


def test_every_room_says_what_it_is_for():
    silent = [
        str(path)
        for path in tracked(".py")
        if path.parts[0] in ROOMS
        and "migrations" not in path.parts
        and (text := (ROOT / path).read_text().strip())
        and path.name != "apps.py"
        and not text.startswith(('"""', "#!"))
    ]
    assert not silent, f"no module docstring: {silent}"


def test_decisions_are_numbered_once_and_have_their_three_parts():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(numbers) == len(set(numbers)), "two decisions share a number"
    for page in pages:
        text = page.read_text()
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{page.name} lacks {heading}"


SETTINGS = sorted(
    {
        name
        for path in tracked(".py")
        if path.parts[0] == "web"
        for name in re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / path).read_text())
    }
)


@pytest.mark.parametrize("variable", SETTINGS)
def test_every_setting_is_documented(variable: str):
    explained = (ROOT / "docs" / "operations.md").read_text()
    assert f"`{variable}`" in explained, f"docs/operations.md does not explain {variable}"


def test_every_job_that_web_sends_exists_in_workers():
    from workers.celery import app

    app.loader.import_default_modules()
    sent = set(re.findall(r'send_task\(\s*"([\w.]+)"', (ROOT / "web" / "jobs.py").read_text()))
    assert sent <= set(app.tasks), f"no task for {sent - set(app.tasks)}"
