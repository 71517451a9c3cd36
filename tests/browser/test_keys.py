"""Keys inside objects are found among the properties: in filters, breakdowns and measures, by search and keyboard."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from analytics.clickhouse.client import connect
from tests.browser.conftest import EMAIL, answered, focused, press, tab_to, table, until
from tests.browser.test_access import check_axe
from tests.web.shop import fill, question

CARTS = [
    ("ada", "Checkout", 0, {"plan": "pro", "cart": {"total": 30, "currency": "EUR", "coupon": {"code": "SPRING"}}}),
    ("bob", "Checkout", 1, {"plan": "free", "cart": {"total": 12, "currency": "USD"}}),
    ("eve", "Checkout", 1, {"plan": "free", "cart": {"total": 8, "currency": "EUR"}}),
]
CHECKOUTS = question(metrics=[{"events": ["Checkout"], "measure": {"kind": "total"}}])


@pytest.fixture(scope="module")
def carts(site) -> int:
    """A project whose events hold objects."""
    project = site.stack.django(
        """
        from web.accounts.models import User
        from web.projects import actions
        answer = actions.create_project(owner=User.objects.get(email=arguments[0]), name="Carts", timezone="UTC").pk
        """,
        EMAIL,
    )
    client = connect(site.stack.engine.url)
    fill(client, project, CARTS)
    client.disconnect()
    return int(project)


def ask(page: Any, site: Any, project: int, asked: dict[str, Any]) -> None:
    page.goto(site.address(f"?q={quote(json.dumps(asked))}", project))
    answered(page)
    page.wait_for_selector(".numbers tbody tr")


def find(page: Any, id: str, typed: str) -> list[str]:
    """What the list under a control has for what is typed."""
    page.focus(f"#{id}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#{id}-list [role=option]:has-text('›')")
    page.keyboard.type(typed)
    return [
        each.locator(".option-label").inner_text() for each in page.locator(f"#{id}-list [role=option]").all()
    ]  # fmt: skip


def test_a_filter_on_a_key_and_its_values_by_keyboard_alone(page, site, carts):
    ask(page, site, carts, CHECKOUTS)
    assert find(page, "filter-add", "currency")[0] == "cart › currency"
    assert "Keys inside objects are those of 3 recent events" in page.locator(".box-list .box-note").last.inner_text()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'filter-0-operator'")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-0-values-list [role=option]")
    assert page.locator("#filter-0-values-list [role=option] .option-label").all_inner_texts() == ["EUR", "USD"]
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#sentence').textContent.includes('cart.currency is EUR')")
    until(page, "document.querySelector('.numbers tbody td').textContent.trim() === '2'")


@pytest.mark.parametrize(
    "typed, found",
    [
        ("total", ["cart › total"]),
        ("cart.total", ["cart › total"]),
        ("cart total", ["cart › total"]),
        ("code", ["cart › coupon › code"]),
    ],
)
def test_a_breakdown_is_found_by_any_way_to_write_it(page, site, carts, typed, found):
    ask(page, site, carts, CHECKOUTS)
    listed = find(page, "breakdown-add", typed)
    assert listed[: len(found)] == found
    page.keyboard.press("Enter")
    page.wait_for_selector("#breakdown-0")
    assert page.locator("#breakdown-0").inner_text().endswith(found[0].replace(" › ", "."))


def test_a_number_in_an_object_is_added_up(page, site, carts):
    ask(page, site, carts, question(metrics=[{"events": ["Checkout"], "measure": {"kind": "total"}}]))
    page.focus("#metric-0-measure")
    page.keyboard.press("Enter")
    page.keyboard.type("sum")
    page.keyboard.press("Enter")
    page.wait_for_selector("#metric-0-property-list [role=option]:has-text('›')")
    check_axe(page)
    page.keyboard.type("cart tot")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#sentence').textContent.startsWith('Sum of cart.total in Checkout')")
    until(page, "document.querySelector('.numbers tbody td').textContent.trim() === '50'")
    assert table(page)["Checkout"][0] == "50"


def test_a_key_that_is_not_listed_can_be_typed(page, site, carts):
    ask(page, site, carts, CHECKOUTS)
    assert find(page, "breakdown-add", "cart.shipping.zip") == ["Use “cart.shipping.zip”"]
    page.keyboard.press("Enter")
    until(page, "location.search.includes('shipping')")
    asked = json.loads(page.evaluate("new URLSearchParams(location.search).get('q')"))
    assert asked["breakdowns"][0]["property"]["path"] == ["shipping", "zip"]


def test_the_filter_of_a_board_is_on_a_key(page, site, carts):
    board = site.stack.django(
        """
        from analytics.queries.codec import parse
        from web.accounts.models import User
        from web.boards.actions import add_tile, create_board
        from web.projects.models import Project
        from web.reports.actions import save_report
        project, ada = Project.objects.get(pk=arguments[0]), User.objects.get(email=arguments[1])
        query = parse(json.loads(arguments[2]))
        report = save_report(project=project, actor=ada, name="Checkouts", description="", query=query)
        board = create_board(project=project, actor=ada, name="Carts")
        add_tile(board=board, actor=ada, report=report)
        answer = board.pk
        """,
        carts,
        EMAIL,
        json.dumps(CHECKOUTS),
    )
    page.goto(f"{site.stack.url}/projects/{carts}/boards/{board}/")
    page.wait_for_selector(".tile-chart .main-svg")
    press(page, "+ Filter")
    page.wait_for_selector("#filter-property-list [role=option]:has-text('›')")
    check_axe(page)
    page.keyboard.type("total")
    assert page.locator("#filter-property-list .option-label").all_inner_texts()[:1] == ["cart › total"]
    assert "Keys inside objects are those of 3 recent events" in page.locator(".box-note").last.inner_text()
    page.keyboard.press("Enter")
    assert focused(page) == "Operator"
    page.keyboard.type("is at least")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.locator(".filter-chip", has_text="cart.total is at least 10").wait_for()
    until(page, "document.querySelector('.tile-sentence').textContent.includes('cart.total is at least 10')")
    press(page, "Numbers of Checkouts")
    until(page, "document.querySelector('.tile-numbers td.total').textContent === '2'")
    press(page, "+ Filter", "Shift+Tab")
    page.keyboard.type("currency")
    page.wait_for_selector("#filter-property-list [role=option].active:has-text('currency')")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-values option[value=EUR]", state="attached")
    tab_to(page, "Value")
    page.keyboard.type("EUR")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.tile-numbers td.total').textContent === '1'")
    page.keyboard.press("Enter")
    page.keyboard.type("cart.shipping.zip")  # none has it: it can be typed all the same
    page.get_by_role("option", name="Use “cart.shipping.zip”").wait_for()
    page.keyboard.press("Enter")
    assert page.locator("#filter-property").get_attribute("aria-label") == "Property: cart.shipping.zip"


@pytest.mark.parametrize(
    "typed, found", [("total", "cart › total"), ("cart.curr", "cart › currency"), ("copuon", "cart › coupon › code")]
)
def test_a_number_is_broken_out_by_a_key(page, site, carts, typed, found):
    ask(page, site, carts, CHECKOUTS)
    press(page, "Copy table")
    tab_to(page, "3")
    page.keyboard.press("Enter")
    page.wait_for_selector("#point-menu [role=menuitem]")
    while focused(page) != "Break out by …":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#point-menu [role=option]:has-text('›')")
    assert "Keys inside objects are those of 3 recent events" in page.locator("#point-menu .box-note").inner_text()
    check_axe(page)
    assert focused(page) == "Find a property"
    page.keyboard.type(typed)
    assert page.locator("#point-menu .active .option-label").inner_text() == found
    page.keyboard.press("Enter")
    name = found.replace(" › ", ".")
    until(page, f"document.querySelector('#sentence').textContent.includes('by {name}')")
    answered(page)
    assert page.locator("#breakdown-0").inner_text().endswith(name)
    assert table(page)["All"][0] == "3"


def test_a_part_of_a_key_is_filtered_by_its_whole_name(page, site, carts):
    by = [{"property": {"name": "cart", "type": "string", "path": ["currency"]}}]
    ask(page, site, carts, CHECKOUTS | {"breakdowns": by})
    page.get_by_role("rowheader", name="EUR").locator("xpath=../td[1]").click()
    page.get_by_role("menuitem", name="Only cart.currency = EUR").click()
    until(page, "document.querySelector('#sentence').textContent.includes('cart.currency is EUR')")
    until(page, "document.querySelector('.numbers td.total').textContent.trim() === '2'")


def test_without_objects_nothing_is_looked_into(page, site):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address(f"?q={quote(json.dumps(question()))}"))
    answered(page)
    page.focus("#filter-add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-add-list [role=option]")
    assert not [url for url in asked if "/keys" in url]
