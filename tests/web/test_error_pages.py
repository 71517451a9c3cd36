"""The pages of failures look like ours, say what to do, and say nothing of our insides."""

from __future__ import annotations

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults

pytestmark = pytest.mark.django_db


def test_an_unknown_address(client):
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_project_of_others_reads_like_one_that_does_not_exist(cast, sign_in):
    client = sign_in(cast.mallory)
    theirs = client.get(reverse("projects:settings", args=[cast.project.pk]))
    none = client.get(reverse("projects:settings", args=[999_999_999]))
    huge = client.get("/projects/99999999999999999999999999/settings/")
    assert (theirs.status_code, none.status_code, huge.status_code) == (404, 404, 404)
    blank = [page.content.decode().replace(page.request["PATH_INFO"], "") for page in (theirs, none)]
    assert [part.split("csrfmiddlewaretoken")[0] for part in blank][0] == blank[1].split("csrfmiddlewaretoken")[0]


def test_a_role_that_is_too_low_is_named(cast, sign_in):
    page = sign_in(cast.carol).get(reverse("projects:audit", args=[cast.project.pk])).content.decode()
    assert "This needs the role Admin; you are Viewer of Meadow." in page


def test_a_form_from_elsewhere_is_refused(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.alice)
    response = client.post(reverse("projects:leave", args=[cast.project.pk]))
    assert response.status_code == 403
    assert "That form is out of date" in response.content.decode()


def test_a_bad_request():
    request: HttpRequest = RequestFactory().get("/")
    assert "makes no sense to us" in defaults.bad_request(request, SuspiciousOperation()).content.decode()


def test_a_failure_of_ours_stands_by_itself(cast, monkeypatch):
    def broken(project_id: int) -> None:
        raise RuntimeError("a secret of our insides")

    monkeypatch.setattr("web.projects.views.start.arrived_events", broken)
    client = Client(raise_request_exception=False)
    client.force_login(cast.alice)
    response = client.get(reverse("projects:start", args=[cast.project.pk]))
    page = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side" in page
    assert "secret" not in page
    assert render_to_string("500.html") == page, "it needs neither a request nor a database"
