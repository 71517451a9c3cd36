"""Every address of the product; each app lists its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from web import health
from web.accounts.access import everyone
from web.mixpanel import urls as mixpanel

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", everyone(health.alive), name="healthz"),
    path("readyz", everyone(health.ready), name="readyz"),
    path("operator/", admin.site.urls),
    path("", include("web.accounts.urls")),
    path("", include("web.projects.urls")),
    path("", include("web.ingestion.urls")),
    path("", include("web.reports.urls")),
    path("", include("web.boards.urls")),
    path("", include("web.sharing.urls")),
    path("api/v1/", include("web.api.urls")),
    path("api/query/", include(mixpanel.query)),
    path("api/2.0/", include(mixpanel.data, namespace="mixpanel_2_0")),
]
