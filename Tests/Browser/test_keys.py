"""Without a mouse: help is one key away, and whoever goes through a screen by Tab sees where they are."""

from __future__ import annotations

import pytest
from people import People
from playwright.sync_api import Page, expect
from screens import SCREENS, Screen

SIGNED_IN = [screen for screen in SCREENS if screen.role and screen.status == 200]

# What has the focus, and whether it shows: a ring of its own or of what holds it.
FOCUSED = """() => {
  const at = document.activeElement;
  const ring = (one) => one && [undefined, "::after"].some((part) => {
    const { outlineStyle, boxShadow } = getComputedStyle(one, part);
    return outlineStyle !== "none" || boxShadow !== "none";
  });
  const box = at.getBoundingClientRect();
  return { what: at.outerHTML.slice(0, 160), is_body: at === document.body, rings: [at, at.parentElement, at.closest("label, li, tr, form")].some(ring), seen: box.width > 0 && box.height > 0 };
}"""


@pytest.mark.parametrize("screen", SIGNED_IN, ids=str)
def test_a_screen_needs_no_mouse(people: People, scene: dict[str, str], screen: Screen) -> None:
    """The first Tab offers to skip the menu; then twenty more, each of which shows its place; and help is one key away."""
    page = people(screen.role).open(screen.address.format(**scene))
    page.wait_for_load_state("load")
    to_the_top(page)
    lost = []
    for count in range(21):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if count == 0 and page.locator(".skip").count():
            assert "skip" in at["what"], at
        if at["is_body"]:
            break
        if not (at["rings"] and at["seen"]):
            lost.append(at["what"])
    assert not lost, "\n".join(lost)
    if page.locator("dialog#help").count():
        see_help(page)


def to_the_top(page: Page) -> None:
    """Out of whatever has the focus; a date field of Chromium's does not let go by `blur()`."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")


def see_help(page: Page) -> None:
    """A question mark opens the help of the screen, Escape closes it."""
    to_the_top(page)
    page.keyboard.press("?")
    help = page.locator("dialog#help")
    expect(help).to_be_visible()
    assert help.locator("li").count() >= 1
    page.keyboard.press("Escape")
    expect(help).to_be_hidden()
