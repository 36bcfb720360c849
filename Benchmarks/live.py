"""How many live connections one node holds, and how soon a change reaches all of them; replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/live.py [--connections 1000] [--changes 20] [--write]

Starts a release build over a new small company, opens the connections with one user's token each time, comments on a case again
and again, and waits until every connection has heard of each comment. Memory is the process's resident memory (VmRSS) before
and with the connections.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from common import Bench, replace_table, resident

class Watchers:
    """Open event streams, and when each heard of which version."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.open = 0
        self.heard: dict[tuple[str, int], list[float]] = {}

    async def watch(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        self.open += 1
        async for line in reader:
            if line.startswith(b"data: "):
                change = json.loads(line[6:])
                self.heard.setdefault((change["stream"], change["version"]), []).append(time.monotonic())


def call(port: int, token: str, method: str, path: str, body: object = None) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, json.dumps(body) if body is not None else None, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status < 300, text
    return json.loads(text)


async def measure(process: subprocess.Popen[str], port: int, token: str, connections: int, changes: int) -> dict[str, float]:
    before = resident(process)
    watchers = Watchers(port, token)
    tasks = []
    for _ in range(connections):
        tasks.append(asyncio.create_task(watchers.watch()))
        if len(tasks) % 50 == 0:
            await asyncio.sleep(0.05)
    while watchers.open < connections:
        await asyncio.sleep(0.05)
        for task in tasks:
            if task.done():
                task.result()
    # A round of heartbeats belongs to what a connection costs.
    await asyncio.sleep(20)
    opened = resident(process)
    case = await asyncio.to_thread(
        call, port, token, "POST", "/api/v1/requests", {"kind": "support", "summary": "live", "contact": {"name": "n", "phone": "1"}})
    last = []
    for index in range(changes):
        start = time.monotonic()
        answer = await asyncio.to_thread(call, port, token, "POST", f"/api/v1/requests/{case['id']}/comment", {"text": f"{index}"})
        key = (f"request/{case['id']}", answer["version"])
        while len(watchers.heard.get(key, [])) < connections:
            assert time.monotonic() - start < 30, f"only {len(watchers.heard.get(key, []))} heard of it"
            await asyncio.sleep(0.005)
        last.append((max(watchers.heard[key]) - start) * 1_000)
    after = resident(process)
    for task in tasks:
        task.cancel()
    return {"before": before, "opened": opened, "after": after, "median": statistics.median(last), "worst": max(last)}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--connections", type=int, default=1_000)
    options.add_argument("--changes", type=int, default=20)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, given.connections * 2 + 200)), hard))
    with tempfile.TemporaryDirectory(prefix="weibao-live-") as folder:
        bench = Bench(pathlib.Path(folder))
        token = bench.administrator()
        with bench.served() as (process, port):
            figures = asyncio.run(measure(process, port, token, given.connections, given.changes))
    lines = [
        "| live updates | measured | mark |", "| --- | --- | --- |",
        f"| memory with {given.connections:,} open connections (before: {figures['before']:.0f} MiB) | {figures['opened']:.0f} MiB; {figures['after']:.0f} after {given.changes} changes | 150 MiB |",
        f"| a change has reached all of them, from the call on | {figures['median']:.0f} ms (median of {given.changes}), {figures['worst']:.0f} ms at worst | 1 s |",
    ]
    print("\n".join(lines))
    if given.write:
        replace_table("live", "Live connections", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
