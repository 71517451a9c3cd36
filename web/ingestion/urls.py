"""Addresses of the ingestion's pages. What SDKs call is answered before Django (door.py)."""

from __future__ import annotations

from django.urls import path

from web.ingestion.views import rejected_events

app_name = "ingestion"

urlpatterns = [path("projects/<int:project_id>/rejected/", rejected_events, name="rejected")]
