"""/engage and /groups: profile updates, committed before they are acknowledged."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from analytics import ingest
from analytics.errors import PayloadError
from analytics.geo import atlas
from analytics.ingest import Failure
from web.ingestion import limits
from web.ingestion.answers import Answer, imported, refused, told
from web.ingestion.wire import Request, data_of
from web.people import operations, profiles
from web.projects.credentials import project_for_token


def engage(request: Request) -> Answer:
    """Updates of users' profiles."""
    return _update(request, groups=False)


def groups(request: Request) -> Answer:
    """Updates of groups' profiles."""
    return _update(request, groups=True)


def _update(request: Request, *, groups: bool) -> Answer:
    payload = ingest.objects(data_of(request, limits.MAX_BODY_BYTES).text)
    if len(payload) > limits.MAX_ITEMS:
        return refused(413, f"request exceeds max limit of {limits.MAX_ITEMS} updates", numbered=False)
    now = datetime.now(UTC)
    failures: list[Failure] = []
    by_project: dict[int, list[tuple[int, operations.Update]]] = {}
    strangers = 0
    for index in range(len(payload)):
        try:
            update = operations.read(payload.item(index), now, groups=groups)
            project_id = project_for_token(update.token)
            if project_id is None:
                strangers += 1
                raise PayloadError("'$token' is missing or unknown", field="$token")
            by_project.setdefault(project_id, []).append((index, update))
        except PayloadError as error:
            failures.append(_failure(index, error))
    if strangers and strangers == len(payload):
        return refused(401, "'$token' is missing or unknown", numbered=False)
    locate = functools.partial(_place, request.address(limits.TRUSTED_PROXIES) if request.asks("ip") else "")
    for project_id, updates in by_project.items():
        faults = profiles.update(project_id, [each for _, each in updates], now, locate)
        failures += [_failure(index, fault) for (index, _), fault in zip(updates, faults, strict=True) if fault]
    if request.asks("strict"):
        return imported(len(payload) - len(failures), sorted(failures, key=lambda failure: failure.index))
    return told(request, failures[0].message if payload.single and failures else "")


def _failure(index: int, error: PayloadError) -> Failure:
    return Failure(index, "", error.field, error.message, error.code)


def _place(caller: str, ip: str | None) -> dict[str, Any]:
    """Where the update says it comes from (`$ip`; "0" means nowhere), or else where the request came from."""
    address = caller if ip is None else ip
    return dict(atlas(settings.GEOIP_DATABASE).locate(address).profile_properties()) if address != "0" else {}
