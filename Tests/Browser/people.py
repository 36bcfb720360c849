"""People in front of screens: one browser, a context for each person, and an ear for everything a browser complains of."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import os
import pathlib
import re
import shutil
from collections.abc import Callable
from typing import Any

import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, Request, Response
from weibao import ROOT, Server

DEMO_PASSWORD = "weibao-demo"
"""Of the demonstration's users, who have names, badges and branches; they sign in by the name of their role."""

CLOSING_SECONDS = 30

BUILD = ROOT / "build"
"""What people look at: pictures of every screen, and of what failed. Git ignores it."""

# Runs before the page's own scripts. What shifts without somebody having pressed a key or clicked is a layout shift.
OBSERVE = """
window.shifted = 0;
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.shifted += entry.value;
    for (const source of entry.sources) if (source.node) window.shifts.push((source.node.outerHTML ?? source.node.textContent).slice(0, 120));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium. A start takes more than a second, so all tests share one."""
    found = os.environ.get("WEIBAO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "No chromium here. Scripts/setup test installs it; WEIBAO_CHROMIUM names another."
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-gpu", "--disable-gpu-rasterization", "--force-color-profile=srgb"])


@functools.cache
def session_of(address: str, name: str, password: str) -> str:
    """The cookie of a session; asked for once, as a password's hash is slow on purpose."""
    answer = requests.post(
        f"{address}/sign-in", data={"name": name, "password": password, "next": "/"}, headers={"Origin": address}, allow_redirects=False, timeout=60,
        verify=False)
    assert answer.status_code == 303, f"{name} cannot sign in: {answer.status_code} {answer.text[:500]}"
    return answer.cookies["weibao-session"]


@dataclasses.dataclass
class Person:
    """Somebody with a browser of their own: cookies, storage, language, size of screen."""

    name: str
    context: BrowserContext
    page: Page
    address: str
    traced: bool = False
    complaints: list[str] = dataclasses.field(default_factory=list)
    expected: list[str] = dataclasses.field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def expect(self, *patterns: str) -> None:
        """What this person's browser may complain of, because the test brings it about."""
        self.expected += patterns

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(re.search(pattern, text) for pattern in self.expected)]

    def listen(self) -> Person:
        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                where = message.location.get("url", "")
                self.complaints.append(f"console {message.type}: {message.text} ({where.removeprefix(self.address)})")

        def failed(request: Request) -> None:
            # Whoever leaves a page lets go of what it was still loading.
            if request.failure != "net::ERR_ABORTED":
                self.complaints.append(f"failed: {request.method} {request.url.removeprefix(self.address)} {request.failure}")

        def answered(response: Response) -> None:
            if response.status >= 400:
                self.complaints.append(f"status {response.status}: {response.request.method} {response.url.removeprefix(self.address)}")

        self.context.on("console", console)
        self.context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        self.context.on("requestfailed", failed)
        self.context.on("response", answered)
        # A dialog that nobody closes holds everything up; a script that was typed in somewhere would show one.
        self.context.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        return self


class People:
    """Makes the persons of one test, and hears at its end what their browsers complained of."""

    def __init__(self, browser: Browser, server: Server, folder: pathlib.Path) -> None:
        self.browser, self.server, self.folder = browser, server, folder
        self.persons: list[Person] = []

    def __call__(
        self, role: str | None = None, language: str = "zh", theme: str = "light", width: int = 1440, height: int | None = None,
        address: str | None = None, signed_in: bool = True, password: str = DEMO_PASSWORD, traced: bool = False, **options: Any
    ) -> Person:
        """A person with that role, signed in already (unless `signed_in` says no); nobody in particular without one."""
        address = address or self.server.address
        touch = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if width < 600 else {}
        context = self.browser.new_context(**{
            "viewport": {"width": width, "height": height or (844 if width < 600 else 900)}, "locale": {"zh": "zh-CN", "en": "en-GB"}[language],
            "color_scheme": theme, "timezone_id": "Asia/Shanghai"} | touch | options)
        context.set_default_timeout(15_000)
        context.add_init_script(OBSERVE)
        cookies = {"weibao-language": language}
        if role and signed_in:
            cookies["weibao-session"] = session_of(address, role, password)
        context.add_cookies([{"name": name, "value": value, "url": address, "httpOnly": name == "weibao-session"} for name, value in cookies.items()])
        if traced:
            context.tracing.start(screenshots=True, snapshots=True)
        person = Person(role or "anybody", context, context.new_page(), address, traced).listen()
        self.persons.append(person)
        return person

    def keep_evidence(self, name: str) -> None:
        """Of a test that failed: a picture of every open page, and traces where they were taken."""
        folder = self.folder / re.sub(r"[^\w.-]+", "-", name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number, person in enumerate(self.persons):
            for count, page in enumerate(person.context.pages):
                # A page that is just being left shows nothing; the others do.
                with contextlib.suppress(Error):
                    page.screenshot(path=folder / f"{number}-{person.name}-{count}.png", timeout=5_000)
                    (folder / f"{number}-{person.name}-{count}.html").write_text(page.content())
            if person.traced:
                person.context.tracing.stop(path=folder / f"{number}-{person.name}.zip")

    def go_home(self) -> list[str]:
        """Closes all browsers; what was complained of."""
        for person in self.persons:
            # As `context.close()`, which waits without a limit of time: one that hangs would take the rest of the tests' time with it, and what a
            # page did has been seen by then. The end of Chromium closes it.
            try:
                person.context._sync(asyncio.wait_for(person.context._impl_obj.close(reason=None), CLOSING_SECONDS))
            except TimeoutError:
                print(f"{person.name}: Chromium did not close the browser within {CLOSING_SECONDS} s")
        return [f"{person.name}: {text}" for person in self.persons for text in person.unexpected()]
