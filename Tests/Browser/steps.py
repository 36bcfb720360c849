"""Steps of a case as people take them on its page: unfold the form, fill it in, press its button, see that it was done."""

from __future__ import annotations

import pathlib
import re
import subprocess

from people import Person
from playwright.sync_api import Locator, Page, expect

CHINESE = re.compile(r"[\u4e00-\u9fff]")


# Labels without what is chosen beside them.
OWN_WORDS = """() => [...document.querySelectorAll("nav a, main button, main label, main th, main h2")].map((one) => {
  const words = one.cloneNode(true);
  for (const chosen of words.querySelectorAll("select, option, textarea")) chosen.remove();
  return words.textContent.trim();
})"""


def unfold(form: Locator) -> None:
    """Opens what holds the form, the outermost first, as a finger does."""
    folded = form.locator("xpath=ancestor::details[not(@open)]")
    while folded.count():
        folded.first.locator(":scope > summary").click()


def fill(form: Locator, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        field = form.locator(f"[name='{name}']")
        if field.first.evaluate("(field) => field.type") in ("radio", "checkbox"):
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif field.evaluate("(field) => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def take(person: Person, number: str, step: str, **fields: str) -> Page:
    """Takes the step on the page of the case."""
    page = person.open(f"/requests/{number}")
    form = page.locator(f"main form[action$='/{step}']").first
    expect(form).to_be_attached()
    unfold(form)
    fill(form, fields)
    form.locator(".act > button, button.pri").first.click()
    expect(page.locator("[role=status].toast, #toasts .toast").first).to_be_visible()
    return page


def speaks(page: Page, language: str) -> None:
    """The page's own words are of that language; what people typed is theirs."""
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    own = page.evaluate(OWN_WORDS)
    if language == "en":
        # A button that names the contact holds a name that people typed.
        assert not (foreign := [text for text in own if CHINESE.search(text.replace("李敏", "")) and text != "中文"]), foreign
    else:
        assert any(CHINESE.search(text) for text in own)


def read_back(page: Page) -> str:
    """The number that the desk shows in large digits, to be read to the caller."""
    expect(page.locator("#readback")).to_be_visible()
    number = re.search(r"SR-\d{8}-\d{4}", page.locator("#readback").inner_text() + page.locator("#readback .vh").first.text_content())
    assert number, page.locator("#readback").inner_text()
    return number[0]


def scan(page: Page, folder: pathlib.Path) -> list[str]:
    """What a telephone's camera reads of the QR codes on a page."""
    picture = folder / "codes.png"
    page.screenshot(path=picture, full_page=True)
    done = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True)
    return done.stdout.split()


def link_of(person: Person, number: str, folder: pathlib.Path) -> str:
    """Makes the hospital's link on the page of the case, and reads the code that the office would send."""
    page = person.open(f"/requests/{number}")
    page.locator("form[action$='/links'] button").click()
    page.locator(".case-links summary").first.click()
    expect(page.locator(".case-links svg").first).to_be_visible()
    (address,) = {address for address in scan(page, folder) if "/c/" in address}
    return address


def label_of(person: Person, machine: str, folder: pathlib.Path) -> str:
    """Prints a machine's label as the office does, and scans the sheet."""
    page = person.open(f"/labels?machine={machine}")
    with person.context.expect_page() as opened:
        page.locator("button[name=as][value=page]").first.click()
    sheet = opened.value
    sheet.wait_for_load_state()
    (address,) = {address for address in scan(sheet, folder) if "/m/" in address}
    sheet.close()
    return address
