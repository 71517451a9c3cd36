"""People who log in: the user, the trail of failed logins, and the one-time links already spent.

This app knows nothing of projects; what a person may do in one is `web.projects`'.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


def normalise_email(email: str) -> str:
    """An address is compared without regard to case, so that nobody is two people by a capital letter."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalise_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the login; `is_superuser` opens the operators' pages, not the projects."""

    email = models.EmailField(
        "e-mail address", max_length=254, unique=True, error_messages={"unique": "This e-mail address is taken."}
    )
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the operators' pages", default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.email]
        return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper()

    def clean(self) -> None:
        super().clean()
        self.email = normalise_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)


class FailedLogin(models.Model):
    """One wrong password. Counted by account and by address to slow guessing down; a row lives for a window only."""

    account = models.CharField(max_length=64, db_index=True)  # a hash: mistyped addresses are not ours to keep
    address = models.GenericIPAddressField(null=True, db_index=True)
    failed_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.address} at {self.failed_at:%Y-%m-%d %H:%M:%S}"


class SpentLoginLink(models.Model):
    """A one-time login link that was used. The unique nonce is what makes "once" true when two requests race."""

    nonce = models.CharField(max_length=43, unique=True)
    spent_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"spent at {self.spent_at:%Y-%m-%d %H:%M:%S}"
