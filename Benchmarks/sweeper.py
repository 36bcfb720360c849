"""How late alarms are said while so many clocks are open (SLA-8); replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/sweeper.py [--clocks 200000] [--urgent 200] [--write]

Starts a release build over a new company under a policy of six promises that run for a month, reports cases until so many clocks are open, then
urgent ones whose warning and two steps of escalation fall within the next minute. What counts is when an alarm was recorded, against its instant;
both are in the journal. The mark: within 1 s.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime
import http.client
import json
import pathlib
import sqlite3
import tempfile
import time

from common import Bench, cpu, replace_table, resident

MET = ["responded", "dispatched", "arrived", "cleared", "confirmed", "closed"]


def policy() -> str:
    slow = [f"  - {{id: {met}, starts: reported, met_by: {met}, owner: dispatcher, within: 30d, warn: [50%]}}" for met in MET]
    fast = (
        "  - {id: responded, starts: reported, met_by: responded, owner: dispatcher, within: 40s, warn: [20s], when: {urgency: emergency},\n"
        "     escalate: [{to: branch-manager, after: 0s}, {to: service-manager, after: 15s}]}")
    return "\n".join(['policy: "bench"', "targets:", *slow, fast, ""])


def report(port: int, token: str, count: int, urgency: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"kind": "support", "summary": "sweeper", "urgency": urgency, "contact": {"name": "n", "phone": "1"}})
    for _ in range(count):
        connection.request("POST", "/api/v1/requests", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 201, text


def alarms(data: pathlib.Path) -> list[float]:
    """Milliseconds from the instant of each alarm to its record."""
    with sqlite3.connect(f"file:{data / 'weibao.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT body, recorded FROM journal WHERE kind IN ('warned', 'escalated')").fetchall()
    return sorted(recorded - datetime.datetime.fromisoformat(json.loads(body)["at"]).timestamp() * 1_000 for body, recorded in rows)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--clocks", type=int, default=200_000)
    options.add_argument("--urgent", type=int, default=200)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="weibao-sweeper-") as folder:
        bench = Bench(pathlib.Path(folder) / "data")
        token = bench.administrator()
        (pathlib.Path(folder) / "policy.yaml").write_text(policy())
        bench.run("policy", "import", f"{folder}/policy.yaml")
        bench.run("policy", "activate", "bench")
        with bench.served() as (process, port):
            cases, start = -(-given.clocks // len(MET)), time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for done in [pool.submit(report, port, token, -(-cases // 8), "normal") for _ in range(8)]:
                    done.result()
            filled = time.monotonic() - start
            before = cpu(process)
            time.sleep(20)
            idle = (cpu(process) - before) / 20
            for _ in range(given.urgent):
                report(port, token, 1, "emergency")
                time.sleep(0.1)
            end = time.monotonic() + 180
            while len(found := alarms(bench.data)) < given.urgent * 3:
                assert time.monotonic() < end, f"only {len(found)} of {given.urgent * 3} were said"
                time.sleep(1)
            memory = resident(process)
    assert found[0] >= 0, f"one was said {-found[0]} ms before its instant"
    lines = [
        f"| the sweeper with {cases * len(MET):,} open clocks in {cases:,} cases | measured | mark |", "| --- | --- | --- |",
        f"| {len(found)} alarms recorded after their instant: median, p99, the latest | {found[len(found) // 2]:.0f} ms, {found[int(len(found) * 0.99)]:.0f} ms, {found[-1]:.0f} ms | 1 s |",
        f"| processor of the whole program while nothing is due | {idle * 100:.1f} % of a core | |",
        f"| memory of the whole program | {memory:.0f} MiB | |",
    ]
    print("\n".join(lines))
    print(f"{cases} cases reported in {filled:.0f} s")
    if given.write:
        replace_table("sweeper", "Alarms (Benchmarks/sweeper.py)", lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
