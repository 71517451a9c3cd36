"""Measure what we promise: python -m bench [name …]. Prints one table and writes var/bench.json.

A figure is one machine's on one day; compare ratios, and figures of the same machine. Exit 1 if an aim is missed.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.figure import Figure

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "engine", "storage", "ingestion", "identity", "profiles", "insights", "funnels", "retention", "flows", "asking",
    "kept", "page",
    "fairness", "memory",
)  # fmt: skip
BY_NAME = ("growth",)  # take too long to be asked for unnamed


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {*NAMES, *BY_NAME}
    if unknown:
        sys.exit(f"There is no bench called {', '.join(sorted(unknown))}; there are: {', '.join((*NAMES, *BY_NAME))}")
    measured: dict[str, list[Figure]] = {}
    failed: dict[str, str] = {}
    for name in wanted or NAMES:
        started = time.monotonic()
        print(f"… {name}", flush=True)
        try:
            measured[name] = list(importlib.import_module(f"bench.{name}").run())
        except Exception as error:  # one that breaks must not hide the others
            failed[name] = f"{type(error).__name__}: {error}"
        print(f"  {time.monotonic() - started:.0f} s", flush=True)
    print_table(measured, failed)
    write(measured, failed)
    missed = [figure for figures in measured.values() for figure in figures if figure.holds is False]
    return 1 if missed or failed else 0


def print_table(measured: dict[str, list[Figure]], failed: dict[str, str]) -> None:
    rows = [("", "figure", "value", "aim", "", "note")]
    for name, figures in measured.items():
        rows += [(name, each.name, shown(each.value, each.unit), aim(each), mark(each), each.note) for each in figures]
    rows += [(name, "failed", "", "", "✗", reason) for name, reason in failed.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip())


def shown(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    return f"{'≤' if figure.better == 'less' else '≥'} {shown(figure.aim, figure.unit)}"


def mark(figure: Figure) -> str:
    return {None: "", True: "✓", False: "✗"}[figure.holds]


def write(measured: dict[str, list[Figure]], failed: dict[str, str]) -> None:
    directory = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    directory.mkdir(parents=True, exist_ok=True)
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    document = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "revision": revision.stdout.strip(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "figures": {name: [asdict(each) | {"holds": each.holds} for each in each_] for name, each_ in measured.items()},
        "failed": failed,
    }
    path = directory / "bench.json"
    path.write_text(json.dumps(document, indent=2))
    print(f"\nAlso in {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
