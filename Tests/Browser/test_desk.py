"""The call taker's screen (INT-3, INT-4), by keyboard alone; and what is typed there is never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from people import DEMO_PASSWORD, People, Person
from playwright.sync_api import Page, expect
from steps import read_back
from weibao import Client


@pytest.fixture(scope="module")
def machines(colleague: Callable[[str], Client]) -> Iterator[dict[str, str]]:
    """Machines in use without an open case; each test takes one for itself."""
    boss = colleague("service-manager")
    busy = {(one.get("equipment") or {}).get("id") for one in boss.everything("/requests?state=open")}
    return iter([one for one in boss.everything("/equipment") if one["state"] == "in-use" and one["id"] not in busy])


def find(page: Page, words: str) -> None:
    """Types into the box that has the focus, waits for what is found, and takes the first."""
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#found .hit[aria-current]")).to_be_visible()
    page.keyboard.press("Enter")


def test_a_call_is_taken_with_the_keyboard_alone(people: People, colleague: Callable[[str], Client], machines: Iterator[dict[str, str]]) -> None:
    """Found by serial number, the form filled in, possible harm one key away, the number read back, the next call one key away."""
    page, serial = people("call-taker").open("/desk"), next(machines)["serialNumber"]
    find(page, serial)
    expect(page.locator("#card [data-equipment]")).to_be_visible()
    for field, typed in (("#f-name", "李敏"), ("#f-phone", "0793-86001234")):
        page.locator(field).evaluate("(field) => field.value = ''")
        while not page.locator(field).evaluate("(field) => field === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.locator("#f-said")).to_be_focused()
    page.keyboard.type("开机自检后报 E-21，急诊等着用")
    page.keyboard.press("F8")
    expect(page.locator("[name=harm][value=suspected]")).to_be_checked()
    page.keyboard.press("Control+Enter")
    number = read_back(page)
    case = colleague("call-taker").get(f"/requests/{number}").json()
    assert case["harm"] == "suspected" and case["machine"]["serialNumber"] == serial if "machine" in case else case["harm"] == "suspected"
    assert case["state"] != "reported"
    # Quality knows at once (BEY-2).
    expect(people("quality").open("/notices").get_by_text(number).first).to_be_visible()
    expect(page.locator("#next-call")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()
    assert page.input_value("#f-said") == ""


def test_a_second_call_about_a_machine_is_offered_the_open_case(people: People, colleague: Callable[[str], Client], machines: Iterator[dict[str, str]]) -> None:
    serial = next(machines)["serialNumber"]
    number = colleague("call-taker").report(summary="开机后无图像", serialNumber=serial)["number"]
    page = people("call-taker").open("/desk")
    find(page, serial)
    expect(page.locator("#offer")).to_contain_text(number[-4:])
    assert not page.locator("#offer input:checked").count(), "the call taker chooses, nobody else"
    page.fill("#f-name", "王主任")
    page.fill("#f-phone", "0793-86005678")
    page.fill("#f-said", "还是那台，现在连开机都开不了")
    page.locator("#offer input:not([value=new])").first.check()
    page.keyboard.press("Control+Enter")
    assert read_back(page) == number
    events = [item["event"] for item in colleague("service-manager").everything(f"/requests/{number}/journal")]
    assert events.count("reported") == 1


def type_half(page: Page) -> None:
    page.fill("#f-name", "李敏")
    page.fill("#f-said", "只说了一半")


def test_a_draft_survives_a_closed_tab(people: People) -> None:
    person = people("call-taker")
    page = person.open("/desk?fresh=1")
    with page.expect_response(lambda response: "/desk/drafts/" in response.url) as kept:
        type_half(page)
    assert kept.value.ok
    page.close()
    person.page = person.context.new_page()
    page = person.open("/desk")
    assert (page.input_value("#f-said"), page.input_value("#f-name")) == ("只说了一半", "李敏")
    person.open("/desk?fresh=1")


def test_a_session_that_ends_in_the_middle_of_a_call_keeps_what_was_typed(people: People) -> None:
    person: Person = people("call-taker")
    person.expect("status 401", "status of 401")
    page = person.open("/desk?fresh=1")
    person.context.clear_cookies(name="weibao-session")
    type_half(page)
    page.locator("#signed-out a").click()
    page.fill("#name", "call-taker")
    page.fill("#password", DEMO_PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("#f-said")).to_have_value("只说了一半")
    expect(page.locator("#f-name")).to_have_value("李敏")


def test_enter_on_a_choice_goes_on_and_throws_nothing_away(people: People) -> None:
    """A form that came back has a button that drops it; Enter presses none of its buttons."""
    person = people("call-taker")
    page = person.open("/desk?fresh=1")
    with page.expect_response(lambda response: "/desk/drafts/" in response.url) as kept:
        page.fill("#f-said", "这一张最后是不要的")
    assert kept.value.ok
    page = person.open("/desk")
    expect(page.locator("#draft-note")).to_be_visible()
    for choice in ("[name=scope][value=down]", "[name=urgency][value=normal]", "[name=triedRestart]", "[name=harm][value=none]"):
        page.focus(choice)
        page.keyboard.press("Enter")
        expect(page.locator(choice)).not_to_be_focused()
    assert page.url.endswith("/desk") and page.input_value("#f-said") == "这一张最后是不要的"
    page.click("#draft-note button")
    page.wait_for_url("**/desk?fresh=1")
    assert person.open("/desk").input_value("#f-said") != "这一张最后是不要的"


def test_what_was_typed_without_a_network_comes_back_over_the_older_draft(people: People) -> None:
    """The company has half of it, this computer the rest: the tab is closed while the network is down, and opened when it is there again."""
    person = people("call-taker")
    person.expect("ERR_INTERNET_DISCONNECTED")
    page = person.open("/desk?fresh=1")
    with page.expect_response(lambda response: "/desk/drafts/" in response.url) as kept:
        page.fill("#f-name", "李敏")
        page.fill("#f-said", "网断之前")
        page.check("[name=triedRestart]")
    assert kept.value.ok
    page.wait_for_timeout(1_100)
    person.context.set_offline(True)
    page.fill("#f-said", "网断之前，网断之后")
    page.uncheck("[name=triedRestart]")
    page.close()
    person.context.set_offline(False)
    person.page = person.context.new_page()
    page = person.open("/desk")
    expect(page.locator("#f-said")).to_have_value("网断之前，网断之后")
    expect(page.locator("[name=triedRestart]")).not_to_be_checked()
