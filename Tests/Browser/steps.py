"""Steps of a case as people take them on its page: unfold the form, fill it in, press its button, see that it was done."""

from __future__ import annotations

import re
from typing import Any

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
        assert not (foreign := [text for text in own if CHINESE.search(text) and text != "中文"]), foreign
    else:
        assert any(CHINESE.search(text) for text in own)
