"""`manage.py create_owner EMAIL`: the first person of an installation, who can then invite the others."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from web.accounts.login_links import LIFETIME, one_time_login_link
from web.accounts.models import User, normalise_email


class Command(BaseCommand):
    help = "Create a person who may log in, create projects and invite others. The first one is also an operator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address to log in with")
        parser.add_argument("--name", default="", help="the name shown to other members")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input instead of asking"
        )
        parser.add_argument(
            "--link", metavar="BASE_URL", help="set no password; print a one-time login link on this address instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = normalise_email(options["email"])
        self._check_email(email)
        password = None if options["link"] else self._password(email, from_stdin=options["password_stdin"])
        first = not User.objects.exists()
        user = User.objects.create_user(email, password, name=options["name"], is_staff=first, is_superuser=first)
        self.stdout.write(f"{email} can log in{' and is an operator (/operator/)' if first else ''}.")
        if options["link"]:
            hours = int(LIFETIME.total_seconds() // 3600)
            self.stdout.write(f"Open within {hours} h, once: {one_time_login_link(user, options['link'])}")

    def _check_email(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} exists already.")

    def _password(self, email: str, *, from_stdin: bool) -> str:
        password = sys.stdin.readline().rstrip("\n") if from_stdin else getpass.getpass(f"Password for {email}: ")
        if not from_stdin and getpass.getpass("The same again: ") != password:
            raise CommandError("The two passwords differ.")
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return password
