"""/events, /events/properties and their lists."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import segmentation
from analytics.errors import QueryError
from analytics.queries.expressions import EventProperty
from analytics.queries.rankings import EventNames, TopEvents, TopProperties, TopValues
from analytics.queries.segmentation import Count, SegmentationQuery
from web.mixpanel.access import MixpanelView
from web.mixpanel.params import PERIOD, Params
from web.mixpanel.segmentation import respond


class EventsView(MixpanelView):
    parameters = ("event", "type", "format", *PERIOD)

    def answer(self, request: Request) -> HttpResponseBase:
        query = SegmentationQuery(
            events=self.params.names("event"),
            period=self.params.period(),
            count=self.params.choice("type", Count, Count.GENERAL),
        )
        return respond(segmentation.segmentation(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL), self.params)


class TopEventsView(MixpanelView):
    parameters = ("type", "limit")

    def answer(self, request: Request) -> HttpResponseBase:
        count = self.params.choice("type", Count, Count.GENERAL)
        query = TopEvents(count, self.params.whole_number("limit", 100))
        found = segmentation.top_events(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL)
        events = [{"amount": amount, "event": name, "percent_change": change} for name, amount, change in found]
        return Response({"events": events, "type": count.value})


class EventNamesView(MixpanelView):
    parameters = ("type", "limit")

    def answer(self, request: Request) -> HttpResponseBase:
        query = EventNames(self.params.choice("type", Count, Count.GENERAL), self.params.whole_number("limit", 255))
        return Response(segmentation.event_names(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL))


class PropertyView(MixpanelView):
    """Events over time by the values of a property; where it is not set they are left out."""

    parameters = ("event", "name", "values", "type", "format", "limit", *PERIOD)

    def answer(self, request: Request) -> HttpResponseBase:
        query = SegmentationQuery(
            events=(self.params.text("event"),),
            period=self.params.period(),
            count=self.params.choice("type", Count, Count.GENERAL),
            on=_property(self.params),
            limit=self.params.whole_number("limit", 255),
            only=self.params.names("values") if "values" in self.params.values else None,
            undefined=False,
        )
        return respond(segmentation.segmentation(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL), self.params)


class TopPropertiesView(MixpanelView):
    parameters = ("event", "limit")

    def answer(self, request: Request) -> HttpResponseBase:
        query = TopProperties(self.params.text("event"), self.params.whole_number("limit", 10))
        found = segmentation.top_properties(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL)
        return Response({name: {"count": count} for name, count in found.items()})


class PropertyValuesView(MixpanelView):
    parameters = ("event", "name", "limit")

    def answer(self, request: Request) -> HttpResponseBase:
        event, limit = self.params.text("event"), self.params.whole_number("limit", 255)
        query = TopValues(event, _property(self.params), limit)
        return Response(segmentation.top_values(query, self.scope, url=settings.CLICKHOUSE_QUERY_URL))


def _property(params: Params) -> EventProperty:
    try:
        return EventProperty(params.text("name"))
    except QueryError as error:
        error.place = "name"
        raise
