"""The page of a case while others work on it too (INT-5, INT-8), and when the sign-in ends in the middle of a sentence."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest
from people import DEMO_PASSWORD, People
from playwright.sync_api import expect
from steps import link_of
from weibao import Client


@pytest.fixture
def number(colleague: Callable[[str], Client]) -> str:
    desk = colleague("call-taker")
    number = desk.report(summary="开机后无图像")["number"]
    desk.step(number, "accept")
    return number


def test_what_a_colleague_does_appears_and_what_is_typed_stays(people: People, colleague: Callable[[str], Client], number: str) -> None:
    page = people("dispatcher").open(f"/requests/{number}")
    page.wait_for_load_state("load")
    page.fill("#note-text", "我正在写")
    # A commit may fall before the page has begun to listen; the next one does not.
    colleague("call-taker").step(number, "respond")
    colleague("call-taker").step(number, "comment", text="客户在等电话")
    expect(page.locator("#story")).to_contain_text("客户在等电话")
    assert page.input_value("#note-text") == "我正在写"


def test_a_note_to_colleagues_is_never_seen_by_the_hospital(people: People, number: str, tmp_path: pathlib.Path) -> None:
    office = people("call-taker")
    address = link_of(office, number, tmp_path)
    page = office.open(f"/requests/{number}")
    page.locator("label[for=to-us]").click()
    page.fill("#note-text", "此院欠款，先别答应")
    page.press("#note-text", "Control+Enter")
    expect(page.locator("#story")).to_contain_text("此院欠款")
    page.locator("label[for=to-them]").click()
    page.fill("#message-text", "工程师十点到")
    page.press("#message-text", "Control+Enter")
    expect(page.locator("#story")).to_contain_text("工程师十点到")
    nurse = people(None, width=390)
    nurse.page.goto(address)
    expect(nurse.page.locator(".said-list")).to_contain_text("工程师十点到")
    assert "欠款" not in nurse.page.content()


def test_a_session_that_ends_in_the_middle_of_a_sentence_keeps_it(people: People, number: str) -> None:
    person = people("call-taker")
    person.expect("status 401", "status of 401")
    page = person.open(f"/requests/{number}")
    page.wait_for_load_state("load")
    page.fill("#note-text", "写到一半的备注")
    person.context.clear_cookies(name="weibao-session")
    page.press("#note-text", "Control+Enter")
    page.locator("a[data-sign-in]").click()
    page.fill("#name", "call-taker")
    page.fill("#password", DEMO_PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("#note-text")).to_have_value("写到一半的备注")


def test_a_step_that_a_colleague_took_meanwhile_is_refused_with_what_came(people: People, colleague: Callable[[str], Client]) -> None:
    number = colleague("dispatcher").report(summary="开机后无图像")["number"]
    # Without script a page hears of nothing.
    person = people("call-taker", java_script_enabled=False)
    person.expect("status 4(09|12)", "status of 4(09|12)")
    page = person.open(f"/requests/{number}")
    colleague("dispatcher").step(number, "accept")
    page.locator("main form[action$='/accept'] .act > button").click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page.locator(".meanwhile")).to_be_visible()
