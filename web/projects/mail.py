"""Mailing an invitation, where the operator has configured a mail server. The link is shown in any case."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

from web.projects.models import Invitation

log = logging.getLogger(__name__)


def mail_invitation(invitation: Invitation, link: str) -> bool:
    """Whether the mail went out. A mail server that is away does not stop the invitation."""
    if not settings.EMAIL_CONFIGURED:
        return False
    inviter = invitation.invited_by or "A member"
    text = (
        f"{inviter} invites you to the project “{invitation.project}” on Footfall.\n\n"
        f"Open this link to join; it works once, until {invitation.expires_at:%d %B %Y}:\n{link}\n"
    )
    try:
        send_mail(f"Join {invitation.project} on Footfall", text, None, [invitation.email])
    except (SMTPException, OSError):
        log.warning("The invitation for project %s could not be mailed", invitation.project_id, exc_info=True)
        return False
    return True
