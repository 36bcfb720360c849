"""Pages without an account (INT-1, ORG-4): a label on a machine, a link to a case; on a telephone, and inside WeChat."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import photos
import pytest
from people import People
from playwright.sync_api import Browser, Page, expect
from steps import CHINESE, label_of, link_of
from weibao import Client

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; HMA-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 XWEB/4435 MMWEBSDK/20230604 "
    "Mobile Safari/537.36 MicroMessenger/8.0.38.2400(0x28002651) Language/zh_CN")


@pytest.fixture(scope="module")
def machines(colleague: Callable[[str], Client]) -> Iterator[dict[str, str]]:
    """Machines in use, each test takes one for itself."""
    return iter([one for one in colleague("service-manager").everything("/equipment") if one["state"] == "in-use"][100:])


@pytest.fixture
def label(people: People, tmp_path: pathlib.Path) -> Callable[[str], str]:
    """Prints a machine's label as the office does, and scans the sheet."""
    return lambda machine: label_of(people("dispatcher"), machine, tmp_path)


def report(page: Page, text: str, **files: object) -> None:
    page.locator(".tiles label").first.click()
    page.fill("#text", text)
    page.fill("#phone", "0793-86001234")
    if files:
        page.locator("input[type=file]").set_input_files(files["photo"])
    page.locator("button.bigstep").click()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_label_leads_to_a_report_and_its_state(people: People, label: Callable[[str], str], machines: Iterator[dict[str, str]], language: str) -> None:
    """A tile, a sentence, a number: three things, and then the state like a parcel's. Nothing of anybody else is on the page."""
    machine = next(machines)
    nurse = people(None, language, width=390, user_agent=WECHAT)
    page = nurse.page
    page.goto(label(machine["id"]))
    expect(page.locator("h1")).to_be_visible()
    report(page, "开机后无图像，病人在等")
    page.wait_for_url("**/c/**")
    expect(page.locator(".parcel [aria-current=step]")).to_be_visible()
    expect(page.locator(".top .num")).to_contain_text("SR-")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if language == "en":
        assert not CHINESE.search(page.locator(".hero").inner_text()), page.locator(".hero").inner_text()
    assert nurse.context.cookies() == [cookie for cookie in nurse.context.cookies() if cookie["name"] == "weibao-language"]
    # The office has it.
    number = page.locator(".top .num").inner_text().strip()
    expect(people("dispatcher").open(f"/requests/{number}").locator("h1")).to_be_visible()


def test_a_label_works_without_script(people: People, label: Callable[[str], str], machines: Iterator[dict[str, str]]) -> None:
    nurse = people(None, width=390, java_script_enabled=False)
    nurse.page.goto(label(next(machines)["id"]))
    report(nurse.page, "无图像")
    nurse.page.wait_for_url("**/c/**")
    expect(nurse.page.locator(".parcel")).to_be_visible()


def test_a_label_of_a_retired_machine_says_whom_to_call(
    people: People, colleague: Callable[[str], Client], label: Callable[[str], str], machines: Iterator[dict[str, str]]
) -> None:
    machine = next(machines)
    address = label(machine["id"])
    boss, path = colleague("service-manager"), f"/equipment/{machine['id']}"
    changed = boss.call("PATCH", path, json={"state": "retired"}, headers={"If-Match": boss.get(path).headers["ETag"]})
    assert changed.status_code == 200, changed.text
    nurse = people(None, width=390)
    nurse.expect("status 4", "status of 4")
    nurse.page.goto(address)
    expect(nurse.page.locator("h1")).to_be_visible()
    expect(nurse.page.locator("a[href^='tel:']").first).to_be_visible()
    assert machine["serialNumber"] not in nurse.page.content() and not nurse.page.locator("input[name=trouble]").count()


def test_a_revoked_link_shows_nothing_more(
    people: People, colleague: Callable[[str], Client], machines: Iterator[dict[str, str]], tmp_path: pathlib.Path
) -> None:
    number = colleague("call-taker").report(summary="开机后无图像", serialNumber=next(machines)["serialNumber"])["number"]
    office = people("call-taker")
    address = link_of(office, number, tmp_path)
    nurse = people(None, width=390)
    nurse.page.goto(address)
    expect(nurse.page.locator(".parcel")).to_be_visible()
    office.page.locator(".case-links form[action*='revoke'] button").first.click()
    nurse.expect("status 4", "status of 4")
    nurse.page.goto(address)
    expect(nurse.page.locator("h1")).to_be_visible()
    assert number not in nurse.page.content() and "开机后无图像" not in nurse.page.content()


@pytest.mark.parametrize("kind", ["huge", "heic", "program"])
def test_a_photo_of_any_kind_is_taken_or_refused_with_what_was_typed_kept(
    people: People, colleague: Callable[[str], Client], chromium: Browser, label: Callable[[str], str], machines: Iterator[dict[str, str]],
    tmp_path: pathlib.Path, kind: str
) -> None:
    """20 million pixels, a telephone's own format, a program that calls itself a photo."""
    photo = {
        "huge": lambda: photos.huge(tmp_path), "heic": lambda: photos.heic(tmp_path, photos.a_photo(chromium)),
        "program": lambda: photos.renamed_program(tmp_path)}[kind]()
    nurse = people(None, width=390)
    page = nurse.page
    page.goto(label(next(machines)["id"]))
    if kind == "program":
        nurse.expect("status 4", "status of 4")
    report(page, "铭牌和现场见照片", photo=photo)
    if kind == "program":
        expect(page.locator("[role=alert]")).to_be_visible()
        assert page.input_value("#text") == "铭牌和现场见照片" and page.input_value("#phone") == "0793-86001234"
        return
    page.wait_for_url("**/c/**")
    number = page.locator(".top .num").inner_text().strip()
    (kept,) = colleague("dispatcher").get(f"/requests/{number}/attachments").json()["items"]
    assert kept["name"].lower().endswith((".jpg", ".heic")), kept
