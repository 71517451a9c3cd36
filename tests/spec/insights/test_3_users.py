"""Who a user is"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_device_becomes_its_user(check: Check):
    """What an anonymous device did becomes its user's as soon as one event carries both $device_id and $user_id:
    before and after, in every report."""
    check(
        events="""
            time             | event  | user | device
            2024-03-01 10:00 | Search |      | phone
            2024-03-02 10:00 | Log In | ana  | phone
            2024-03-02 11:00 | Search | ana  |
            2024-03-03 10:00 | Search |      | phone
        """,
        question={"count": "unique", "of": ["Search"], "dates": ["2024-03-01", "2024-03-03"]},
        answer="""
                  | Search
            03-01 | 1
            03-02 | 1
            03-03 | 1
            total | 1
        """,
    )


def test_a_device_belongs_to_its_first_user(check: Check):
    """A device belongs to the first user it is seen with. What a second user does on it signed in is the second
    user's; what happens on it anonymously stays with the first. Two users never become one."""
    check(
        events="""
            time             | event  | user | device
            2024-03-01 10:00 | Log In | ana  | tablet
            2024-03-02 10:00 | Log In | ben  | tablet
            2024-03-03 10:00 | Log In |      | tablet
            2024-03-03 11:00 | Log In | ana  |
        """,
        question={"count": "unique", "of": ["Log In"], "dates": ["2024-03-01", "2024-03-03"]},
        answer="""
                  | Log In
            03-01 | 1
            03-02 | 1
            03-03 | 1
            total | 2
        """,
    )


def test_devices_without_a_user_are_users_themselves(check: Check):
    """A device that never met a user counts as one user; two devices are two."""
    check(
        events="""
            time             | event  | device
            2024-03-01 10:00 | Search | phone
            2024-03-01 11:00 | Search | phone
            2024-03-01 12:00 | Search | tablet
        """,
        question={"count": "unique", "of": ["Search"], "dates": ["2024-03-01"]},
        answer="""
                  | Search
            03-01 | 2
            total | 2
        """,
    )
