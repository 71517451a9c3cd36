"""Lines → rows: the values of one event by column, still as they were written."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from analytics.errors import PayloadError
from analytics.importing.source import MAX_LINE, Source

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")  # as JSON writes numbers: 007 and +5 are text
SAMPLE_ROWS = 1000
DELIMITERS = ",;\t|"

Value = msgspec.Raw | str | int | float | bool | None
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True)
class Row:
    """One event's columns. `fault` says why it cannot be read; then there are no values."""

    line: int  # where it starts, counted from 1
    position: int  # where the next one starts, in bytes …
    next_line: int  # … and in lines
    values: dict[str, Value] = field(default_factory=dict)
    text: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Shape:
    """How a file is written, found in its first rows."""

    kind: str  # "csv", "lines" (flat JSON) or "export" (JSON with the properties inside, as Mixpanel exports)
    columns: tuple[str, ...]
    numbers: frozenset[str] = frozenset()  # columns of a CSV that hold numbers
    booleans: frozenset[str] = frozenset()
    delimiter: str = ","
    first_row: int = 0  # where the rows start, in bytes
    first_line: int = 1


def shape(source: Source) -> Shape:
    """Look at the beginning of a file. PayloadError if there is nothing to import in it."""
    position, first = next(source.lines(), (0, b""))
    text = first.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise PayloadError(f"{source.path} is empty, or its first line is")
    if text.startswith(b"["):
        raise PayloadError(f"{source.path} is one JSON array; write one object per line instead (JSON lines)")
    if text.startswith(b"{"):
        return _shape_of_lines(source)
    header = text.decode(errors="replace")
    delimiter = max(DELIMITERS, key=header.count)
    columns = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter)))
    if len(set(columns)) < len(columns) or not all(columns):
        raise PayloadError(f"{source.path}: each column needs a name of its own, but the first line is {header[:200]}")
    plain = Shape("csv", columns, delimiter=delimiter, first_row=position, first_line=2)
    return _typed(source, plain)


def rows(source: Source, shape: Shape, start: tuple[int, int] | None = None) -> Iterator[Row]:
    """The rows of a file, from the beginning or from the (position, line) where an earlier reading stopped."""
    position, line = start or (shape.first_row, shape.first_line)
    if shape.kind == "csv":
        yield from _csv_rows(source, shape, position, line)
        return
    for after, text in source.lines(position):
        if text.strip():
            yield _json_row(text, line, after)
        line += 1


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def _json_row(text: bytes, line: int, after: int) -> Row:
    shown = text[:500].decode(errors="replace").strip()
    if len(text) >= MAX_LINE:
        return Row(line, after, line + 1, text=shown, fault=f"the line is longer than {MAX_LINE} bytes")
    try:
        members = _object.decode(text.removeprefix(b"\xef\xbb\xbf"))
        inner = members.get("properties")
        if inner is not None and bytes(inner).lstrip()[:1] == b"{":
            members = {**_object.decode(inner), "event": members.get("event", msgspec.Raw(b"null"))}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Row(line, after, line + 1, text=shown, fault=f"not a JSON object: {error}")
    return Row(line, after, line + 1, dict(members), shown)


def _csv_rows(source: Source, shape: Shape, position: int, line: int) -> Iterator[Row]:
    """csv takes one line at a time as it needs them, so what it has taken tells where the next row starts."""
    taken = [position, line]

    def feed() -> Iterator[str]:
        for after, text in source.lines(position):
            taken[0] = after
            taken[1] += 1
            yield text.decode("utf-8", "surrogateescape")

    reader = csv.reader(feed(), delimiter=shape.delimiter)
    while True:
        starts = taken[1]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(starts, taken[0], taken[1], fault=f"not CSV: {error}")
            continue
        if cells:
            yield _csv_row(cells, shape, starts, taken[0], taken[1])


def _csv_row(cells: list[str], shape: Shape, line: int, after: int, next_line: int) -> Row:
    joined = shape.delimiter.join(cells)
    text = joined[:500].encode("utf-8", "replace").decode()
    if not joined.isascii() and not _is_utf8(joined):
        return Row(line, after, next_line, text=text, fault="the row is not UTF-8 text")
    if len(cells) != len(shape.columns):
        fault = f"{len(cells)} columns where the first line names {len(shape.columns)}"
        return Row(line, after, next_line, text=text, fault=fault)
    values = {name: _cell(name, cell, shape) for name, cell in zip(shape.columns, cells, strict=True) if cell != ""}
    return Row(line, after, next_line, values, text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a byte that was not UTF-8 came in as half a surrogate pair
        return False
    return True


def _cell(name: str, cell: str, shape: Shape) -> Value:
    if name in shape.numbers and is_number(cell):
        return msgspec.Raw(cell.encode())  # all its digits
    if name in shape.booleans and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return cell


def _typed(source: Source, plain: Shape) -> Shape:
    """Find the columns of a CSV that hold numbers or booleans: those where every cell of the first rows does."""
    texts: dict[str, list[str]] = {name: [] for name in plain.columns}
    for number, row in enumerate(rows(source, plain)):
        if number == SAMPLE_ROWS:
            break
        for name, value in row.values.items():
            texts[name].append(str(value))
    numbers = frozenset(name for name, cells in texts.items() if cells and all(map(is_number, cells)))
    booleans = frozenset(
        name for name, cells in texts.items() if cells and all(cell.lower() in ("true", "false") for cell in cells)
    )
    return Shape("csv", plain.columns, numbers, booleans, plain.delimiter, plain.first_row, plain.first_line)


def _shape_of_lines(source: Source) -> Shape:
    columns: dict[str, None] = {}
    exported = False
    for number, (_, text) in enumerate(source.lines()):
        if number == SAMPLE_ROWS:
            break
        if text.strip():
            row = _json_row(text, number + 1, 0)
            columns |= dict.fromkeys(row.values)
            exported = exported or b'"properties"' in text
    return Shape("export" if exported else "lines", tuple(columns))
