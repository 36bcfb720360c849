"""The dispatcher's board (INT-6): by keys alone, by the mouse, and when two dispatchers want the same job."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from people import People, Person
from playwright.sync_api import Locator, Page, expect
from weibao import Client


@pytest.fixture
def waiting(colleague: Callable[[str], Client]) -> str:
    """A case that waits for somebody to be sent."""
    desk, office = colleague("call-taker"), colleague("service-manager")
    machine = next(one for one in office.everything("/equipment") if one["state"] == "in-use")
    number = desk.report(summary="开机后无图像", serialNumber=machine["serialNumber"], urgency="emergency")["number"]
    desk.step(number, "accept")
    return number


def row(page: Page, number: str) -> Locator:
    return page.locator(f"#list [data-number='{number}']")


def choose(person: Person, number: str) -> Page:
    page = person.open("/board")
    row(page, number).locator(".c-no a").click()
    expect(page.locator(f"#side .about-case[data-number='{number}']")).to_be_visible()
    return page


def orders(colleague: Callable[[str], Client], number: str) -> list[str]:
    return [order["state"] for order in colleague("service-manager").get(f"/requests/{number}").json()["workOrders"]]


def test_the_first_suggestion_is_sent_and_taken_back_by_keys(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    page = people("dispatcher").open("/board")
    page.keyboard.press("/")
    page.keyboard.type(waiting[-9:])
    page.keyboard.press("Enter")
    expect(page.locator(f"#side .about-case[data-number='{waiting}']")).to_be_visible()
    # With its reasons in words.
    expect(page.locator("#side .offer.best .reasons li p").first).not_to_be_empty()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts .toast button")).to_be_visible()
    assert orders(colleague, waiting) == ["dispatched"]
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast button")).to_have_count(0)
    expect(row(page, waiting)).to_have_attribute("data-send", "")
    assert orders(colleague, waiting) == ["handed-back"]


def test_two_dispatchers_send_the_same_job(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    """Both have it before them; the slower one's network is so slow that it has not heard. The job goes out once, and the other is told who was faster."""
    fast, slow = people("dispatcher"), people("branch-manager")
    slow.expect("status 4(09|12)", "status of 4(09|12)")
    ahead, behind = choose(fast, waiting), choose(slow, waiting)
    slow.context.route("**/board/parts*", lambda route: route.abort("aborted"))
    for page in (ahead, behind):
        expect(page.locator("#side .pri.send")).to_be_visible()
    ahead.locator("#side .pri.send").click()
    expect(ahead.locator("#toasts .toast")).to_be_visible()
    slow.context.unroute("**/board/parts*")
    behind.locator("#side .pri.send").click()
    expect(behind.locator("#side [role=alert]")).to_be_visible()
    assert len(orders(colleague, waiting)) == 1


def test_a_row_is_dragged_onto_an_engineer(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    page = choose(people("dispatcher", width=1600), waiting)
    lane = page.locator("#time .lane[data-engineer]").first
    lane.scroll_into_view_if_needed()
    row(page, waiting).drag_to(lane, target_position={"x": 20, "y": 10})
    if page.locator("#ask[open]").count():
        page.locator("#ask button[value=yes]").click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    assert orders(colleague, waiting) == ["dispatched"]


def test_a_new_case_appears_on_an_open_board_without_a_reload(people: People, colleague: Callable[[str], Client]) -> None:
    page = people("dispatcher").open("/board")
    expect(page.locator("[data-live-mark][data-s=met]")).to_be_attached()
    page.evaluate("window.here = 1")
    number = colleague("call-taker").report(summary="刚打来的", urgency="emergency")["number"]
    expect(row(page, number)).to_be_visible()
    assert page.evaluate("window.here") == 1, "the page was loaded anew"
