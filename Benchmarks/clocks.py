"""Sums of working time, clocks from events in memory, and with --data clocks from disk; replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/clocks.py [--data DIR] [--write]

DIR is a company with many cases, such as Benchmarks/size.py makes: `policy try shipped` reads all of them and runs two policies over each.
Needs a release build.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import statistics
import subprocess
import time

from common import Bench, replace_table

ROUNDS = 3


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=pathlib.Path)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    bench = Bench(given.data or pathlib.Path("none"))
    asked = {
        "add": r"^add (\d+) a second", "between": r"^between (\d+) a second", "calendar": r"^calendar of 20 years (\d+) bytes",
        "replay": r"^replay ([\d.]+) s for 1000000 cases",
    }
    rounds = [subprocess.run([bench.binary, "bench-clocks"], text=True, check=True, capture_output=True).stdout for _ in range(ROUNDS)]
    found = {name: [float(re.search(pattern, text, re.M)[1]) for text in rounds] for name, pattern in asked.items()}
    lines = [
        f"| clocks, median of {ROUNDS} | measured | range | mark |", "| --- | --- | --- | --- |",
        *(
            f"| `{name}` over spans up to a year, one core | {statistics.median(found[name]):,.0f} a second | {min(found[name]):,.0f} to {max(found[name]):,.0f} | 2,000,000 |"
            for name in ("add", "between")),
        f"| a calendar of 20 years | {found['calendar'][0] / 1024:,.0f} KiB | | 1 MB |",
        f"| 1,000,000 cases with 6 targets from events in memory, 2 cores | {statistics.median(found['replay']):.1f} s | {min(found['replay']):.1f} to {max(found['replay']):.1f} | 30 s |",
    ]
    if given.data:
        begun = time.monotonic()
        told = bench.run("policy", "try", "shipped")
        cases = re.search(r"([\d,]+) cases", told)
        lines.append(f"| {cases[1] if cases else 'all'} cases from disk, under two policies, with who is warned (`policy try`) | {time.monotonic() - begun:.0f} s | | 150 s for 1,000,000 |")
    print("\n".join(lines))
    if given.write:
        replace_table("clocks", "Clocks (Benchmarks/clocks.py)", lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
