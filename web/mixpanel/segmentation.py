"""/segmentation and its numeric, sum and average."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import segmentation
from analytics.queries.segmentation import Amount, AmountQuery, Count, NumericQuery, SegmentationQuery
from analytics.results.segmentation import SegmentationResult
from web.mixpanel.access import MixpanelView
from web.mixpanel.params import PERIOD, Params


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


def respond(result: SegmentationResult, params: Params) -> HttpResponseBase:
    if params.choice("format", Format, Format.JSON) is Format.CSV:
        return HttpResponse(result.to_csv(), content_type="text/csv; charset=utf-8")
    return Response(result.to_json())


class SegmentationView(MixpanelView):
    parameters = ("event", "on", "where", "limit", "type", "format", *PERIOD)

    def answer(self, request: Request) -> HttpResponseBase:
        query = SegmentationQuery(
            events=(self.params.text("event"),),
            period=self.params.segmentation_period(),
            count=self.params.choice("type", Count, Count.GENERAL),
            where=self.params.expression("where"),
            on=self.params.expression("on"),
            limit=self.params.whole_number("limit", 60),
        )
        return respond(segmentation.segmentation(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL), self.params)


class NumericView(MixpanelView):
    parameters = ("event", "on", "where", "type", "format", *PERIOD)

    def answer(self, request: Request) -> HttpResponseBase:
        query = NumericQuery(
            events=(self.params.text("event"),),
            period=self.params.segmentation_period(),
            on=self.params.needed_expression("on"),
            count=self.params.choice("type", Count, Count.GENERAL),
            where=self.params.expression("where"),
        )
        return respond(segmentation.numeric(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL), self.params)


class AmountView(MixpanelView):
    parameters = ("event", "on", "where", *PERIOD)
    amount: Amount

    def results(self) -> dict[str, int | float | None]:
        query = AmountQuery(
            events=(self.params.text("event"),),
            period=self.params.segmentation_period(),
            on=self.params.needed_expression("on"),
            amount=self.amount,
            where=self.params.expression("where"),
        )
        return segmentation.amount(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL)


class SumView(AmountView):
    amount = Amount.SUM

    def answer(self, request: Request) -> HttpResponseBase:
        results = self.results()
        return Response({"status": "ok", "computed_at": timezone.now().isoformat(), "results": results})


class AverageView(AmountView):
    amount = Amount.AVERAGE

    def answer(self, request: Request) -> HttpResponseBase:
        return Response({"results": self.results(), "status": "ok"})
