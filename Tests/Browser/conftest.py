from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from company import boss, clients, copy_of_company, served, template  # noqa: F401 (fixtures)
from people import BUILD, DEMO_PASSWORD, People, launch, session_of
from playwright.sync_api import Browser, expect, sync_playwright
from screens import play
from weibao import Client, Company, Server


# A debug build on a busy machine of two cores; what holds is seen at once.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    shutil.rmtree(BUILD / "failed", ignore_errors=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def colleague(served: tuple[Company, Server]) -> Callable[[str], Client]:
    """The interface as the demonstration's user of a role, for what happens off the screen."""

    def client(role: str) -> Client:
        client = served[1].client(None)
        client.session.cookies["weibao-session"] = session_of(served[1].address, role, DEMO_PASSWORD)
        client.session.headers["Origin"] = served[1].address
        return client

    return client


@pytest.fixture(scope="module")
def scene(colleague: Callable[[str], Client], chromium: Browser) -> dict[str, str]:
    """The shared company, brought into a state where every screen has something to show."""
    return play(colleague, chromium)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def people(request: pytest.FixtureRequest, chromium: Browser, served: tuple[Company, Server]) -> Iterator[People]:
    """Persons of this test, who have a browser each. A console error, a failed request, an answer of 400 and more, a dialog or a
    violation of the content security policy that the test did not expect makes it fail."""
    people = People(chromium, served[1], BUILD / "failed")
    yield people
    if request.node.stash.get(FAILED, True):
        people.keep_evidence(request.node.name)
    complaints = people.go_home()
    assert not complaints, "browsers complained:\n" + "\n".join(dict.fromkeys(complaints))
