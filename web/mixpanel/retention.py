"""/retention and /retention/addiction."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import segmentation
from analytics.errors import QueryError
from analytics.queries.dates import Interval
from analytics.queries.frequency import FrequencyQuery
from analytics.queries.metrics import ALL_EVENTS, AllEvents
from analytics.queries.periods import PeriodUnit
from analytics.queries.returning import RETURNING_UNITS, AddictionQuery, ReturningQuery
from analytics.queries.steps import Step
from web.mixpanel.access import MixpanelView
from web.mixpanel.params import Params


class RetentionType(StrEnum):
    BIRTH = "birth"  # the first time ever
    COMPOUNDED = "compounded"  # every time


class RetentionView(MixpanelView):
    parameters = (
        "from_date", "to_date", "retention_type", "born_event", "event", "born_where", "where", "interval",
        "interval_count", "unit", "unbounded_retention",
    )  # fmt: skip

    def answer(self, request: Request) -> HttpResponseBase:
        params = self.params
        type = params.choice("retention_type", RetentionType, RetentionType.BIRTH)
        if type is RetentionType.BIRTH:
            params.text("born_event")  # which is needed then
        query = ReturningQuery(
            born=_events(params, "born_event"),
            event=_events(params, "event"),
            dates=params.dates(),
            unit=params.choice("unit", RETURNING_UNITS, PeriodUnit.DAY),
            length=params.whole_number("interval", 1),
            count=params.whole_number("interval_count", 1),
            first_time=type is RetentionType.BIRTH,
            unbounded=params.truth("unbounded_retention"),
            born_where=params.expression("born_where"),
            where=params.expression("where"),
        )
        return Response(segmentation.returning(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL))


class AddictionView(MixpanelView):
    parameters = ("from_date", "to_date", "event", "where", "unit", "addiction_unit")

    def answer(self, request: Request) -> HttpResponseBase:
        params = self.params
        try:
            frequency = FrequencyQuery(
                activity=Step(_events(params, "event")),
                dates=params.dates(),
                each=params.choice("addiction_unit", (Interval.HOUR, Interval.DAY), Interval.HOUR),
                per=params.choice("unit", (Interval.DAY, Interval.WEEK, Interval.MONTH), Interval.DAY),
            )
        except QueryError as error:
            error.place = {"each": "addiction_unit", "per": "unit", "interval": "addiction_unit"}.get(
                error.place, error.place
            )
            raise
        query = AddictionQuery(frequency, params.expression("where"))
        return Response({"data": segmentation.addiction(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL)})


def _events(params: Params, name: str) -> tuple[str, ...] | AllEvents:
    return (params.text(name),) if name in params.values else ALL_EVENTS
