"""How calls fare while open cases follow a newer table of holidays (SLA-7); replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/following.py [--cases 30000] [--write]

Starts a release build over a new company under a policy of six promises by working days, reports so many cases, then imports a table that moves all
of them while one caller goes on reporting. The mark: no call waits behind more than a case or two, 100 ms.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import pathlib
import tempfile
import threading
import time

from common import Bench, replace_table
from sweeper import MET, report


def prepare(folder: pathlib.Path) -> None:
    """A policy whose promises end next year on whatever day this runs, and next year's table, which begins with three weeks of holiday."""
    year = datetime.date.today().year + 1
    saturday = next(day for day in (datetime.date(year, 3, one) for one in range(1, 8)) if day.weekday() == 5)
    hours = ", ".join(f'{day}: ["09:00-17:00"]' for day in ["mon", "tue", "wed", "thu", "fri"])
    (folder / "office.yaml").write_text(f"name: office\ntime_zone: Asia/Shanghai\nholidays: china\nweek: {{{hours}}}\n")
    targets = [f"  - {{id: {met}, starts: reported, met_by: {met}, within: {300 + place}wd, calendar: office}}" for place, met in enumerate(MET)]
    (folder / "policy.yaml").write_text("\n".join(['policy: "bench"', "calendars: {office: office.yaml}", "targets:", *targets, ""]))
    (folder / "table.txt").write_text(f"{year} off 01-01..01-21 05-01 10-01..10-07\n{year} work {saturday:%m-%d}\n")


class Caller(threading.Thread):
    """Reports one case after another, with a short rest."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.took, self.goes_on = port, token, list[float](), True

    def run(self) -> None:
        while self.goes_on:
            start = time.monotonic()
            report(self.port, self.token, 1, "normal")
            self.took.append((time.monotonic() - start) * 1_000)
            time.sleep(0.02)

    def figures(self) -> str:
        took, self.took = sorted(self.took), []
        return f"{took[len(took) // 2]:.0f} ms, {took[int(len(took) * 0.99)]:.0f} ms, {took[-1]:.0f} ms"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=30_000)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="weibao-following-") as name:
        folder = pathlib.Path(name)
        bench = Bench(folder / "data")
        token = bench.administrator()
        prepare(folder)
        bench.run("policy", "import", str(folder / "policy.yaml"))
        bench.run("policy", "activate", "bench")
        with bench.served() as (_, port):
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for done in [pool.submit(report, port, token, given.cases // 8, "normal") for _ in range(8)]:
                    done.result()
            caller = Caller(port, token)
            caller.start()
            time.sleep(5)
            before = caller.figures()
            start = time.monotonic()
            said = bench.run("calendar", "import", str(folder / "table.txt"))
            took, during = time.monotonic() - start, caller.figures()
            caller.goes_on = False
            caller.join()
            start = time.monotonic()
            assert "follow the newest table" in bench.run("calendar", "follow"), said
            again = time.monotonic() - start
    lines = [
        f"| {given.cases:,} open cases with {len(MET)} promises each follow a newer table, one node serving | measured | mark |", "| --- | --- | --- |",
        f"| `calendar import`, all of it | {took:.0f} s | |",
        f"| a report meanwhile: median, p99, the longest | {during} | 100 ms |",
        f"| a report before it began | {before} | |",
        f"| `calendar follow` with nothing to do | {again:.2f} s | |",
    ]
    print("\n".join(lines))
    print(said)
    if given.write:
        replace_table("following", "Following a table of holidays (Benchmarks/following.py)", lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
