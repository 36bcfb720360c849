"""The wall display: live, honest when it is not, readable from across the room, and a screen of its own for whoever holds its link (INT-6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from people import BUILD, People
from playwright.sync_api import expect
from test_every_screen import AXE, complaints_of_axe, wait_until_calm
from weibao import Client


def open_cases(page) -> int:
    return int(page.locator(".sums > div").nth(3).locator("b").inner_text())


def test_a_new_case_is_on_the_wall_a_moment_later(people: People, colleague: Callable[[str], Client]) -> None:
    page = people("dispatcher", width=1920, height=1080).open("/wall")
    page.wait_for_load_state("load")
    before = open_cases(page)
    page.wait_for_timeout(500)
    colleague("call-taker").report(summary="大屏上见")
    expect(page.locator(".sums > div").nth(3).locator("b")).to_have_text(str(before + 1))


def test_a_wall_that_hears_nothing_says_so_and_recovers(people: People) -> None:
    person = people("dispatcher", width=1920, height=1080)
    person.expect("ERR_", "failed:", "status")
    page = person.page
    page.clock.install()
    page.goto(person.address + "/wall")
    expect(page.locator("#stale")).to_be_hidden()
    page.route("**/wall/parts*", lambda route: route.abort())
    page.clock.run_for(60_000)
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#stale")).to_contain_text("断开")
    page.unroute("**/wall/parts*")
    page.clock.run_for(20_000)
    expect(page.locator("#stale")).to_be_hidden()


def test_a_television_shows_it_by_a_link_until_the_link_is_ended(people: People, colleague: Callable[[str], Client]) -> None:
    colleague("call-taker").report(summary="患者家属电话 13807910001")
    manager = people("service-manager")
    page = manager.open("/wall/screens")
    page.get_by_role("button", name="新建大屏链接").click()
    address = page.locator("ul.notices a.link").first.get_attribute("href")
    television = people(None, width=1920, height=1080)
    television.page.goto(television.address + address)
    expect(television.page.locator(".wlist li").first).to_be_visible()
    assert "13807910001" not in television.page.content() and television.page.locator("a").count() == 0
    page.locator("ul.notices button").first.click()
    television.expect("404")
    television.page.reload()
    expect(television.page.locator("h1")).to_be_visible()
    expect(television.page.locator(".wlist")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1440, 900), (390, 844)])
def test_it_fits_every_screen(people: People, language: str, width: int, height: int) -> None:
    page = people("dispatcher", language, width=width, height=height).open("/wall")
    expect(page.locator(".sums b").first).to_be_visible()
    wait_until_calm(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1440:
        assert page.evaluate("document.documentElement.scrollHeight") <= height, "a television does not scroll"
        # A hundredth of the screen's height and more: read from five metres.
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wlist .w-who')).fontSize) / innerHeight") > 0.018
    page.evaluate(AXE)
    assert not complaints_of_axe(page)
    page.screenshot(path=BUILD / "pictures" / f"wall-{width}-dark-{language}.png")
