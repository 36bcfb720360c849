"""Whose cases lie on the engineer's phone, and whose unsent work: signing out, a session's end, another person, a saved file."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable

import photos
import pytest
from people import DEMO_PASSWORD, People, Person, session_of
from playwright.sync_api import Browser, Page, expect
from test_phone import Job, job, lies_on, number_of, opened, times_of, unsent  # noqa: F401 (a fixture)
from weibao import Client, wait_until


def sign_in(phone: Person) -> None:
    """With a session of its own: the one that all tests share must not end here."""
    session = session_of.__wrapped__(phone.address, "engineer", DEMO_PASSWORD)
    phone.context.add_cookies([{"name": "weibao-session", "value": session, "url": phone.address, "httpOnly": True}])


def sign_out(page: Page) -> None:
    page.locator("form[action='/sign-out']").evaluate("(form) => form.requestSubmit()")


def has_cases(page: Page) -> bool:
    return page.evaluate("caches.has('weibao-pages')")


def keep_refused(page: Page, order: str, owner: str | None = None) -> int:
    return page.evaluate("""([order, owner]) => self.phone.keep({ owner: owner ?? document.body.dataset.staff, order, case: "", step: "comment",
      path: `/my-day/${order}/comment`, fields: [["text", "第一条"]], title: "给同事留言", about: "", at: Date.now(), ahead: 0, key: self.phone.key(),
      state: "refused", problem: { status: 409, code: "x", detail: "没有被接受" } })""", [order, owner])


@pytest.fixture
def phone(people: People) -> Person:
    phone = people("engineer", width=390, traced=True)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker", "status 401", "status of 401")
    sign_in(phone)
    return phone


def test_a_session_that_ended_takes_the_cases_off_the_phone(phone: Person, job: Job) -> None:  # noqa: F811
    page = opened(phone, job[1])
    lies_on(page, "/my-day")
    phone.context.clear_cookies(name="weibao-session")
    # A navigation is sent to the sign-in by a redirect that the worker cannot read.
    page = phone.open("/my-day")
    assert page.url.startswith(f"{phone.address}/sign-in"), page.url
    assert not has_cases(page)


def test_a_phone_that_hears_that_it_must_sign_in_lets_the_cases_go_and_keeps_what_waits(phone: Person, job: Job) -> None:  # noqa: F811
    page = opened(phone, job[1])
    lies_on(page, "/my-day")
    keep_refused(page, "WO-20260101-0001")
    phone.context.clear_cookies(name="weibao-session")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(lambda: page.evaluate("caches.has('weibao-pages').then((is) => !is)"), what="the cases are gone")
    unsent(page, 1)


def test_signing_out_on_any_page_takes_the_cases_off_the_phone_and_leaves_what_waits(phone: Person, job: Job) -> None:  # noqa: F811
    page = opened(phone, job[1])
    lies_on(page, "/my-day")
    keep_refused(page, "WO-20260101-0001")
    page = phone.open("/requests")
    sign_out(page)
    page.wait_for_url("**/sign-in**")
    assert not has_cases(page)
    sign_in(phone)
    unsent(phone.open("/my-day/unsent"), 1)


def test_signing_out_leaves_what_the_person_before_has_not_sent(phone: Person, job: Job) -> None:  # noqa: F811
    page = opened(phone, job[1])
    keep_refused(page, "WO-20260101-0001", owner="somebody-else")
    expect(page.locator("[data-offline]")).to_contain_text("另有 1 条是上一位用户的")
    sign_out(page)
    page.wait_for_url("**/sign-in**")
    sign_in(phone)
    page = phone.open("/my-day")
    expect(page.locator("[data-offline]")).to_contain_text("另有 1 条是上一位用户的")
    unsent(page, 0)


def test_nobody_is_signed_out_where_the_server_cannot_hear_it(phone: Person, job: Job) -> None:  # noqa: F811
    page = opened(phone, job[1])
    lies_on(page, "/my-day")
    phone.context.set_offline(True)
    sign_out(page)
    expect(page.locator("#toasts .toast")).to_contain_text("没有信号，退不了")
    assert has_cases(page)
    phone.context.set_offline(False)
    sign_out(page)
    page.wait_for_url("**/sign-in**")
    assert not has_cases(page)


def test_a_file_of_what_was_not_sent_is_taken_back_and_nothing_is_done_twice(
    phone: Person, colleague: Callable[[str], Client], chromium: Browser, job: Job, tmp_path: pathlib.Path  # noqa: F811
) -> None:
    office = colleague("dispatcher")

    def attached() -> list[dict[str, str]]:
        return office.get(f"/requests/{job[0]}/attachments").json()["items"]

    page = opened(phone, job[1])
    lies_on(page, "/my-day/unsent")
    phone.context.set_offline(True)
    page.locator("#big-step").click()
    page.locator("[data-photos] input[type=file]").first.set_input_files({"name": "铭牌.jpg", "mimeType": "image/jpeg", "buffer": photos.a_photo(chromium)})
    unsent(page, 2)
    page = phone.open("/my-day/unsent")
    with page.expect_download() as saved:
        page.locator("[data-save]").click()
    file = tmp_path / "unsent.json"
    saved.value.save_as(file)
    # The phone falls into the water; this is another one.
    page.evaluate("self.phone.forget()")
    phone.context.set_offline(False)
    page = phone.open("/my-day/unsent")
    unsent(page, 0)
    foreign = tmp_path / "foreign.json"
    foreign.write_text(json.dumps(json.loads(file.read_text()) | {"staff": "somebody-else"}))
    page.locator("[data-restore] input").set_input_files(foreign)
    expect(page.locator("#toasts .toast")).to_contain_text("这不是您存下的未发文件")
    page.locator("[data-restore] input").set_input_files(file)
    expect(page.locator("#toasts .toast")).to_contain_text("读回 2 条")
    departed = wait_until(lambda: times_of(colleague, job[1])["departedAt"], 20, "the step at the office")
    wait_until(attached, 20, "the photo at the office")
    unsent(page, 0)
    page.evaluate("self.phone.forget()")
    page = phone.open("/my-day/unsent")
    page.locator("[data-restore] input").set_input_files(file)
    expect(page.locator("#toasts .toast")).to_contain_text("读回 2 条")
    unsent(page, 0)
    assert times_of(colleague, job[1])["departedAt"] == departed
    assert len(attached()) == 1
