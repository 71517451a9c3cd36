"""Public links: making and revoking them, and finding what one shows.

The one way from a token to anything is `find_share`; the only questions it can lead to are those of `questions_of`.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.codec import parse
from analytics.queries.text import check_text, shown
from web.boards.models import Board, Share
from web.boards.tiles import Overlay, query_of
from web.projects.credentials import new_secret
from web.projects.models import Actor, Project, person_of, record
from web.reports.models import Report

LONGEST_LIFE, USUAL_LIFE = 3650, 30  # days
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
THE_REPORT = 0  # where a share of one report has its only question


@transaction.atomic
def make_share(
    *, project: Project, actor: Actor, subject: Board | Report, days: object = USUAL_LIFE, password: object = None
) -> tuple[Share, str]:
    """The share and its token, which nobody can read again. Without days it has no end; without a password, none."""
    days, secret = _days(days), new_secret()
    share = Share.objects.create(
        project=project,
        board=subject if isinstance(subject, Board) else None,
        report=subject if isinstance(subject, Report) else None,
        token_hash=_hash(secret),
        token_prefix=secret[:6],
        password_hash=_password(password),
        created_by=person_of(actor),
        created_by_name=str(actor)[:254],
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    after = {
        "of": _named(share),
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
        "password": "yes" if share.password_hash else "no",
    }
    record(project=project, actor=actor, action="share.created", subject=share.token_prefix, after=after)
    return share, secret


@transaction.atomic
def revoke_share(*, share: Share, actor: Actor) -> None:
    if Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now()):
        before = {"of": _named(share)}
        record(project=share.project, actor=actor, action="share.revoked", subject=share.token_prefix, before=before)


def shares_of(project: Project) -> QuerySet[Share]:
    """All of a project, the newest first, the dead ones too."""
    return Share.objects.filter(project=project).select_related("project", "board", "report").order_by("-pk")


# --- using one --------------------------------------------------------------------------------------------------------


def find_share(token: str) -> Share | None:
    """The share that a link opens now. Unknown, expired, revoked and deleted are all the same: None."""
    share = Share.objects.select_related("project", "board", "report").filter(token_hash=_hash(token)).first()
    if share is None or share.state != "active" or share.subject.deleted_at is not None:
        return None
    return share


def note_view(share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(views=F("views") + 1, last_used_at=timezone.now())


def questions_of(share: Share) -> dict[int, tuple[Query, str]]:
    """Every question that the share may ask, with its chart: by tile, or the one of its report. What cannot be asked is
    left out."""
    if share.report is not None:
        return {THE_REPORT: (parse(share.report.query), "")}
    assert share.board is not None
    overlay = Overlay.of(share.board)
    found = {}
    for tile in share.board.tiles.select_related("report").filter(report__deleted_at=None).exclude(report=None):
        try:
            found[tile.pk] = (query_of(tile, overlay), tile.chart)
        except QueryError:
            continue
    return found


def opens(share: Share, password: str) -> bool:
    return not share.password_hash or check_password(password, share.password_hash)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _named(share: Share) -> str:
    kind = "board" if share.board else "report"
    return f"{kind} {share.subject} ({share.subject.pk})"


def _days(value: object) -> int:
    """0 for no end."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LONGEST_LIFE:
        raise QueryError(f"A link lives 1 to {LONGEST_LIFE:,} days, or without end; not {shown(value)}.", place="days")
    return value


def _password(value: object) -> str:
    """Its hash; empty for none."""
    if value is None:
        return ""
    if isinstance(value, str) and 0 < len(value) < SHORTEST_PASSWORD:
        raise QueryError(f"The password is too short: at least {SHORTEST_PASSWORD} characters.", place="password")
    return make_password(check_text(value, "password", what="The password", longest=LONGEST_PASSWORD))
