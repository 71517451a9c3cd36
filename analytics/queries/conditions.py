"""What every kind of question says of its conditions, whatever it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod

from analytics.errors import QueryError
from analytics.queries.dates import DateRange, days
from analytics.queries.filters import MOST_CONDITIONS, RELATIVE, Condition, Group, conditions_of
from analytics.queries.properties import Property, PropertySource
from analytics.queries.scope import Scope


class Conditional(ABC):
    """A kind of question names its filters and what it is split by; the rest follows."""

    __slots__ = ()

    dates: DateRange

    @property
    @abstractmethod
    def groups(self) -> tuple[Group | None, ...]:
        """The filters of the whole question and of each of its parts."""

    @property
    def split_by(self) -> tuple[Property, ...]:
        return ()

    @property
    def ranges(self) -> tuple[DateRange, ...]:
        """Its dates, and those of a question inside it."""
        return (self.dates,)

    @property
    def compared_ranges(self) -> tuple[DateRange, ...]:
        """Those of which it reads an earlier time."""
        return ()

    def compares_growing(self, scope: Scope) -> bool:
        """Whether the clock alone moves where an earlier time stops: here, whether the range that is compared holds
        today, or days to come."""
        return any(days(dates, scope)[1] >= scope.today for dates in self.compared_ranges)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(condition for group in self.groups for condition in conditions_of(group))

    @property
    def reads_profiles(self) -> bool:
        """Whether the answer depends on what is known of users, beside what they did."""
        properties = (*(condition.property for condition in self.conditions), *self.split_by)
        return any(asked.source is PropertySource.USER for asked in properties)

    @property
    def reads_today(self) -> bool:
        """Whether a filter's days move with the calendar, whatever the range."""
        return any(condition.operator in RELATIVE for condition in self.conditions)

    def check_conditions(self) -> None:
        if (count := len(self.conditions)) > MOST_CONDITIONS:
            raise QueryError(
                f"{count} conditions are too many for one question; at most {MOST_CONDITIONS}. Remove some.",
                place="filters",
            )
