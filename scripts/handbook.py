"""Writes docs/handbook from the examples in tests/spec, so that the rules users read are the rules that tests run.

    python scripts/handbook.py           write the pages
    python scripts/handbook.py --check   fail if a page is not what the tests say

A folder of tests/spec is a page, a file a section, a test a rule: its docstring is the text, its `check(...)` the
example.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analytics.queries.filters import RELATIVE  # noqa: E402
from analytics.queries.sentence import sentence  # noqa: E402  # after the path is known
from tests.spec import examples  # noqa: E402

SPEC = ROOT / "tests" / "spec"
HANDBOOK = ROOT / "docs" / "handbook"
MADE = "<!-- Made by scripts/handbook.py from {source}: change the tests, then run `python scripts/handbook.py`. -->"


def main(check: bool) -> int:
    pages = {"README.md": contents()} | {f"{folder.name}.md": page(folder) for folder in chapters()}
    stale = [name for name, text in pages.items() if _read(HANDBOOK / name) != text]
    stale += [path.name for path in HANDBOOK.glob("*.md") if path.name not in pages]
    if check:
        print(
            f"docs/handbook is not what tests/spec says: {', '.join(stale)}" if stale else "docs/handbook is up to date"
        )
        return bool(stale)
    HANDBOOK.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (HANDBOOK / name).write_text(text)
    return 0


def chapters() -> list[Path]:
    return sorted(path.parent for path in SPEC.glob("*/__init__.py"))


def contents() -> str:
    lines = [MADE.format(source="tests/spec"), "", "# How Footfall counts", ""]
    lines += ["Every rule here is an example that our tests run against the real engine.", ""]
    for folder in chapters():
        lines.append(f"- [{_docstring(folder / '__init__.py').splitlines()[0]}]({folder.name}.md)")
        lines += [f"  - [{title}]({folder.name}.md#{_anchor(title)})" for title in map(_title, _sections(folder))]
    return "\n".join(lines) + "\n"


def page(folder: Path) -> str:
    title, _, introduction = _docstring(folder / "__init__.py").partition("\n")
    lines = [MADE.format(source=f"tests/spec/{folder.name}"), "", f"# {title}", "", introduction.strip(), ""]
    for section in _sections(folder):
        lines += [f"## {_title(section)}", ""]
        for rule in ast.parse(section.read_text()).body:
            if isinstance(rule, ast.FunctionDef) and rule.name.startswith("test_"):
                lines += rule_lines(rule)
    return "\n".join(lines).rstrip() + "\n"


def rule_lines(rule: ast.FunctionDef) -> list[str]:
    heading = rule.name.removeprefix("test_").replace("_", " ").capitalize()
    lines = [f"### {heading}", "", _paragraph(ast.get_docstring(rule) or ""), ""]
    for call in (node for node in ast.walk(rule) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == "check":
            lines += example_lines({str(word.arg): ast.literal_eval(word.value) for word in call.keywords})
    return lines


def example_lines(example: dict[str, Any]) -> list[str]:
    lines = [*_table(example["events"]), "", f"**{_escaped(sentence(examples.query(example['question'])))}**"]
    if around := _around(example):
        lines[-1] += f" ({around})"
    return [*lines, "", *_table(example["answer"]), ""]


def _around(example: dict[str, Any]) -> str:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    said = []
    if "zone" in example:
        said.append(f"in {example['zone']}")
    if "week_start" in example:
        said.append(f"weeks start on {days[example['week_start'] - 1]}")
    if "retention_days" in example:
        said.append(f"events are kept for {example['retention_days']} days")
    if "session_minutes" in example:
        said.append(f"sessions end after {example['session_minutes']} idle minutes")
    if "now" in example and _reads_the_clock(example):
        said.append(f"asked on {example['now']} UTC")
    if example.get("busy_only"):
        said.append("only the lines that are not 0")
    return ", ".join(said)


def _reads_the_clock(example: dict[str, Any]) -> bool:
    question = example["question"]
    moves = question.get("dates", [""])[0] in ("last", "to_date", "since") or "retention_days" in example
    moves = moves or question.get("kind") in ("retention", "lifecycle", "frequency")
    return moves or "comparison" in question or any(f"'{operator}'" in repr(question) for operator in RELATIVE)


def _table(text: str) -> list[str]:
    header, *lines = examples.cells(text)
    rows = [header, ["---"] * len(header), *lines]
    return ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in rows]


def _escaped(text: str) -> str:
    return text.replace("*", "\\*").replace("$", "\\$") if text != "---" else text


def _sections(folder: Path) -> list[Path]:
    return sorted(folder.glob("test_*.py"), key=lambda path: int(path.stem.split("_")[1]))


def _title(section: Path) -> str:
    return _docstring(section).splitlines()[0]


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text())) or ""


def _paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120)


def _anchor(title: str) -> str:
    return "".join(letter for letter in title.lower().replace(" ", "-") if letter.isalnum() or letter == "-")


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
