"""What a screen weighs on a slow line, and that it can be used on one."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from people import People, Person
from playwright.sync_api import expect
from screens import SCREENS, Screen

FIRST, AFTER = 120_000, 30_000
"""Bytes of HTML, CSS and JavaScript, packed: of a first visit, and of every one after it."""


class Scale:
    """Weighs what a page loads over the network, as `gzip` packs it; what the browser had kept weighs nothing."""

    def __init__(self, person: Person) -> None:
        self.session = person.context.new_cdp_session(person.page)
        self.kinds: dict[str, tuple[str, str]] = {}
        self.kept: set[str] = set()
        self.session.on("Network.responseReceived", self.received)
        self.session.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        self.session.send("Network.enable")

    def received(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if event["type"] in ("Document", "Stylesheet", "Script"):
            self.kinds[event["requestId"]] = (event["type"], response["url"])
        if response.get("fromDiskCache"):
            self.kept.add(event["requestId"])

    def weigh(self) -> dict[str, int]:
        """By address, since the last weighing."""
        found = {}
        for request, (_, url) in self.kinds.items():
            if request not in self.kept:
                body = self.session.send("Network.getResponseBody", {"requestId": request})["body"]
                found[url] = len(gzip.compress(body.encode(), 6))
        self.kinds.clear()
        return found


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_screen_is_light(people: People, scene: dict[str, str], screen: Screen) -> None:
    """A browser that was never here, then the same address again with what it kept."""
    person = people(screen.role, width=390)
    person.expect(*screen.expected)
    scale = Scale(person)
    for visit, limit in (("first", FIRST), ("again", AFTER)):
        page = person.open(screen.address.format(**scene))
        page.wait_for_load_state("load")
        weights = scale.weigh()
        if visit == "first":
            # A worker's script is loaded outside of the page.
            if worker := page.locator("body").get_attribute("data-live-worker"):
                weights[worker] = len(gzip.compress(page.request.get(person.address + worker).body(), 6))
            assert any(".css" in url for url in weights), f"nothing was weighed: {weights}"
        assert sum(weights.values()) <= limit, f"{visit}: {sum(weights.values())} bytes: {weights}"


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen.status == 200], ids=str)
def test_a_screen_is_there_before_its_scripts(people: People, scene: dict[str, str], screen: Screen) -> None:
    """With 400 ms to the server and back, nobody waits for script: what the page is for is seen while no script has come yet."""
    person = people(screen.role, width=390)
    person.expect(*screen.expected)
    held: list[Any] = []
    person.context.route(re.compile(r"\.js(\?|$)"), lambda route: held.append(route))
    session = person.context.new_cdp_session(person.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000})
    person.page.goto(person.address + screen.address.format(**scene), wait_until="commit")
    expect(person.page.locator(screen.shows).first).to_be_visible()
    assert held or not person.page.locator("script").count()
    for route in held:
        route.continue_()
