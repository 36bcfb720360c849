"""The engineer's telephone on a bad day (FLT-1..4): without a network, with a wrong clock, with a photo that is none."""

from __future__ import annotations

import datetime
import pathlib
from collections.abc import Callable

import photos
import pytest
from people import People, Person
from playwright.sync_api import Browser, Page, expect
from weibao import Client, wait_until

Job = tuple[str, str]


@pytest.fixture
def job(colleague: Callable[[str], Client]) -> Job:
    """A case's number and the work order that sends the engineer there."""
    desk, dispatcher = colleague("call-taker"), colleague("dispatcher")
    number = desk.report(summary="开机后无图像")["number"]
    desk.step(number, "accept")
    case = dispatcher.step(number, "dispatch", engineer=colleague("engineer").get("/me").json()["id"])
    return number, case["workOrders"][-1]["id"]


def unsent(page: Page, count: int) -> None:
    expect(page.locator("#unsent-count")).to_have_text(str(count), timeout=20_000)


def times_of(colleague: Callable[[str], Client], order: str) -> dict[str, str | None]:
    """What the office knows of the visit."""
    return colleague("service-manager").get(f"/work-orders/{order}").json()


def opened(phone: Person, order: str) -> Page:
    """The job on the phone, with its day kept for a time without network."""
    page = phone.open("/my-day")
    wait_until(lambda: page.evaluate("navigator.serviceWorker.getRegistration('/my-day').then((one) => Boolean(one?.active))"), what="the worker")
    page = phone.open(f"/my-day/{order}")
    unsent(page, 0)
    return page


def number_of(colleague: Callable[[str], Client], order: str) -> str:
    return colleague("engineer").get(f"/work-orders/{order}").json()["number"]


def lies_on(page: Page, path: str) -> None:
    """The page was taken along by the worker."""
    wait_until(lambda: page.evaluate("(path) => caches.match(path).then(Boolean)", path), what=f"{path} on the phone")


