"""What others do appears without a reload, over one connection for all of a browser's tabs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests
from people import People
from playwright.sync_api import expect
from weibao import Client, wait_until

TABS = 4


def connections(address: str) -> int:
    return int(re.search(r"^weibao_live_connections (\d+)", requests.get(f"{address}/metrics", timeout=10).text, re.M)[1])


@pytest.mark.parametrize("worker", ["shared", "none"])
def test_a_browser_holds_one_connection_however_many_tabs(
    people: People, scene: dict[str, str], colleague: Callable[[str], Client], worker: str
) -> None:
    """Also where there is no shared worker, as on phones: one tab holds it and tells the others; when that one goes, the next takes over."""
    dispatcher = people("dispatcher")
    if worker == "none":
        dispatcher.context.add_init_script("delete window.SharedWorker")
    # A connection that went is noticed at the next heartbeat, 15 s later at most.
    wait_until(lambda: connections(dispatcher.address) == 0, 40, "those of other tests are gone")
    tabs = [dispatcher.page] + [dispatcher.context.new_page() for _ in range(TABS - 1)]
    for tab in tabs:
        tab.goto(f"{dispatcher.address}/requests/{scene['case']}")
        expect(tab.locator("[data-live-mark]").first).to_have_attribute("data-s", "met")
    assert connections(dispatcher.address) == 1
    for round, open_tabs in enumerate((tabs, tabs[1:])):
        said = f"听得到吗 {worker} {round}"
        colleague("service-manager").step(scene["case"], "comment", text=said)
        for tab in open_tabs:
            expect(tab.get_by_text(said).first).to_be_visible()
        open_tabs[0].close()
    wait_until(lambda: connections(dispatcher.address) == 1, 40, "the one that went is noticed")
    for tab in tabs[2:]:
        tab.close()
    wait_until(lambda: connections(dispatcher.address) == 0, 40, "the connection goes with the last tab")
