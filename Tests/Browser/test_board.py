"""The dispatcher's board (INT-6): by keys alone, by the mouse, and when two dispatchers want the same job."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from people import People, Person
from playwright.sync_api import Locator, Page, Route, expect
from weibao import Client, wait_until


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


def test_who_has_set_out_is_not_called_back_by_a_key(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    """The undo was on the screen before the engineer left."""
    page = choose(people("dispatcher"), waiting)
    page.locator("#side .pri.send").click()
    expect(page.locator("#toasts .toast button")).to_be_visible()
    office = colleague("service-manager")
    order = office.get(f"/requests/{waiting}").json()["workOrders"][0]["id"]
    assert office.post(f"/work-orders/{order}/depart").status_code == 200
    page.keyboard.press("z")
    expect(page.locator("#toasts .toast[data-s=late]")).to_be_visible()
    assert orders(colleague, waiting) == ["departed"]


def test_enter_sends_whom_one_stands_on_also_after_the_panel_was_read_anew(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    page = choose(people("dispatcher"), waiting)
    expect(page.locator("[data-live-mark][data-s=met]")).to_be_attached()
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.closest('.offer').dataset.engineer")
    # Panels that are read anew are other elements.
    page.evaluate("document.querySelector('#side').dataset.old = 1")
    colleague("service-manager").step(waiting, "comment", text="钥匙在门卫")
    expect(page.locator("#side:not([data-old])")).to_be_attached()
    expect(page.locator(f"#side .offer[data-engineer='{chosen}'] :focus, #side .offer[data-engineer='{chosen}']:focus")).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts .toast button")).to_be_visible()
    assert [order["engineer"]["id"] for order in colleague("service-manager").get(f"/requests/{waiting}").json()["workOrders"]] == [chosen]


def test_a_case_that_came_while_the_board_heard_nothing_is_there_afterwards(people: People, colleague: Callable[[str], Client]) -> None:
    dispatcher = people("dispatcher")
    dispatcher.expect("/api/v1/events", "ERR_FAILED")
    # Without a shared worker the page holds the connection itself, and it can be kept from coming.
    dispatcher.context.add_init_script("delete window.SharedWorker")
    dispatcher.context.route("**/api/v1/events", lambda route: route.abort())
    page = dispatcher.open("/board")
    expect(page.locator("[data-live-mark][data-s=soon]")).to_be_attached()
    number = colleague("call-taker").report(summary="断线时打来的", urgency="emergency")["number"]
    dispatcher.context.unroute("**/api/v1/events")
    expect(row(page, number)).to_be_visible(timeout=30_000)


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
    # Until the answer comes the slower one sees the panel as it was.
    with behind.expect_response(lambda answer: answer.url.endswith("/dispatch")) as answered:
        behind.locator("#side .pri.send").click()
    assert answered.value.status == 412
    slow.context.unroute("**/board/parts*")
    expect(behind.locator("#side [role=alert]")).to_be_visible()
    assert len(orders(colleague, waiting)) == 1


def test_a_second_engineer_is_sent_only_on_purpose(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    page = choose(people("dispatcher"), waiting)
    for number, answer in enumerate((None, "no", "yes")):
        page.locator("#side .pri.send").click()
        if answer:
            page.locator(f"#ask[open] button[value={answer}]").click()
        # The word of the sending before may still be there: the office knows when this one is done.
        wait_until(lambda: len(orders(colleague, waiting)) == max(1, number), what=f"the answer {answer}")
        choose_again = page.locator(f"#list [data-number='{waiting}'] .c-no a")
        choose_again.click()
        expect(page.locator(f"#side .about-case[data-number='{waiting}'] ~ .sents li")).to_have_count(max(1, number))


def test_who_chooses_while_a_sending_is_still_read_keeps_what_was_chosen(
    people: People, colleague: Callable[[str], Client], waiting: str
) -> None:
    """After a sending the eye goes to the next case, but not away from one that was chosen since."""
    colleague("call-taker").report(summary="等派工的下一个", urgency="normal")
    page = choose(people("dispatcher"), waiting)
    held: list[Route] = []
    is_held = True
    page.route(re.compile("/board/parts.*part=rows"), lambda route: held.append(route) if is_held else route.continue_())
    with page.expect_response(lambda answer: answer.url.endswith("/dispatch")):
        page.locator("#side .pri.send").click()
    row(page, waiting).locator(".c-no a").click()
    sent = page.locator(f"#side .about-case[data-number='{waiting}'] ~ .sents li")
    expect(sent).to_have_count(1)
    page.evaluate("document.querySelector('#side').dataset.old = 1")
    is_held = False
    for route in held:
        route.continue_()
    expect(page.locator("#side:not([data-old])")).to_be_attached()
    expect(sent).to_have_count(1)


def test_a_press_is_a_click_also_where_the_row_changes_under_it(people: People, colleague: Callable[[str], Client], waiting: str) -> None:
    page = people("dispatcher").open("/board")
    expect(page.locator("[data-live-mark][data-s=met]")).to_be_attached()
    page.evaluate("number => { document.querySelector(`#list [data-number='${number}']`).dataset.old = 1 }", waiting)
    row(page, waiting).locator(".c-no a").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: "part=rows" in answer.url):
        colleague("service-manager").step(waiting, "comment", text="钥匙在门卫")
    page.mouse.up()
    expect(page.locator(f"#side .about-case[data-number='{waiting}']")).to_be_visible()
    expect(page.locator(f"#list [data-number='{waiting}']:not([data-old])")).to_be_attached()


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
