"""One fault from the call to the close, played by four people in front of their own screens, in zh and again in en: the call taker at the
desk, the dispatcher at the board, the engineer with a telephone that loses its network, the hospital on its link."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest
from people import Person, People
from playwright.sync_api import Page, expect
from steps import link_of, read_back, speaks, take
from weibao import Client, wait_until


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_fault_is_played_by_four_people(people: People, colleague: Callable[[str], Client], tmp_path: pathlib.Path, language: str) -> None:
    desk, board = people("call-taker", language, traced=True), people("dispatcher", language, traced=True)
    phone, hospital = people("engineer", language, width=390, traced=True), people(None, language, width=390, traced=True)
    office = colleague("service-manager")
    who = colleague("engineer").get("/me").json()["id"]
    busy = {(one.get("equipment") or {}).get("id") for one in office.everything("/requests?state=open")}
    machine = next(one for one in office.everything("/equipment") if one["state"] == "in-use" and one["id"] not in busy)

    board.open("/board")
    number = call(desk, machine["serialNumber"])
    # The board hears of it by itself.
    expect(board.page.locator(f"#list [data-number='{number}']")).to_be_visible()
    speaks(board.page, language)
    send(board.page, number, who)
    order = office.get(f"/requests/{number}").json()["workOrders"][0]["number"]

    drive_without_network(phone, order)
    times = office.get(f"/work-orders/{order}").json()
    assert times["departedAt"] <= times["arrivedAt"]
    job = phone.open(f"/my-day/{order}")
    step(job, "locate", lambda: job.locator("#form-locate [name=cause][value=hardware]").check())
    step(job, "propose", lambda: job.fill("#form-propose [name=remedy]", "更换供电板，约一小时"))

    hospital.page.goto(link_of(desk, number, tmp_path))
    speaks_calmly(hospital.page, language)
    word(hospital.page, "agree")
    job.goto(f"{phone.address}/my-day/{order}")
    job.fill("#record-work", "更换供电板，试机 10 次正常")
    job.fill("#record-parts", "PB-2207")
    with job.expect_navigation():
        job.locator("#form-record button").last.click()
    expect(job.locator("main .signs").last).to_contain_text("试机 10 次")
    step(job, "clear", lambda: job.fill("#form-clear [name=remedy]", "更换供电板"))
    word(hospital.page, "confirm")
    job.reload()
    step(job, "leave")

    take(people("service-manager", language), number, "sign-off")
    take(desk, number, "close")
    speaks(desk.page, language)
    assert office.get(f"/requests/{number}").json()["state"] == "closed"


def call(desk: Person, serial: str) -> str:
    """The call: the machine found by its number, the form, the number read back."""
    page = desk.open("/desk?fresh=1")
    page.fill("#find", serial)
    expect(page.locator("#found .hit[aria-current]")).to_be_visible()
    page.press("#find", "Enter")
    expect(page.locator("#card [data-equipment]")).to_be_visible()
    page.fill("#f-name", "李敏")
    page.fill("#f-phone", "0793-86001234")
    page.locator("#case-form [name=scope]").first.check()
    page.fill("#f-said", "开机后无图像，急诊等着用")
    page.keyboard.press("Control+Enter")
    return read_back(page)


def send(page: Page, number: str, engineer: str) -> None:
    """Chooses the row and sends the engineer: by the offer's button, or by dragging onto their lane."""
    row = page.locator(f"#list [data-number='{number}']")
    row.locator(".c-no a").click()
    side = page.locator(f"#side .about-case[data-number='{number}']")
    expect(side).to_be_visible()
    offer = page.locator(f"#side .offer[data-engineer='{engineer}']")
    if offer.count():
        more = page.locator("#side details.more")
        if not offer.is_visible():
            more.locator("summary").click()
        button = page.locator("#side .foot .btn.pri.send") if "best" in offer.get_attribute("class") else offer.locator("button.send")
        button.click()
    else:
        row.drag_to(page.locator(f"#time .lane[data-engineer='{engineer}']"))
        if page.locator("#ask[open]").count():
            page.locator("#ask button[value=yes]").click()
    expect(page.locator("#toasts .toast")).to_be_visible()


def drive_without_network(phone: Person, order: str) -> None:
    """Leaves with a network, arrives without one; what waits is counted in plain sight, survives a reload, and is sent by itself."""
    page = phone.open("/my-day")
    wait_until(lambda: page.evaluate("navigator.serviceWorker.getRegistration('/my-day').then((one) => Boolean(one?.active))"), what="the worker")
    page.locator(f"main a[href*='{order}']").first.click()
    step(page, "depart")
    expect(page.locator("[data-dock=arrive]")).to_be_visible()
    phone.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    phone.context.set_offline(True)
    page.locator("#big-step").click()
    expect(page.locator("#unsent-count")).to_contain_text("1")
    page.reload()
    expect(page.locator("#unsent-count")).to_contain_text("1")
    phone.context.set_offline(False)
    expect(page.locator("#unsent-count")).not_to_contain_text("1", timeout=30_000)


def step(page: Page, name: str, fill: Callable[[], object] = lambda: None) -> None:
    """The one big button under the thumb, with what it asks for."""
    big = page.locator(f"[data-dock='{name}']:visible")
    expect(big).to_be_visible()
    fill()
    # Sent at once, and the page read anew.
    with page.expect_navigation():
        big.locator(".bigstep").click()
    expect(page.locator(f"[data-dock='{name}']:visible")).to_have_count(0)


def word(page: Page, what: str) -> None:
    """The hospital's word: its name, and the button that says what it does."""
    page.goto(f"{page.url.split('/c/')[0]}/c/{page.url.split('/c/')[1].split('/')[0].split('?')[0]}/{what}")
    page.fill("#contact", "李敏")
    if what == "confirm":
        page.locator("[name=rating]").last.check()
        box = page.locator("canvas[data-sign]").bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 180, box["y"] + 70, steps=8)
        page.mouse.up()
    page.locator("button.bigstep").click()
    expect(page.locator("[role=status].note").first).to_be_visible()


def speaks_calmly(page: Page, language: str) -> None:
    """No codes, no roles: what is so, in the reader's words."""
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    expect(page.locator(".parcel [aria-current=step]")).to_be_visible()
