"""Parameters as Mixpanel's clients send them → values. A QueryError's place is the parameter's name.

A name that an endpoint does not know is refused: a misspelt `where` that is ignored would be a wrong number.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar, cast

from django.http import QueryDict
from rest_framework.request import Request

from analytics.errors import QueryError
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.expression_text import parse
from analytics.queries.expressions import Expression
from analytics.queries.segmentation import UNITS, Period
from analytics.queries.text import listed, shown

EVERYWHERE = ("project_id", "workspace_id")  # a workspace is a view of a project; we have none, and ignore it
PERIOD = ("from_date", "to_date", "unit", "interval")
_WHOLE = re.compile(r"[0-9]{1,12}")
_TRUE, _FALSE = ("true", "1"), ("false", "0")

_Member = TypeVar("_Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Params:
    values: Mapping[str, str]

    @classmethod
    def of(cls, request: Request, known: Iterable[str]) -> Params:
        """Those of the address and of the form together. An empty one counts as left out."""
        known = sorted((*known, *EVERYWHERE))
        values: dict[str, str] = {}
        sources: list[QueryDict] = [request.query_params]
        if request.method == "POST":
            sources.append(cast(QueryDict, request.data))
        for source in sources:
            for name in source:
                if name not in known:
                    raise QueryError(f"There is no such parameter here; there are {listed(known, 'and')}.", place=name)
                values[name] = _single(name, {*source.getlist(name), *([values[name]] if name in values else [])})
        return cls({name: value for name, value in values.items() if value})

    def text(self, name: str) -> str:
        if name not in self.values:
            raise QueryError("It is missing.", place=name)
        return self.values[name]

    def whole_number(self, name: str, default: int = 0) -> int:
        if name not in self.values:
            return default
        if not _WHOLE.fullmatch(self.values[name]):
            raise QueryError(f"A whole number is needed, not {shown(self.values[name])}.", place=name)
        return int(self.values[name])

    def truth(self, name: str) -> bool:
        value = self.values.get(name, "false").lower()
        if value not in _TRUE + _FALSE:
            raise QueryError(f"true or false is needed, not {shown(value)}.", place=name)
        return value in _TRUE

    def choice(self, name: str, choices: Iterable[_Member], default: _Member) -> _Member:
        if name not in self.values:
            return default
        for member in choices:
            if member.value == self.values[name]:
                return member
        raise QueryError(f"{shown(self.values[name])} is not possible: there is {listed(choices)}.", place=name)

    def names(self, name: str) -> tuple[str, ...]:
        """A JSON array of texts, or one text as it is."""
        value = self.text(name)
        if not value.lstrip().startswith("["):
            return (value,)
        try:
            items = json.loads(value)
        except (ValueError, RecursionError):
            raise QueryError(f'A JSON array is needed, like ["a", "b"], not {shown(value)}.', place=name) from None
        if not all(isinstance(item, str) for item in items):
            raise QueryError(f'An array of texts is needed, like ["a", "b"], not {shown(value)}.', place=name)
        return tuple(dict.fromkeys(items))

    def expression(self, name: str) -> Expression | None:
        return parse(self.values[name], name) if name in self.values else None

    def needed_expression(self, name: str) -> Expression:
        return parse(self.text(name), name)

    def dates(self) -> FixedDates:
        first, last = self._day("from_date"), self._day("to_date")
        try:
            return FixedDates(first, last)
        except QueryError as error:
            error.place = "to_date"
            raise

    def period(self) -> Period:
        """`from_date` and `to_date`, or the last `interval` units."""
        unit = self.choice("unit", UNITS, Interval.DAY)
        if "interval" not in self.values:
            return Period(unit, dates=self.dates())
        if "from_date" in self.values or "to_date" in self.values:
            raise QueryError("Give from_date and to_date, or interval, but not both.", place="interval")
        return Period(unit, count=self.whole_number("interval"))

    def segmentation_period(self) -> Period:
        """As above; but with dates and without a unit, `interval` is how many days are one bucket."""
        with_dates = "from_date" in self.values or "to_date" in self.values
        if not with_dates or "interval" not in self.values:
            return self.period()
        if "unit" in self.values:
            raise QueryError("Give unit or interval, but not both.", place="interval")
        days = self.whole_number("interval")
        if not days:
            raise QueryError("An interval has at least one day.", place="interval")
        return Period(Interval.DAY, dates=self.dates(), days_each=days)

    def _day(self, name: str) -> dt.date:
        text = self.text(name)
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = dt.date.min
        # Python reads 20240131 and 2024-W05-3 too.
        if day.isoformat() != text or not 1970 <= day.year < 2200:
            raise QueryError(f"A day like 2024-01-31 is needed, not {shown(text)}.", place=name)
        return day


def _single(name: str, given: set[str]) -> str:
    if len(given) > 1:
        raise QueryError("It is given twice.", place=name)
    (value,) = given
    if "\x00" in value:
        raise QueryError("It holds a zero byte.", place=name)
    return value
