"""What people wait for in a browser: the board with 2,000 open cases, and every main screen over a slow line; replaces its table in RESULTS.md.

    .venv/bin/python Benchmarks/screens.py [--open 2000] [--delay 400] [--write]

A release build over a company of the demonstration, in Debian's Chromium (Scripts/setup test). The board is opened, scrolled to its end by the
wheel and walked by keys; a long task is one of more than 50 ms on the page's thread. Over the slow line every request takes `--delay`
milliseconds more (the browser's own emulation), from an empty cache; "again" is the second visit.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

from common import ROOT, replace_table

sys.path += [str(ROOT / "Tests/Browser"), str(ROOT / "Tests/System")]
os.environ.setdefault("WEIBAO_BIN", str(ROOT / ".build/release/weibao"))

from people import People, Person  # noqa: E402
from people import launch, session_of  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from weibao import Client, Server, must  # noqa: E402

LONG_TASKS = "window.long = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.long.push(one.duration); }).observe({ type: 'longtask', buffered: true });"
FRAMES = """window.frames_ = []; let last; (function frame(now) { if (last) window.frames_.push(now - last); last = now; requestAnimationFrame(frame); })();"""


def fill(server: Server, count: int) -> None:
    """Open cases until there are so many."""
    desk = Client(server.address, None)
    desk.session.cookies["weibao-session"] = session_of(server.address, "call-taker", "weibao-demo")
    desk.session.headers["Origin"] = server.address
    machines = [one["serialNumber"] for one in desk.everything("/equipment") if one["state"] == "in-use"]
    for number in range(count):
        answer = desk.post("/requests", {
            "kind": "support", "summary": f"开机后无图像 {number}", "serialNumber": machines[number % len(machines)],
            "urgency": "emergency" if number % 7 == 0 else "normal", "contact": {"name": "李敏", "phone": "0793-86001234"}})
        assert answer.status_code == 201, answer.text


def board(people: People) -> dict[str, float]:
    page = people("dispatcher").page
    page.add_init_script(LONG_TASKS + FRAMES)
    start = time.perf_counter()
    page.goto(people.server.address + "/board")
    page.locator("#list tr.strip").first.wait_for()
    shown = (time.perf_counter() - start) * 1_000
    page.wait_for_timeout(1_000)
    page.evaluate("window.long = []; window.frames_ = []")
    page.mouse.move(500, 400)
    start = time.perf_counter()
    while page.locator("#next").count() and time.perf_counter() - start < 120:
        page.mouse.wheel(0, 3_000)
        page.wait_for_timeout(30)
    rows = page.locator("#list tr.strip").count()
    frames, tasks = page.evaluate("[window.frames_, window.long]")
    keys = []
    page.evaluate("window.long = []")
    for _ in range(20):
        keys.append(page.evaluate("""() => new Promise((done) => { const start = performance.now();
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
          requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))); })"""))
        page.wait_for_timeout(150)
    frames.sort()
    return {"shown": shown, "rows": rows, "frame": frames[int(len(frames) * 0.99)], "long": max(tasks, default=0), "key": statistics.median(keys)}


def slow(people: People, delay: int) -> dict[str, tuple[float, float]]:
    """Milliseconds until each screen can be used: first visit, and again."""
    cases = {
        "desk": ("call-taker", "/desk", "#find"), "board": ("dispatcher", "/board", "#list tr.strip"), "cases": ("dispatcher", "/requests", "tr.strip"),
        "my day": ("engineer", "/my-day", "h1"), "registers": ("dispatcher", "/registers/customers", "table.records"), "sign-in": (None, "/sign-in", "#name")}
    found: dict[str, tuple[float, float]] = {}
    for name, (role, path, shows) in cases.items():
        person = people(role, width=390 if name == "my day" else 1440)
        network(person, delay)
        times = []
        for _ in range(2):
            start = time.perf_counter()
            person.page.goto(people.server.address + path, wait_until="domcontentloaded")
            person.page.locator(shows).first.wait_for()
            times.append((time.perf_counter() - start) * 1_000)
            person.page.wait_for_timeout(1_500)
        found[name] = (times[0], times[1])
    return found


def network(person: Person, delay: int) -> None:
    session = person.context.new_cdp_session(person.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": delay, "downloadThroughput": 200_000, "uploadThroughput": 100_000})


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--open", type=int, default=2_000)
    options.add_argument("--delay", type=int, default=400)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="weibao-screens-") as folder, sync_playwright() as playwright:
        data = pathlib.Path(folder) / "data"
        must("demo", "--cases", "400", "--seed", "7", data=data, timeout=600)
        browser: Browser = launch(playwright)
        with Server(data) as server:
            fill(server, given.open)
            people = People(browser, server, pathlib.Path(folder))
            figures, waits = board(people), slow(people, given.delay)
            people.go_home()
        browser.close()
    lines = [
        f"| board with {figures['rows']:.0f} rows of {given.open:,} new cases | measured |", "| --- | --- |", f"| first rows shown after | {figures['shown']:.0f} ms |",
        f"| a frame while scrolling to the end, p99 | {figures['frame']:.0f} ms |", f"| longest task meanwhile | {figures['long']:.0f} ms |",
        f"| a key moves to the next case, to the frame after | {figures['key']:.0f} ms |", "",
        f"| usable after, with {given.delay} ms more a request and 200 kB/s | first | again |", "| --- | --- | --- |",
        *[f"| {name} | {first:.0f} ms | {again:.0f} ms |" for name, (first, again) in waits.items()],
    ]
    print("\n".join(lines))
    if given.write:
        replace_table("screens", "In a browser (Benchmarks/screens.py)", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
