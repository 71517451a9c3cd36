"""manage.py import_events: a file of events into a project."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.errors import AskerError, FootfallError
from analytics.importing import Importing, Progress, Source, Summary, guess, shape
from web.projects.models import Project

BAR = 30
STEP = 10  # percent, where the output is no terminal


class Command(BaseCommand):
    help = "Imports a CSV or JSON lines file (also gzip) into a project; run again after an interruption, it goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", type=int, required=True, metavar="ID")
        for part, meaning in (
            ("event", "the event's name"),
            ("time", "when it happened"),
            ("user", "who did it"),
            ("device", "the anonymous device it was done on"),
            ("insert-id", "what makes the event unique for its user and time"),
        ):
            parser.add_argument(f"--{part}-column", default="", metavar="NAME", help=f"the column that holds {meaning}")
        parser.add_argument("--event-name", default="", help="every row is this event (when no column names it)")
        parser.add_argument("--time-format", default="", help="as strptime writes it, like %%d/%%m/%%Y %%H:%%M")
        parser.add_argument("--zone", default="UTC", help="of times without a zone, like Europe/Berlin (default: UTC)")
        parser.add_argument("--dry-run", action="store_true", help="read and check everything, store nothing")
        parser.add_argument("--restart", action="store_true", help="from the beginning, also if it was imported before")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["zone"] not in available_timezones():
            raise CommandError(f"“{options['zone']}” is not a time zone; one is called like Europe/Berlin.")
        project = Project.objects.filter(pk=options["project"]).first()
        if project is None:
            known = ", ".join(f"{each.pk} ({each.name})" for each in Project.objects.all()[:20])
            raise CommandError(f"There is no project {options['project']}. There are: {known or 'none yet'}.")
        try:
            self._report(self._import(project, options), options)
        except KeyboardInterrupt:
            self.stderr.write("\nInterrupted. The same command goes on where this one stopped.")
            sys.exit(130)
        except AskerError as error:
            raise CommandError(error.message) from None
        except FootfallError as error:
            raise CommandError(f"{error.message} What is stored stays; the same command goes on from there.") from None

    def _import(self, project: Project, options: dict[str, Any]) -> Summary:
        self.stdout.write(f"Reading {options['file']} to know what is in it …")
        source = Source.of(options["file"])
        found = shape(source)
        given = {part: options[f"{part}_column"] for part in ("event", "time", "user", "device", "insert_id")}
        extra = {"event_name": options["event_name"], "time_format": options["time_format"], "zone": options["zone"]}
        mapping = guess(found.columns, {**{part: name for part, name in given.items() if name}, **extra})
        self.stdout.write(f"{source.size:,} bytes of {NAMES[found.kind]}, understood as")
        for sentence in mapping.sentences():
            self.stdout.write(f"  {sentence}")
        if found.kind == "csv":
            self.stdout.write(f"  numbers: {', '.join(sorted(found.numbers)) or 'no column'}; other columns are text")
        state = Path(settings.DATA_DIR) / "imports"
        importing = Importing(source, found, mapping, project_id=project.pk, state=state)
        now_ms = time.time_ns() // 1_000_000
        bar = _Bar(self, source.size)
        if options["dry_run"]:
            return importing.check(now_ms, bar.show)
        return importing.run(settings.CLICKHOUSE_URL, now_ms, bar.show, restart=options["restart"])

    def _report(self, summary: Summary, options: dict[str, Any]) -> None:
        if summary.already_done:
            self.stdout.write("This file is imported already; nothing to do (--restart imports it again).")
        if summary.resumed_at and not summary.already_done:
            self.stdout.write(f"Went on after row {summary.resumed_at:,}.")
        verb = "would be imported" if options["dry_run"] else "imported"
        rate = (summary.read - summary.resumed_at) / max(summary.seconds, 0.001)
        self.stdout.write(
            f"{summary.accepted:,} events {verb}, {summary.bad:,} bad rows, "
            f"{summary.seconds:.1f} s ({rate:,.0f} rows/s)."
        )
        for reason, count in list(summary.reasons.items())[:10]:
            self.stdout.write(f"  {count:,} × {reason}")
        if summary.bad:
            self.stdout.write(f"Every bad row with its line and reason: {summary.bad_rows}")


NAMES = {"csv": "CSV", "lines": "JSON lines", "export": "JSON lines as Mixpanel exports them"}


class _Bar:
    """A bar that moves on a terminal; a line every ten percent elsewhere."""

    def __init__(self, command: BaseCommand, size: int) -> None:
        self.out = command.stdout
        self.size = max(size, 1)
        self.terminal = self.out.isatty()
        self.said = -1

    def show(self, progress: Progress) -> None:
        percent = min(100, progress.position * 100 // self.size)
        text = f"{percent:3d} %  {progress.read:,} rows, {progress.bad:,} bad"
        if self.terminal:
            full = BAR * percent // 100
            self.out.write(f"\r[{'█' * full}{'·' * (BAR - full)}] {text}", ending="\n" if percent == 100 else "")
        elif percent // STEP > self.said:
            self.said = percent // STEP
            self.out.write(text)
        self.out.flush()
