"""manage.py demo: the whole product with a seeded project, in the foreground."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from web.management.demo import Demo, demand_free, sole_use
from web.management.processes import PartFailed


class Command(BaseCommand):
    help = "Runs everything with a seeded demo project, in the foreground, out of one folder; Ctrl-C ends it all."
    requires_system_checks = ()  # the secret key is made here, for the processes that this one starts

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
        parser.add_argument("--data-dir", type=Path, default=Path("var"), help="where everything is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["data_dir"].resolve()
        try:
            with sole_use(directory):
                demand_free(options["host"], options["port"])
                Demo(directory, options["host"], options["port"], self._say).run()
        except PartFailed as failure:
            raise CommandError(str(failure)) from None
        except KeyboardInterrupt:
            self._say("Stopped before it was ready.")
            sys.exit(130)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
