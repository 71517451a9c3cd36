"""The handbook that is committed is the one that the examples make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_handbook_is_up_to_date():
    made = subprocess.run(
        [sys.executable, "scripts/handbook.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, f"{made.stdout}{made.stderr}Run: python scripts/handbook.py"
