"""Addresses of logging in and of one's own account."""

from __future__ import annotations

from django.urls import path

from web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("login/once/<str:signed>/", views.log_in_by_link, name="login_link"),
    path("logout/", views.log_out, name="logout"),
    path("account/", views.profile, name="profile"),
    path("account/password/", views.change_password, name="password"),
    path("account/theme/", views.choose_theme, name="theme"),
]
