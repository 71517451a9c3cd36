"""/funnels and /funnels/list: the project's saved reports of funnels, as Mixpanel answers for its own."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import funnels
from analytics.errors import QueryError
from analytics.queries import FunnelsQuery
from analytics.queries.breakdowns import Breakdown, Segments
from analytics.queries.codec import parse
from analytics.queries.dates import Interval
from analytics.queries.expression_filters import as_filters, as_property
from analytics.queries.overlays import both
from analytics.queries.windows import TimeWindow, WindowUnit
from web.mixpanel.access import MixpanelView
from web.mixpanel.params import Params
from web.reports.models import Report

UNITS = (Interval.DAY, Interval.WEEK, Interval.MONTH)
_DEFAULT_LIMIT = 255


class FunnelsView(MixpanelView):
    parameters = (
        *("funnel_id", "from_date", "to_date", "length", "length_unit", "interval", "unit", "on", "where", "limit"),
    )

    def answer(self, request: Request) -> HttpResponseBase:
        query = asked(self._saved(), self.params)
        return Response(funnels.by_date(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL).to_json())

    def _saved(self) -> FunnelsQuery:
        self.params.text("funnel_id")
        number = self.params.whole_number("funnel_id")
        report = Report.objects.filter(project=self.project, pk=number, deleted_at=None).first()
        query = parse(report.query) if report else None
        if not isinstance(query, FunnelsQuery):
            raise QueryError("There is no such funnel: /funnels/list has them all.", place="funnel_id")
        return query


class FunnelsListView(MixpanelView):
    def answer(self, request: Request) -> HttpResponseBase:
        saved = Report.objects.filter(project=self.project, deleted_at=None).order_by("pk")
        kept = [(report, parse(report.query)) for report in saved]
        return Response(
            [{"funnel_id": report.pk, "name": report.name} for report, query in kept if isinstance(query, FunnelsQuery)]
        )


def asked(query: FunnelsQuery, params: Params) -> FunnelsQuery:
    """The saved question with what the parameters say otherwise."""
    if "from_date" in params.values or "to_date" in params.values:
        query = replace(query, dates=params.dates())
    if params.whole_number("interval", 1) != 1:
        raise QueryError("A bucket is a day; choose unit=week or unit=month for wider ones.", place="interval")
    query = replace(query, interval=params.choice("unit", UNITS, Interval.DAY))
    if "length" in params.values or "length_unit" in params.values:
        unit = params.choice("length_unit", WindowUnit, WindowUnit.DAY)
        try:
            query = replace(query, window=TimeWindow(params.whole_number("length", 1), unit))
        except QueryError as error:
            error.place = "length"
            raise
    if (where := params.expression("where")) is not None:
        query = replace(query, filters=both(query.filters, as_filters(where, "where")))
    if (on := params.expression("on")) is not None:
        limit = params.whole_number("limit", _DEFAULT_LIMIT)
        try:
            query = replace(query, breakdowns=(Breakdown(as_property(on, "on")),), segments=Segments(limit))
        except QueryError as error:
            error.place = error.place if error.place == "on" else "limit"
            raise
    return query