def test_steps_without_a_network_are_kept_and_sent_in_order_with_their_times(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone = people("engineer", width=390, traced=True)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    phone.context.set_offline(True)
    for count, step in enumerate(("depart", "arrive"), start=1):
        expect(page.locator(f"[data-dock={step}]")).to_be_visible()
        page.locator("#big-step").click()
        unsent(page, count)
    expect(page.locator("[data-offline]")).to_be_visible()
    # The browser is started anew, still in the basement.
    page.close()
    phone.page = phone.context.new_page()
    page = phone.open(f"/my-day/{job[1]}")
    unsent(page, 2)
    assert times_of(colleague, job[1])["departedAt"] is None
    reconnected = datetime.datetime.now(datetime.UTC).isoformat()
    phone.context.set_offline(False)
    unsent(page, 0)
    times = times_of(colleague, job[1])
    assert times["departedAt"] <= times["arrivedAt"] < reconnected


def test_a_step_that_is_refused_stays_until_a_person_settles_it(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    """Meanwhile the office took the job back."""
    phone = people("engineer", width=390, traced=True)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "status 4", "status of 4", "service worker")
    page = opened(phone, job[1])
    phone.context.set_offline(True)
    page.locator("#big-step").click()
    unsent(page, 1)
    answer = colleague("dispatcher").post(f"/work-orders/{job[1]}/hand-back", {"reason": "换人"})
    assert answer.status_code == 200, answer.text
    phone.context.set_offline(False)
    expect(page.locator("[data-offline][data-s=late]")).to_be_visible(timeout=20_000)
    unsent(page, 1)
    page = phone.open("/my-day/unsent")
    card = page.locator("[data-refused-list] > *").first
    expect(card).to_be_visible()
    page.on("dialog", lambda dialog: None)
    card.locator("[data-act=hand]").click()
    unsent(page, 0)


def test_a_phone_whose_clock_is_wrong_by_a_day_tells_the_right_time(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone = people("engineer", width=390)
    now = datetime.datetime.now(datetime.UTC)
    phone.page.clock.install(time=now + datetime.timedelta(days=1))
    page = opened(phone, job[1])
    page.locator("#big-step").click()
    expect(page.locator("[data-dock=arrive]")).to_be_visible(timeout=20_000)
    left = datetime.datetime.fromisoformat(wait_until(lambda: times_of(colleague, job[1])["departedAt"], 20, "the step at the office"))
    assert abs(left - now) < datetime.timedelta(minutes=5), left


@pytest.mark.parametrize("kind", ["huge", "heic", "program"])
def test_a_photo_of_any_kind_is_sent_or_shown_as_refused(
    people: People, colleague: Callable[[str], Client], chromium: Browser, job: Job, tmp_path: pathlib.Path, kind: str
) -> None:
    photo = {
        "huge": lambda: photos.huge(tmp_path), "heic": lambda: photos.heic(tmp_path, photos.a_photo(chromium)),
        "program": lambda: photos.renamed_program(tmp_path)}[kind]()
    phone = people("engineer", width=390)
    page = opened(phone, job[1])
    if kind == "program":
        phone.expect("status 4", "status of 4")
    page.locator("[data-photos] input[type=file]").first.set_input_files(photo)
    if kind == "program":
        expect(page.locator("[data-offline][data-s=late]")).to_be_visible(timeout=20_000)
        page = phone.open("/my-day/unsent")
        expect(page.locator("[data-refused-list] > *").first).to_be_visible()
        return
    office = colleague("dispatcher")
    (kept,) = wait_until(lambda: office.get(f"/requests/{job[0]}/attachments").json()["items"], 60, "the photo at the office")
    assert kept["name"].lower().endswith((".jpg", ".heic")), kept
    unsent(page, 0)


def test_a_step_that_was_sent_is_not_offered_again_by_a_page_that_lay_on_the_phone(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone, number = people("engineer", width=390, traced=True), number_of(colleague, job[1])
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    lies_on(page, f"/my-day/{number}")
    page.locator("#big-step").click()
    wait_until(lambda: times_of(colleague, job[1])["departedAt"], 20, "the step at the office")
    expect(page.locator("[data-dock=depart]")).to_have_count(0)
    phone.context.set_offline(True)
    page = phone.open(f"/my-day/{number}")
    expect(page.locator("[data-dock=depart]")).to_be_hidden()
    expect(page.locator("[data-dock=arrive]")).to_be_visible()
    page = phone.open("/my-day")
    expect(page.locator(f"[data-order='{number}'] [data-state]")).to_have_text("在路上")
    unsent(page, 0)
    phone.context.set_offline(False)
    # The server's own word counts again as soon as it is heard.
    page = phone.open(f"/my-day/{number}")
    expect(page.locator("[data-dock=depart]")).to_have_count(0)


def test_a_job_whose_steps_were_sent_by_the_signal_is_read_anew(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone = people("engineer", width=390, traced=True)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    phone.context.set_offline(True)
    page.locator("#big-step").click()
    unsent(page, 1)
    phone.context.set_offline(False)
    expect(page.locator("[data-dock=depart]")).to_have_count(0, timeout=20_000)
    expect(page.locator("[data-dock=arrive]")).to_be_visible()


def test_a_big_step_takes_nothing_away_that_is_half_filled_in(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone = people("engineer", width=390, traced=True)
    page = opened(phone, job[1])
    note = page.locator("#form-comment textarea").first
    page.locator("details.other", has=page.locator("#form-comment")).locator("summary").click()
    note.fill("备件在车上，")
    page.locator("#big-step").click()
    wait_until(lambda: times_of(colleague, job[1])["departedAt"], 20, "the step at the office")
    expect(page.locator("#toasts .toast")).to_contain_text("您在填的没有动")
    expect(note).to_have_value("备件在车上，")
    # The next step is there all the same.
    page.locator("[data-dock=arrive] .bigstep").click()
    wait_until(lambda: times_of(colleague, job[1])["arrivedAt"], 20, "the next step at the office")
    expect(note).to_have_value("备件在车上，")
    page.locator("#toasts .toast button").click()
    expect(page.locator("[data-dock=arrive]")).to_have_count(0)


def test_a_step_does_not_wait_for_a_whole_photo(people: People, colleague: Callable[[str], Client], job: Job, tmp_path: pathlib.Path) -> None:
    phone = people("engineer", width=390, traced=True)
    page = opened(phone, job[1])
    network = phone.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 250_000})
    with page.expect_request(lambda request: request.method == "PUT"):
        page.locator("[data-photos] input[type=file]").first.set_input_files(photos.huge(tmp_path))
    page.locator("#big-step").click()
    wait_until(lambda: times_of(colleague, job[1])["departedAt"], 10, "the step at the office")
    assert not colleague("dispatcher").get(f"/requests/{job[0]}/attachments").json()["items"]


def test_a_job_says_that_the_office_changed_its_case(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone = people("engineer", width=390, traced=True)
    page = opened(phone, job[1])
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_000)
    expect(page.locator("#toasts .toast")).to_have_count(0)
    colleague("dispatcher").step(job[0], "comment", text="院方请先到三楼")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#toasts .toast")).to_contain_text("派工有变化")


def test_a_slow_answer_does_not_bend_the_phones_clock_and_steps_keep_their_order(people: People, job: Job) -> None:
    phone = people("engineer", width=390, traced=True)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    # The phone knows the time already; before that it takes what it hears.
    wait_until(lambda: page.evaluate("self.phone.fact('clock').then(Boolean)"), what="the time")
    phone.context.set_offline(True)
    # A piece of a photo took 20 seconds to the server; its answer came at once.
    late = page.evaluate("self.phone.hear(new Date().toUTCString(), Date.now() - 20_000).then(() => self.phone.now()).then((now) => now.at - Date.now())")
    assert abs(late) < 2_000, late
    page.evaluate("self.phone.setFact('clock', { ahead: -20_000, at: Date.now() })")
    page.locator("#big-step").click()
    unsent(page, 1)
    page.evaluate("self.phone.setFact('clock', { ahead: 0, at: Date.now() })")
    page.locator("[data-dock=arrive] .bigstep").click()
    unsent(page, 2)
    depart, arrive = page.evaluate("self.phone.steps().then((steps) => steps.map((step) => step.at))")
    assert depart < arrive


def test_what_follows_a_mended_step_is_one_of_its_own(people: People, colleague: Callable[[str], Client], job: Job) -> None:
    phone, number = people("engineer", width=390, traced=True), number_of(colleague, job[1])
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    seq = page.evaluate("""(order) => self.phone.keep({ owner: document.body.dataset.staff, order, case: "", step: "comment", path: `/my-day/${order}/comment`,
      fields: [["text", "第一条"]], title: "给同事留言", about: "", at: Date.now(), ahead: 0, key: self.phone.key(), state: "refused", problem: { status: 409, code: "x", detail: "x" } })""", number)
    page = phone.open(f"/my-day/{number}?edit={seq}#step-comment")
    note, details = page.locator("#form-comment textarea").first, page.locator("details.other", has=page.locator("#form-comment"))
    expect(note).to_have_value("第一条")
    phone.context.set_offline(True)
    note.fill("第一条，改过")
    details.locator("button.btn").last.click()
    page.wait_for_url(f"**/my-day/{number}")
    unsent(page, 1)
    details.locator("summary").click()
    note.fill("第二条")
    details.locator("button.btn").last.click()
    unsent(page, 2)


def test_a_page_that_was_kept_before_a_release_finds_todays_files(people: People, job: Job) -> None:
    phone = people("engineer", width=390)
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "service worker")
    page = opened(phone, job[1])
    wait_until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), what="the worker in charge")
    phone.context.set_offline(True)
    address = page.evaluate("document.querySelector('link[href*=\"phone.css\"], link[href*=\"phone\"][rel=stylesheet]').href.split('?')[0]")
    assert page.evaluate("(address) => fetch(`${address}?v=before`).then((answer) => answer.status, () => 0)", address) == 200
