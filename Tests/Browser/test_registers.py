"""The registers with hands: keys of a list, names picked while typing, two people at one record, a file that is imported (ORG-2)."""

from __future__ import annotations

from collections.abc import Callable

from people import People
from playwright.sync_api import expect
from weibao import Client


def test_a_list_is_walked_by_keys(people: People, scene: dict[str, str]) -> None:
    person = people("dispatcher")
    page = person.open("/registers/customers")
    names = page.locator("table.records .open")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(names.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(names.first).to_be_focused()
    first = names.first.text_content()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(first)
    page.keyboard.press("e")
    expect(page.locator("form.editing")).to_be_visible()
    page.goto(person.address + "/registers/customers")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("余干")
    page.keyboard.press("Enter")
    expect(names.first).to_contain_text("余干")


def test_a_machine_is_recorded_by_keyboard_alone(people: People, scene: dict[str, str]) -> None:
    person = people("call-taker")
    page = person.open("/registers/equipment/new")
    page.locator("#f-serialNumber").fill("KB-2026-0001")
    page.keyboard.press("Tab")
    page.keyboard.type("DR")
    expect(page.locator("#f-model-picks [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#f-model")).not_to_have_value("DR")
    page.keyboard.press("Tab")
    page.keyboard.type("ygxrmyy")
    expect(page.locator("#f-customer-picks [role=option]").first).to_contain_text("余干县人民医院")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#f-site-picks [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.locator("form.editing button.pri").press("Enter")
    expect(page.locator("h1")).to_have_text("KB-2026-0001")
    expect(page.locator(".kv.wide")).to_contain_text("余干县人民医院")


def test_what_is_typed_and_not_saved_is_not_lost_by_a_slip(people: People, scene: dict[str, str]) -> None:
    person = people("call-taker")
    page = person.open("/registers/sites/new")
    page.locator("#f-name").fill("住院楼")
    with page.expect_event("dialog") as asked:
        page.evaluate("location.assign('/registers')")
    assert asked.value.type == "beforeunload"
    person.expect("dialog")
    expect(page.locator("#f-name")).to_have_value("住院楼")


def test_two_people_at_one_record_see_both_sides(people: People, scene: dict[str, str], colleague: Callable[[str], Client]) -> None:
    person = people("service-manager")
    page = person.open(f"/registers/customers/{scene['customer']}/edit")
    other = colleague("call-taker")
    record = other.get(f"/customers/{scene['customer']}").json()
    answer = other.call(
        "PATCH", f"/customers/{scene['customer']}", json={"address": "解放路 1 号", "shortName": "对方写的"}, headers={"If-Match": f'"{record["version"]}"'})
    assert answer.status_code == 200, answer.text
    person.expect("409")
    page.locator("#f-shortName").fill("我写的")
    page.locator("form.editing button.pri").click()
    expect(page.locator(".sides")).to_contain_text("对方写的")
    expect(page.locator("#f-shortName")).to_have_value("我写的")
    expect(page.locator("#f-address")).to_have_value("解放路 1 号")
    page.locator("form.editing button.pri").click()
    expect(page.locator("#history li").first).to_contain_text("我写的")


def test_a_file_is_looked_at_and_then_imported(people: People, scene: dict[str, str]) -> None:
    person = people("service-manager")
    page = person.open("/registers/customers/import")
    text = "客户名称,类型,区县\n导入测试医院,医院,余干县\n<script>alert(1)</script>,飞船,\n".encode()
    page.locator("#import-file").set_input_files({"name": "<img src=x>.csv", "mimeType": "text/csv", "buffer": text})
    page.locator("main form button.pri").click()
    # It is followed without a reload by hand.
    expect(page.locator(".wrongcell")).to_contain_text("飞船", timeout=20_000)
    with page.expect_download() as refused:
        page.locator("a[download]").click()
    assert "原因" in refused.value.path().read_text()
    page.locator("form:has([name=skip]) button").click()
    expect(page.locator(".sums")).to_contain_text("已新增", timeout=20_000)
    page.goto(person.address + "/registers/customers?find=导入测试医院")
    expect(page.locator("table.records .open").first).to_have_text("导入测试医院")
