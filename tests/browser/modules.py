"""The page's own modules, called from a test: what they return must be JSON."""

from __future__ import annotations

from typing import Any

_RUN = """async ([folder, name, body, given]) => {
    const loaded = performance.getEntriesByType("resource").map((each) => each.name);
    const address = loaded.find((each) => new RegExp(`/${folder}/${name}(\\\\.[0-9a-f]+)?\\\\.js$`).test(each));
    const module = await import(address);
    return JSON.parse(JSON.stringify(await CALLS[body](module, given) ?? null));
}"""


def call(page: Any, module: str, body: str, given: Any = None, *, folder: str = "insights") -> Any:
    """`body` is a JavaScript function of the module and of `given`, evaluated in a page that has loaded the module."""
    return page.evaluate(_RUN.replace("CALLS[body]", f"({body})"), [folder, module, body, given])
