"""Addresses of the reports."""

from __future__ import annotations

from django.urls import path

from web.reports import drafts, views

app_name = "reports"
urlpatterns = [
    path("projects/<int:project_id>/insights/", views.ask, name="ask"),
    path("projects/<int:project_id>/tour/", views.tour, name="tour"),
    path("projects/<int:project_id>/draft/", drafts.draft, name="draft"),
]
