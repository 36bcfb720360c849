"""Measures what people wait for at 10,000 and at 1,000,000 cases, over HTTP on loopback; adds a table to Benchmarks/RESULTS.md.

    python3 Benchmarks/size.py --small DIR --large DIR [--binary PATH] [--seconds S] [--write]

The folders are made with `weibao demo --cases N --data DIR` where they are missing, and kept: a million cases take a quarter of
an hour and 10 GB. Both sizes are asked in turn, in rounds, so that the machine's drift hits both; a figure is the median of rounds.
The first start after making a company also waits for its search index.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = {"small": 10_000, "large": 1_000_000}
# As somebody types them, letter by letter.
TYPED = ["余干县人民", "yugan", "ygxrmyy", "堵塞", "吸样针", "球管温度", "DR图像", "huangjinbu", "武宁县", "19901234", "DR25-1", "SR-2026", "探头不识别", "血氧", "王秀兰", "zlh"]


class Node:
    """One company that is served."""

    def __init__(self, binary: pathlib.Path, data: pathlib.Path, cases: int) -> None:
        self.binary, self.data = binary, data
        if not (data / "weibao.sqlite").exists():
            self.run("demo", "--cases", str(cases), "--seed", "1")
        subprocess.run(
            [binary, "user", "add", "size", "--role", "administrator", "--password-stdin", "--data", data], input="size only, 127.0.0.1\n",
            capture_output=True, text=True)
        self.token = self.run("token", "create", "--user", "size").strip()

    def run(self, *arguments: str) -> str:
        return subprocess.run([self.binary, *arguments, "--data", self.data], check=True, capture_output=True, text=True).stdout

    def start(self) -> float:
        """Answers the milliseconds until it said that it is ready."""
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = self.process.stdout.readline()
        ready = (time.perf_counter() - begin) * 1_000
        self.port = int(re.search(r":(\d+)\s*$", address)[1])
        return ready

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def get(self, connection: http.client.HTTPConnection, path: str) -> bytes:
        connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"size: {path}: {answer.status} {body[:200]!r}")
        return body

    def prepare(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        # The index is whole when the oldest case is found.
        oldest = json.loads(self.get(connection, "/requests?sort=number&limit=200"))["items"]
        newest = json.loads(self.get(connection, "/requests?sort=-reportedAt&limit=200"))["items"]
        self.ids = [case["id"] for case in oldest + newest]
        last = f"/search?q={urllib.parse.quote(newest[-1]['summary'])}"
        while not any(hit["type"] == "request" for hit in json.loads(self.get(connection, last))["items"]):
            time.sleep(1)

    def paths(self, kind: str, chance: random.Random) -> str:
        if kind == "list":
            return chance.choice(["/requests?state=open&sort=due&limit=50", "/requests?sort=-reportedAt&limit=50", "/requests?state=closed&limit=50"])
        if kind == "case":
            return f"/requests/{chance.choice(self.ids)}"
        word = chance.choice(TYPED)
        return f"/search?q={urllib.parse.quote(word[:chance.randint(1, len(word))])}"

    def measure(self, kind: str, clients: int, seconds: float) -> list[float]:
        """Milliseconds of each answer."""
        times: list[list[float]] = [[] for _ in range(clients)]
        end = time.perf_counter() + seconds

        def ask(number: int) -> None:
            chance = random.Random(number)
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            while time.perf_counter() < end:
                path = self.paths(kind, chance)
                begin = time.perf_counter()
                self.get(connection, path)
                times[number].append((time.perf_counter() - begin) * 1_000)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(value for part in times for value in part)


def copy(source: pathlib.Path, target: pathlib.Path) -> float:
    begin = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
        write.flush()
        os.fsync(write.fileno())
    return time.perf_counter() - begin


def backup_ratio(node: Node, folder: pathlib.Path) -> tuple[float, int]:
    """The rate of a backup to that of copying the same bytes, in turn, three times."""
    ratios, size = [], 0
    for number in range(3):
        made, copied = folder / f"size.{number}.backup", folder / f"size.{number}.copy"
        begin = time.perf_counter()
        node.run("backup", str(made))
        took = time.perf_counter() - begin
        size = made.stat().st_size
        ratios.append(copy(made, copied) / took)
        made.unlink()
        copied.unlink()
    return statistics.median(ratios), size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=pathlib.Path, required=True)
    parser.add_argument("--large", type=pathlib.Path, required=True)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/weibao")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    nodes = {name: Node(chosen.binary, getattr(chosen, name), cases) for name, cases in SIZES.items()}
    figures: dict[tuple[str, ...], list[float]] = {}
    for name, node in nodes.items():
        node.start()
        node.prepare()
        node.stop()
    for _ in range(chosen.rounds):
        for name, node in nodes.items():
            figures.setdefault((name, "ready"), []).append(node.start())
        for kind in ("list", "case", "search"):
            for clients in (1, 8):
                for name, node in nodes.items():
                    times = node.measure(kind, clients, chosen.seconds)
                    for share, label in ((0.5, "p50"), (0.99, "p99")):
                        figures.setdefault((name, kind, str(clients), label), []).append(times[int(len(times) * share)])
        for node in nodes.values():
            node.stop()
    ratio, size = backup_ratio(nodes["small"], chosen.small.parent)

    def figure(*key: str) -> float:
        return statistics.median(figures[key])

    lines = [
        "", "## At size (Benchmarks/size.py)", "",
        f"SQLite, release build, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}; milliseconds over HTTP, median of {chosen.rounds} rounds.", "",
        "| what | clients | 10,000: p50 | p99 | 1,000,000: p50 | p99 | p99 ratio | mark |", "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind in ("list", "case", "search"):
        for clients in ("1", "8"):
            row = [figure(name, kind, clients, label) for name in SIZES for label in ("p50", "p99")]
            mark = "p99 25 ms" + ("" if kind == "search" else ", ratio 1.5")
            lines.append(f"| {kind} | {clients} | " + " | ".join(f"{value:.1f}" for value in row) + f" | {row[3] / row[1]:.2f} | {mark} |")
    lines += [
        "", f"Ready to serve: {figure('small', 'ready'):.0f} ms with 10,000 cases, {figure('large', 'ready'):.0f} ms with 1,000,000 (mark 300).",
        f"Backup of 10,000 cases ({size / 1e6:.0f} MB): {ratio:.2f} x the rate of copying the same bytes with fsync (mark 0.3).", "",
    ]
    text = "\n".join(lines)
    print(text)
    if chosen.write:
        results = ROOT / "Benchmarks/RESULTS.md"
        results.write_text(results.read_text().split("\n## At size")[0].rstrip() + "\n" + text)


if __name__ == "__main__":
    main()
