"""Logging in and out, and one's own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from web.accounts import login_links, theme
from web.accounts.access import everyone, signed_in
from web.accounts.forms import LoginForm, NameForm
from web.accounts.models import User

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 - a path


@everyone
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    goal = _safe_goal(request)
    if request.user.is_authenticated:
        return redirect(goal)
    form = LoginForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.user:
        login(request, form.user)
        return redirect(goal)
    status = 429 if form.has_error("__all__", "throttled") else 200
    context = {"form": form, "next": goal, "nobody_yet": not User.objects.exists()}
    return render(request, "accounts/login.html", context, status=status)


@everyone
@never_cache
@require_GET
def log_in_by_link(request: HttpRequest, signed: str) -> HttpResponse:
    user = login_links.spend(signed)
    if user is None:
        return render(request, "accounts/login_link_spent.html", status=410)
    login(request, user, backend=PASSWORD_BACKEND)
    return redirect(settings.LOGIN_REDIRECT_URL)


@everyone
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:login")


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = NameForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your name is saved.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        update_session_auth_hash(request, user)  # this session stays, all others end
        messages.success(request, "Your password is changed. Other sessions are logged out.")
        return redirect("accounts:profile")
    return render(request, "accounts/password.html", {"form": form})


@everyone
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    response = redirect(_safe_goal(request))
    if chosen in theme.THEMES:
        theme.remember(response, chosen)
    return response


def _safe_goal(request: HttpRequest) -> str:
    """Where to go next: only ever an address of our own."""
    goal = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return goal if ours else settings.LOGIN_REDIRECT_URL
