"""Addresses of choosing a project and of its console."""

from __future__ import annotations

from django.urls import include, path

from web.projects.views import choosing, identity, members, service_accounts, settings, start, tokens

app_name = "projects"

console = [
    path("", settings.settings, name="settings"),
    path("audit/", settings.audit, name="audit"),
    path("delete/", settings.delete, name="delete"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("service-accounts/", service_accounts.service_accounts, name="service_accounts"),
    path("service-accounts/<int:account_id>/rotate/", service_accounts.rotate_secret, name="rotate_secret"),
    path(
        "service-accounts/<int:account_id>/revoke/",
        service_accounts.revoke_service_account,
        name="revoke_service_account",
    ),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/leave/", members.leave, name="leave"),
    path("members/<int:membership_id>/role/", members.change_role, name="change_role"),
    path("members/<int:membership_id>/remove/", members.remove_member, name="remove_member"),
    path("invitations/<int:invitation_id>/withdraw/", members.withdraw_invitation, name="withdraw_invitation"),
    path("identity/", identity.merges, name="identity"),
    path("identity/change/", identity.change_merge, name="change_merge"),
]

urlpatterns = [
    path("", choosing.home, name="home"),
    path("projects/", choosing.choose, name="list"),
    path("projects/new/", choosing.create, name="create"),
    path("projects/<int:project_id>/", choosing.open_project, name="open"),
    path("projects/<int:project_id>/start/", start.start, name="start"),
    path("projects/<int:project_id>/start/status/", start.start_status, name="start_status"),
    path("projects/<int:project_id>/settings/", include(console)),
    path("invitations/<str:secret>/", members.accept_invitation, name="accept_invitation"),
]
