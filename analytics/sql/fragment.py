"""A piece of SQL that carries its own values, so that pieces compose and a value never becomes text.

A value is bound with its ClickHouse type and travels beside the statement as a typed server-side parameter
(`{p0:String}`). Names are given out only when the whole is rendered, so two pieces can never clash.

This file must not know tables, queries or drivers.

    >>> where = sql("{column} = {wanted}", column=identifier("plan"), wanted=bind("String", "pro"))
    >>> sql("SELECT count() FROM t WHERE {where}", where=where).render()
    ('SELECT count() FROM t WHERE `plan` = {p0:String}', {'p0': 'pro'})
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import Formatter
from typing import LiteralString

_TYPE = re.compile(r"[A-Za-z0-9_(), '/+\-:]+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value and the ClickHouse type that the server reads it as."""

    type: str
    value: object


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL text interleaved with bound values. Build it with `sql`, `bind`, `identifier` and `join`."""

    parts: tuple[str | Parameter, ...] = ()

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.parts + other.parts)

    def __bool__(self) -> bool:
        """Whether there is any SQL in it."""
        return bool(self.parts)

    def render(self) -> tuple[str, dict[str, object]]:
        """The statement and its parameters. The same value under the same type is sent once."""
        text: list[str] = []
        params: dict[str, object] = {}
        names: dict[tuple[str, str, str], str] = {}
        for part in self.parts:
            if isinstance(part, str):
                text.append(part)
                continue
            # repr keeps 1, 1.0 and True apart, which are equal as dictionary keys.
            key = (part.type, type(part.value).__name__, repr(part.value))
            if key not in names:
                names[key] = f"p{len(names)}"
                params[names[key]] = part.value
            text.append(f"{{{names[key]}:{part.type}}}")
        return "".join(text), params


EMPTY = Fragment()
_SHORT = 120  # characters


def sql(text: LiteralString, /, **pieces: Fragment) -> Fragment:
    """SQL written by us, with a fragment in place of each `{name}`; `{{` and `}}` stand for braces.

    The text must be a literal in our source: everything that varies is a fragment.
    """
    parts: list[str | Parameter] = []
    used = set()
    for literal, name, spec, conversion in Formatter().parse(text):
        if literal:
            parts.append(literal)
        if name is None:
            continue
        if spec or conversion or name not in pieces:
            raise ValueError(f"{{{name}}} in {text!r} has no fragment of that name")
        parts.extend(pieces[name].parts)
        used.add(name)
    if unused := pieces.keys() - used:
        raise ValueError(f"{text!r} has no place for {sorted(unused)}")
    return Fragment(tuple(parts))


def bind(type: str, value: object) -> Fragment:
    """A bound value: `bind("UInt32", project_id)`. The type is ours, never a visitor's."""
    if not _TYPE.fullmatch(type):
        raise ValueError(f"{type!r} is not the name of a ClickHouse type")
    return Fragment((Parameter(type, value),))


def identifier(name: str) -> Fragment:
    """A column, alias or table name, quoted. For names that we choose; a visitor's text is always bound."""
    if not name or "\0" in name:
        raise ValueError(f"{name!r} cannot be an identifier")
    return Fragment(("`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`",))


def join(separator: LiteralString, fragments: Iterable[Fragment]) -> Fragment:
    """The non-empty fragments with the separator between them."""
    parts: list[str | Parameter] = []
    for fragment in fragments:
        if not fragment:
            continue
        if parts:
            parts.append(separator)
        parts.extend(fragment.parts)
    return Fragment(tuple(parts))


def let(value: Fragment, body: Callable[[Fragment], Fragment], *, name: LiteralString = "it") -> Fragment:
    """What `body` makes of a value that it needs several times: a short value is repeated, a long one gets a name.

    ClickHouse has no LET; a lambda over an array of one is the next best thing. Nested ones need names of their own.
    """
    if sum(len(part) if isinstance(part, str) else 20 for part in value.parts) <= _SHORT:
        return body(value)
    return sql("arrayMap({name} -> {body}, [{value}])[1]", name=sql(name), body=body(sql(name)), value=value)


def unchecked_sql(text: str) -> Fragment:
    """SQL that no rule above vouches for. Only for text that this code base itself made, such as a generated list."""
    return Fragment((text,)) if text else EMPTY
