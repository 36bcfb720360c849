"""Every screen of the table in screens.py, on a phone and at a desk, light and dark, in both languages: nothing that axe or the
browser complains of, nothing wider than the glass, nothing that jumps; and a picture of each."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from people import BUILD, People
from playwright.sync_api import Page, expect
from screens import SCREENS, Screen

PICTURES = BUILD / "pictures"
SHIFT_LIMIT = 0.01
"""Of the sum of all layout shifts while a page loads; 0.1 is what the browsers' makers call good."""


AXE = Axe().axe_script


def complaints_of_axe(page: Page, *rules: str) -> list[str]:
    """All rules unless some are named. Only violations leave the page: what was right is long."""
    found = page.evaluate("(rules) => axe.run(document, rules.length ? { runOnly: rules } : {}).then(({ violations }) => violations)", rules)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} | {(node['any'] + node['all'] + node['none'] + [{'message': rule['help']}])[0]['message']}"
        for rule in found for node in rule["nodes"]]


def wait_until_calm(page: Page) -> None:
    """Fonts are there and two frames are drawn: nothing is going to move any more by itself."""
    page.evaluate("""document.fonts.ready.then(() => new Promise((done, fail) => {
      requestAnimationFrame(() => requestAnimationFrame(done));
      // A script has no limit of time, and a browser that draws nothing would hold up the whole run.
      setTimeout(() => fail(new Error("nothing was drawn for 30 s")), 30_000);
    }))""")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_screen_is_whole_in_every_form(people: People, scene: dict[str, str], screen: Screen, language: str) -> None:
    wrong: list[str] = []
    for width in (390, 1440):
        person = people(screen.role, language, width=width)
        person.expect(*screen.expected)
        page = person.open(screen.address.format(**scene))
        expect(page.locator(screen.shows).first).to_be_visible()
        wait_until_calm(page)
        shift = page.evaluate("window.shifted")
        if shift > SHIFT_LIMIT:
            wrong.append(f"{width}: it jumps by {shift:.3f}: {page.evaluate('window.shifts')[:3]}")
        # As long as the page, so that what clings to the lower edge is at the lower edge of its picture.
        page.set_viewport_size({"width": width, "height": min(max(page.evaluate("document.documentElement.scrollHeight"), 844), 4_000)})
        page.evaluate(AXE)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            # A theme changes colours, so the dark one is asked for contrast only.
            wrong += [f"{width} {theme}: {text}" for text in complaints_of_axe(page, *([] if theme == "light" else ["color-contrast"]))]
            page.screenshot(path=PICTURES / f"{screen.name}-{width}-{theme}-{language}.png", animations="disabled")
        for width in (360, 390) if width == 390 else (1024, 1440, 2560):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                wrong.append(f"{width}: the page is {wide} wide: {page.evaluate(WIDEST, width)}")
    assert not wrong, "\n".join(wrong)


# What sticks out on the right, the innermost of it.
WIDEST = """(width) => [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1).slice(-3)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_screen_is_read_without_script(people: People, scene: dict[str, str], screen: Screen) -> None:
    """A browser that runs none shows all there is, and every button belongs to a form that goes somewhere."""
    person = people(screen.role, width=390, java_script_enabled=False)
    person.expect(*screen.expected)
    page = person.open(screen.address.format(**scene))
    expect(page.locator(screen.shows).first).to_be_visible()
    html = page.content()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", html)
    scripts = re.findall(r"<script[^>]*>", html)
    assert all('src="/' in script for script in scripts), scripts
    for form in page.locator("main form").all():
        assert form.get_attribute("action") or form.get_attribute("method") == "dialog", form.evaluate("(form) => form.outerHTML.slice(0, 200)")
