"""Every change to a report: one transaction each, with a version kept and a line in the project's audit trail.

Each function trusts that its caller has looked the project up with the right role.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from analytics.errors import AskerError, QueryError
from analytics.queries import Query
from analytics.queries.codec import canonical, parse
from analytics.queries.sentence import sentence
from web.projects.models import Actor, Project, person_of, record
from web.reports.models import Report, ReportVersion
from web.reports.wording import checked_description, checked_name


class Outdated(AskerError):
    """Somebody else has changed it since the asker looked."""

    code = "outdated"


@transaction.atomic
def save_report(*, project: Project, actor: Actor, name: object, description: object, query: Query) -> Report:
    person = person_of(actor)
    report = Report.objects.create(
        project=project,
        name=checked_name(name, "report"),
        description=checked_description(description),
        query=canonical(query),
        created_by=person,
        created_by_name=str(actor)[:254],
        updated_by=person,
        updated_by_name=str(actor)[:254],
    )
    _keep_version(report)
    _record("created", report, actor)
    return report


@transaction.atomic
def change_report(
    *,
    report: Report,
    actor: Actor,
    name: object = None,
    description: object = None,
    query: Query | None = None,
    expected: int | None = None,
    restored_from: int | None = None,
) -> Report:
    """What is None stays as it is. `expected` is the version that the change was made to; Outdated if it is not the
    newest any more."""
    locked = Report.objects.select_for_update().get(pk=report.pk)
    _refuse_if_outdated(locked, expected)
    before = {"name": locked.name, "description": locked.description, "query": locked.query}
    after = {
        "name": locked.name if name is None else checked_name(name, "report"),
        "description": locked.description if description is None else checked_description(description),
        "query": locked.query if query is None else canonical(query),
    }
    changed = [field for field in after if before[field] != after[field]]
    if not changed:
        return locked
    for field in changed:
        setattr(locked, field, after[field])
    locked.updated_at, locked.updated_by, locked.updated_by_name = timezone.now(), person_of(actor), str(actor)[:254]
    locked.version += 1
    locked.save()
    _keep_version(locked, restored_from)
    # What the question was is too long for a line of the trail; that it changed is not.
    renamed = {"name": before["name"]} if "name" in changed else {}
    _record("changed", locked, actor, renamed, {**{key: after[key] for key in renamed}, "fields": ", ".join(changed)})
    return locked


def go_back(*, report: Report, version: ReportVersion, actor: Actor) -> Report:
    """Make the report what it was in that version, as a new version."""
    return change_report(
        report=report,
        actor=actor,
        name=version.name,
        description=version.description,
        query=parse(version.query),
        restored_from=version.number,
    )


@transaction.atomic
def delete_report(*, report: Report, actor: Actor) -> None:
    if Report.objects.filter(pk=report.pk, deleted_at=None).update(deleted_at=timezone.now()):
        _record("deleted", report, actor)


@transaction.atomic
def restore_report(*, report: Report, actor: Actor) -> Report:
    if Report.objects.filter(pk=report.pk).exclude(deleted_at=None).update(deleted_at=None):
        _record("restored", report, actor)
    report.refresh_from_db()
    return report


def _refuse_if_outdated(report: Report, expected: int | None) -> None:
    if expected is None or expected == report.version:
        return
    if expected > report.version:
        raise QueryError(f"There is no version {expected:,} yet; the newest is {report.version:,}.", place="version")
    when = f"{report.updated_at:%Y-%m-%d %H:%M} UTC"
    raise Outdated(
        f"{report.updated_by_name} changed this report on {when}: it is at version {report.version:,}, and your change "
        f"was made to version {expected:,}. Load it again, then change it."
    )


def _keep_version(report: Report, restored_from: int | None = None) -> None:
    ReportVersion.objects.create(
        report=report,
        number=report.version,
        name=report.name,
        description=report.description,
        query=report.query,
        sentence=sentence(parse(report.query)).replace("\0", "\ufffd"),  # PostgreSQL keeps no NUL
        restored_from=restored_from,
        made_at=report.updated_at,
        made_by=report.updated_by,
        made_by_name=report.updated_by_name,
    )


def _record(done: str, report: Report, actor: Actor, before: object = None, after: object = None) -> None:
    record(
        project=report.project,
        actor=actor,
        action=f"report.{done}",
        subject=f"{report.name} ({report.pk})",
        before=before,
        after=after,
    )
