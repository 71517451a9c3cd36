"""Reads the parameters in an address: each within its bounds, or a QueryError that names it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from analytics.errors import QueryError
from analytics.queries.text import check_text, shown
from web.api.schemas.operations import parameter
from web.api.schemas.shapes import text, whole

LONGEST_SEARCH = 200
LAST_OFFSET = 1_000_000

SEARCH = parameter("search", text(maxLength=LONGEST_SEARCH), "Only names that hold this text, in any case.")
FIND = parameter("search", text(maxLength=LONGEST_SEARCH), "Only those whose name or description holds this text.")
OFFSET = parameter(
    "offset", whole(minimum=0, maximum=LAST_OFFSET, default=0), "How many to skip; `next` has the right one."
)


def limit_parameter(most: int, usual: int) -> OpenApiParameter:
    return parameter("limit", whole(minimum=1, maximum=most, default=usual), "How many at most.")


def only(request: Request, known: Sequence[str]) -> None:
    """Refuse parameters that do not exist, so that a misspelt one cannot be ignored."""
    for name in request.query_params:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "there are none"
            raise QueryError(f"There is no parameter {shown(name)} here; {there}.", place=name)


def read_text(request: Request, name: str, *, longest: int, needed: bool = False) -> str:
    return check_text(_single(request, name, ""), name, what=name, longest=longest, empty=not needed)


def named(request: Request) -> Q:
    """The condition of `FIND` on what has a name and a description."""
    search = read_text(request, "search", longest=LONGEST_SEARCH).strip()
    return Q(name__icontains=search) | Q(description__icontains=search) if search else Q()


def read_texts(request: Request, name: str, *, most: int, longest: int) -> tuple[str, ...]:
    """A parameter that may be repeated."""
    values = request.query_params.getlist(name)
    if len(values) > most:
        raise QueryError(f"{name} is given {len(values)} times; at most {most} are possible.", place=name)
    return tuple(check_text(value, name, what=name, longest=longest) for value in values)


def read_choice(request: Request, name: str, choices: Sequence[str], usual: str) -> str:
    value = _single(request, name, usual)
    if name in request.query_params and value not in choices:
        raise QueryError(f"{name} is {' or '.join(choices)}, not {shown(value)}.", place=name)
    return value


def read_whole(request: Request, name: str, *, usual: int, lowest: int, highest: int) -> int:
    given = _single(request, name, str(usual))
    # int() would take " 5", "1_000" and other scripts' digits too.
    if given.isascii() and given.isdigit() and len(given) <= 10 and lowest <= int(given) <= highest:
        return int(given)
    raise QueryError(f"{name} is a whole number from {lowest:,} to {highest:,}, not {shown(given)}.", place=name)


def next_page(request: Request, offset: int, limit: int, has_more: bool) -> str | None:
    """The address of the page after this one, with the other parameters as they are."""
    if not has_more or offset + limit > LAST_OFFSET:
        return None
    kept = [(name, value) for name, values in request.query_params.lists() for value in values]
    parameters = [(name, value) for name, value in kept if name not in ("limit", "offset")]
    return f"{request.path}?{urlencode([*parameters, ('limit', limit), ('offset', offset + limit)])}"


def _single(request: Request, name: str, usual: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise QueryError(f"{name} is given {len(values)} times; once is possible.", place=name)
    return values[0] if values else usual
