"""The modules of the browser fit together: nothing is imported that is not there, or a page would stay empty."""

from __future__ import annotations

import re
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "web" / "static" / "js"
MODULES = sorted(SCRIPTS.rglob("*.js"))
IMPORT = re.compile(r'(?:import|export)\s*(?:\*\s*as\s*(\w+)|\{([^}]*)\})\s*from\s*"(\.[^"]+)"')
LATER = re.compile(r'import\("(\.[^"]+)"\)')  # what is loaded once it is needed
EXPORT = re.compile(r"export\s+(?:async\s+)?(?:function\s*\*?|class|const|let)\s+(\w+)|export\s*\{([^}]*)\}")


def exported(path: Path) -> set[str]:
    names: set[str] = set()
    for single, listed in EXPORT.findall(path.read_text()):
        names |= {single} if single else {name.split(" as ")[-1].strip() for name in listed.split(",") if name.strip()}
    return names


def test_every_name_that_is_imported_is_exported():
    wrong = []
    for path in MODULES:
        text = path.read_text()
        for whole, listed, place in IMPORT.findall(text):
            target = (path.parent / place).resolve()
            if "vendor" in target.parts:
                continue
            wanted = {name.split(" as ")[0].strip() for name in listed.split(",") if name.strip()}
            if whole:
                wanted = set(re.findall(rf"(?<![/.\w]){whole}\.(\w+)", text))
            missing = wanted - exported(target) if target.exists() else {"the file"}
            wrong += [f"{path.relative_to(SCRIPTS)}: {name} of {place}" for name in sorted(missing)]
    assert not wrong, wrong


def test_every_module_is_used_by_a_template_or_another_module():
    templates = "".join(path.read_text() for path in (SCRIPTS.parents[2] / "templates").rglob("*.html"))
    imported = {(path.parent / place).resolve() for path in MODULES for _, _, place in IMPORT.findall(path.read_text())}
    imported |= {(path.parent / place).resolve() for path in MODULES for place in LATER.findall(path.read_text())}
    alone = [
        str(path.relative_to(SCRIPTS))
        for path in MODULES
        if path not in imported and f"js/{path.relative_to(SCRIPTS)}" not in templates
    ]
    assert not alone, alone


def test_no_module_needs_itself():
    """The name of a file has a digest of what is in it, which has the names of those that it imports."""
    left = {path: {(path.parent / place).resolve() for place in needed(path)} for path in MODULES}
    while ready := [path for path, others in left.items() if not others & left.keys()]:
        for path in ready:
            del left[path]
    assert not left, [str(path.relative_to(SCRIPTS)) for path in left]


def needed(path: Path) -> list[str]:
    text = path.read_text()
    return [*(place for _, _, place in IMPORT.findall(text)), *LATER.findall(text)]
