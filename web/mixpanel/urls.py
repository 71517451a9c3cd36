"""Addresses of Mixpanel's query endpoints, under /api/query/ and under their old name /api/2.0/, where the export is
too. A trailing slash is welcome and not needed."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from web.accounts.access import everyone
from web.mixpanel.access import view
from web.mixpanel.errors import nothing_here
from web.mixpanel.events import (
    EventNamesView,
    EventsView,
    PropertyValuesView,
    PropertyView,
    TopEventsView,
    TopPropertiesView,
)
from web.mixpanel.export import ExportView
from web.mixpanel.funnels import FunnelsListView, FunnelsView
from web.mixpanel.retention import AddictionView, RetentionView
from web.mixpanel.segmentation import AverageView, NumericView, SegmentationView, SumView

_QUERIES: list[URLPattern] = [
    re_path(r"^segmentation/?$", view(SegmentationView), name="segmentation"),
    re_path(r"^segmentation/numeric/?$", view(NumericView), name="segmentation_numeric"),
    re_path(r"^segmentation/sum/?$", view(SumView), name="segmentation_sum"),
    re_path(r"^segmentation/average/?$", view(AverageView), name="segmentation_average"),
    re_path(r"^funnels/?$", view(FunnelsView), name="funnels"),
    re_path(r"^funnels/list/?$", view(FunnelsListView), name="funnels_list"),
    re_path(r"^retention/?$", view(RetentionView), name="retention"),
    re_path(r"^retention/addiction/?$", view(AddictionView), name="retention_addiction"),
    re_path(r"^events/?$", view(EventsView), name="events"),
    re_path(r"^events/top/?$", view(TopEventsView), name="events_top"),
    re_path(r"^events/names/?$", view(EventNamesView), name="events_names"),
    re_path(r"^events/properties/?$", view(PropertyView), name="events_properties"),
    re_path(r"^events/properties/top/?$", view(TopPropertiesView), name="events_properties_top"),
    re_path(r"^events/properties/values/?$", view(PropertyValuesView), name="events_properties_values"),
]
_NOTHING = [re_path(r"", everyone(nothing_here), name="nothing_here")]

query = ([*_QUERIES, *_NOTHING], "mixpanel")
data = ([*_QUERIES, re_path(r"^export/?$", view(ExportView), name="export"), *_NOTHING], "mixpanel")
