"""Addresses of what public links open."""

from __future__ import annotations

from django.urls import path

from web.sharing import answers, pages

app_name = "sharing"
urlpatterns = [
    path("shared/<str:token>/", pages.page, name="page"),
    path("shared/<str:token>/tiles/<int:tile_id>/run", answers.run_tile, name="run_tile"),
    path("shared/<str:token>/runs/<uuid:run_id>", answers.run, name="run"),
]
