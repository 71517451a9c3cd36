"""scripts/bootstrap.py and the lock files: what a newcomer's first minute hangs on."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("runtime", "dev", "server")


@pytest.fixture
def bootstrap(tmp_path, monkeypatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / "venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(module, "make_venv", lambda: None)
    return module


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return {name + marker: version for name, version, marker in re.findall(r"^([\w.-]+)==(\S+)( ;[^\\]*)?", text, re.M)}


def test_an_old_python_gets_a_sentence(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit):
        bootstrap.use_a_new_enough_python()
    assert re.search(r"needs Python 3\.11 or newer; .* is 3\.9\. Install a newer one", capsys.readouterr().err)


def test_an_old_python_can_read_it():
    ast.parse((ROOT / "scripts" / "bootstrap.py").read_text(), feature_version=(3, 7))


def test_packages_are_installed_when_the_lock_changed_and_only_then(bootstrap, monkeypatch):
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "install", installed.append)
    digests = {"runtime": "a", "dev": "b"}
    monkeypatch.setattr(bootstrap, "digest", digests.__getitem__)

    def run(lock: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["bootstrap.py", lock])
        bootstrap.main()
        return installed

    assert run("runtime") == ["runtime"]
    assert run("runtime") == ["runtime"]
    assert run("dev") == ["runtime", "dev"]
    assert run("runtime") == ["runtime", "dev"], "dev holds everything of runtime"
    digests["runtime"] = "c"
    assert run("runtime") == ["runtime", "dev", "runtime"]


def test_the_locks_agree_with_each_other():
    runtime, dev, server = map(pins, LOCKS)
    assert runtime.items() <= dev.items()
    assert server.items() <= runtime.items()
    assert not any(name.startswith(("chdb", "pandas", "pyarrow")) for name in server)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_every_package_has_hashes(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    for block in re.split(r"\n(?=\w)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_of_the_project_is_in_the_locks():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {
        "runtime": project["project"]["dependencies"] + project["project"]["optional-dependencies"]["embedded"],
        "dev": project["dependency-groups"]["dev"],
    }
    for lock, requirements in needed.items():
        names = {re.split(r"[ ;]", name)[0].lower() for name in pins(lock)}
        missing = {name for each in requirements if (name := re.match(r"[\w-]+", each)[0].lower()) not in names}
        assert not missing, f"run make lock: {missing}"


def test_the_debian_script_says_what_is_missing(tmp_path):
    """Without root and without any of the commands: a sentence, and an error only where CI demands them."""
    script = (ROOT / "scripts" / "debian.sh").read_text()
    harmless = tmp_path / "debian.sh"
    nowhere = script.replace("command -v apt-get", "command -v no-such-installer")
    harmless.write_text(nowhere.replace('command -v "$', 'command -v no-such-"$'))
    said = subprocess.run(
        ["sh", str(harmless)], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
    )
    assert said.returncode == 0
    assert "apt-get install chromium-headless-shell clickhouse-server nodejs npm" in said.stdout
    demanded = subprocess.run(
        ["sh", str(harmless)], capture_output=True, env={"PATH": "/usr/bin:/bin", "CI": "true"}, check=False
    )
    assert demanded.returncode == 1
