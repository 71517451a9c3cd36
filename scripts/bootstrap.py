"""Make .venv and install one lock file into it; do nothing when that lock is installed already.

Standard library only, and no syntax newer than Python 3.6, so that an old Python gets a sentence and not a traceback.

    python3 scripts/bootstrap.py runtime|dev
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed-locks.json"
NEEDS = (3, 11)
NEWER = [f"python3.{minor}" for minor in (14, 13, 12, 11)]


def stop(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


def use_a_new_enough_python():
    """Run again under a newer Python if this one is too old and another is installed beside it."""
    if sys.version_info >= NEEDS:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found] + sys.argv)
    stop(
        f"Footfall needs Python 3.11 or newer; {sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}. "
        "Install a newer one, or name it: make demo PYTHON=/path/to/python3"
    )


def digest(lock):
    return hashlib.sha256((ROOT / "requirements" / (lock + ".txt")).read_bytes()).hexdigest()


def installed():
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def make_venv():
    python = VENV / "bin" / "python"
    works = python.exists() and subprocess.call([str(python), "-c", "import sys, pip"], stderr=subprocess.DEVNULL) == 0
    if works:
        return
    print(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]} …", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        stop(
            made.stdout.decode(errors="replace")
            + "\nThis Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"
        )


def install(lock):
    print(f"Installing requirements/{lock}.txt (once; about 250 MB to download) …", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if subprocess.call([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / (lock + ".txt"))]) != 0:
        stop(f"The packages of requirements/{lock}.txt could not be installed; the lines above say why.")


def main():
    if sys.argv[1:] not in (["runtime"], ["dev"]):
        stop("usage: python3 scripts/bootstrap.py runtime|dev")
    lock = sys.argv[1]
    use_a_new_enough_python()
    make_venv()
    have = installed()
    if have.get(lock) == digest(lock):
        return
    install(lock)
    # dev.txt pins everything of runtime.txt at the same versions, so it installs both.
    have.update({name: digest(name) for name in (["runtime", "dev"] if lock == "dev" else ["runtime"])})
    STAMP.write_text(json.dumps(have, indent=2))


if __name__ == "__main__":
    main()
