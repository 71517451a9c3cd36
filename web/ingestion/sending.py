"""/track and /import: from a request to an answer, with the events in the spool in between."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import msgspec
from django.conf import settings

from analytics import ingest
from analytics.events import IMPORT, STRICT_IMPORT, TRACK, Moment, Rules
from analytics.geo import atlas
from web.ingestion import limits
from web.ingestion.answers import Answer, imported, refused, told
from web.ingestion.spooling import keep
from web.ingestion.wire import Request, data_of
from web.projects.credentials import project_for_token, service_account_for
from web.projects.models import Role

TOO_MANY_REQUESTS = "Project exceeded rate limits. Please retry the request with exponential backoff."
Endpoint = Callable[[Request], Answer]

INVALID_CREDENTIALS = "Invalid credentials"


def track(request: Request) -> Answer:
    """Events of whoever holds a project's public token."""
    payload = ingest.events(data_of(request, limits.MAX_BODY_BYTES).text)
    if len(payload) > limits.MAX_ITEMS:
        return _too_many(numbered=False)
    outcome = ingest.check(payload, TRACK, moment_of(request), project_for_token)
    if outcome.strangers and outcome.strangers == len(payload):
        return refused(401, "'properties.token' is missing or unknown", numbered=False)
    for project_id, items in outcome.items_by_project().items():
        wait = limits.rate.take(project_id, items)
        if wait:
            return refused(429, TOO_MANY_REQUESTS, numbered=False, retry_after=wait)
    keep(outcome, "track")
    return told(request, _fault(payload, outcome))


def bulk(request: Request) -> Answer:
    """Events of the past, from somebody who proves who they are."""
    strict = request.asks("strict")
    credentials_in_form = not request.header("Authorization")
    data = None
    if credentials_in_form:  # an old library's api_key stands in the form, so the body comes first
        data = data_of(request, limits.MAX_BODY_BYTES)
    project_id = _importer(request)
    if isinstance(project_id, Answer):
        return project_id
    data = data or data_of(request, limits.MAX_BODY_BYTES)
    payload = ingest.events(data.text, per_line=data.per_line, mend=not strict)
    if len(payload) > limits.MAX_ITEMS:
        return _too_many(numbered=True)
    wait = limits.rate.take(project_id, len(payload))
    if wait:
        return refused(429, TOO_MANY_REQUESTS, numbered=True, retry_after=wait)
    rules: Rules = STRICT_IMPORT if strict else IMPORT
    outcome = ingest.check(payload, rules, moment_of(request), project_id)
    keep(outcome, "import")
    if strict:
        return imported(outcome.stored, outcome.failures)
    return told(request, _fault(payload, outcome))


def moment_of(request: Request) -> Moment:
    """When and whence a request came. The address is looked up and forgotten; of it only a keyed hash may remain."""
    find = _members_at if settings.GEOIP_DATABASE else None
    if not request.asks("ip"):
        return Moment(time.time_ns() // 1_000_000, locate=find)
    address = request.address(limits.TRUSTED_PROXIES)
    key = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256)
    geo, names = find(address) if find else (b"", ())
    return Moment(time.time_ns() // 1_000_000, key.hexdigest()[:32] if address else "", geo, names, find)


def _members_at(address: str) -> tuple[bytes, tuple[bytes, ...]]:
    place = atlas(settings.GEOIP_DATABASE).locate(address).event_properties()
    return msgspec.json.encode(place)[1:-1], tuple(msgspec.json.encode(name) for name in place)


def _importer(request: Request) -> int | Answer:
    """The project that the credentials open: a service account's, or a token's with a blank password."""
    user, password = request.basic_credentials() or (request.flags.get("api_key", ""), "")
    asked = request.flags.get("project_id", "")
    project_id: int | None
    if password:
        account = service_account_for(user, password)
        if account and not Role(account.role).includes(Role.ANALYST):
            return refused(403, "this service account may only read", numbered=True)
        project_id = account.project_id if account else None
    else:
        project_id = project_for_token(user)
    if project_id is None or (asked and asked != str(project_id)):
        return refused(401, INVALID_CREDENTIALS, numbered=True)
    return project_id


def _fault(payload: ingest.Payload, outcome: ingest.Outcome) -> str:
    """One event is answered for itself; a batch for having arrived, since its sender would repeat it all for one item.

    An event that is too old is answered as taken, as the vendor documents; it is in the list of rejected events.
    """
    if not payload.single or not outcome.failures or outcome.failures[0].code == "too_old":
        return ""
    return outcome.failures[0].message


def _too_many(*, numbered: bool) -> Answer:
    return refused(413, f"request exceeds max limit of {limits.MAX_ITEMS} events", numbered=numbered)
