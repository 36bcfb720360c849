"""Measures what people wait for with 10,000 and with 1,000,000 cases (or --large N), over HTTP on loopback; replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/size.py --home DIR [--rounds 3] [--seconds 5] [--write]                          SQLite
    WEIBAO_POSTGRES_KEEP=DIR/server Scripts/with-postgres python3 Benchmarks/size.py --home DIR …       PostgreSQL

Companies are made in DIR where they are missing, and kept: a million cases take a quarter of an hour and 11 GB on SQLite; on
PostgreSQL the company of SQLite, where DIR has one, is carried over. Both sizes are asked in turn, in rounds, so that the machine's
drift hits both; a figure is the median of rounds. The first start after making a company also waits for its search index.
Needs a release build and wrk (Scripts/setup bench).
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
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SIZES = {"small": 10_000, "large": 1_000_000}
POSTGRES = os.environ.get("WEIBAO_TEST_POSTGRES")
# As somebody types them, letter by letter.
TYPED = [
    "余干县人民医院", "yugan", "ygxrmyy", "堵塞", "吸样针堵塞", "球管温度过高", "DR图像", "huangjinbu", "武宁县", "1990123", "DR25-1", "SR-202611",
    "探头不识别", "血氧", "王秀兰", "zlh", "renmin yiyuan", "生化分析仪", "鄱阳 DR", "jsxt",
]
READS = {
    "list": "25 ms, ratio 1.5", "board": "25 ms, ratio 1.5", "case": "25 ms, ratio 1.5", "search": "25 ms",
}


def say(text: str) -> None:
    print(f"size: {text}", file=sys.stderr, flush=True)


class Node:
    """One company that is served."""

    def __init__(self, binary: pathlib.Path, home: pathlib.Path, size: str) -> None:
        self.binary, self.home, self.size = binary, home, size
        engine = "postgres" if POSTGRES else "sqlite"
        self.data = home / f"{engine}-{size}"
        self.environment = dict(os.environ) | {"WEIBAO_DATA": str(self.data), "WEIBAO_LOG": "error"}
        if POSTGRES:
            self.environment["WEIBAO_DATABASE"] = POSTGRES.replace("/postgres?", f"/{size}?")
        self.made: dict[str, float] = {}
        if not (self.data / "made").exists():
            self.make()
        self.run("user", "add", "size", "--role", "administrator", "--password-stdin", input="size only, 127.0.0.1\n", may_fail=True)
        self.token = self.run("token", "create", "--user", "size").strip()

    def make(self) -> None:
        say(f"making {self.data}")
        begin = time.perf_counter()
        other = self.home / f"sqlite-{self.size}"
        if POSTGRES:
            server = os.environ["WEIBAO_TEST_POSTGRES_HOME"]
            subprocess.run(["psql", "-h", server, "-U", "weibao", "postgres", "-qc", f"CREATE DATABASE {self.size}"], check=True)
        if POSTGRES and (other / "made").exists():
            rows = self.home / f"{self.size}.jsonl"
            rows.unlink(missing_ok=True)
            subprocess.run([self.binary, "export", "--all", rows], check=True, env=dict(os.environ) | {"WEIBAO_DATA": str(other)})
            say(f"exported in {time.perf_counter() - begin:.0f} s")
            begin = time.perf_counter()
            self.run("import", "--all", str(rows))
            rows.unlink()
        else:
            self.run("demo", "--cases", str(SIZES[self.size]), "--seed", "1")
        say(f"made in {time.perf_counter() - begin:.0f} s")
        self.data.mkdir(exist_ok=True)
        (self.data / "made").touch()

    def run(self, *arguments: str, input: str = "", may_fail: bool = False) -> str:
        done = subprocess.run([self.binary, *arguments], input=input, env=self.environment, capture_output=True, text=True)
        if done.returncode and not may_fail:
            raise SystemExit(f"size: weibao {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def start(self) -> float:
        """Answers the milliseconds until it said that it is ready."""
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [self.binary, "serve", "--listen", "127.0.0.1:0"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = self.process.stdout.readline()
        ready = (time.perf_counter() - begin) * 1_000
        self.port = int(re.search(r":(\d+)\s*$", address)[1])
        return ready

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def get(self, path: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"size: {path}: {answer.status} {body[:200]!r}")
        return json.loads(body)

    def prepare(self) -> None:
        """Waits for the search index, and writes down what is asked."""
        self.start()
        oldest, newest = (self.get(f"/requests?sort={sort}&limit=200")["items"] for sort in ("number", "-reportedAt"))
        # The index follows the journal, and answers the newest first: it is whole when one of the newest cases is found.
        newest_ids = {case["id"] for case in newest}
        last = f"/search?q={urllib.parse.quote(newest[0]['summary'])}"
        begin = time.perf_counter()
        while not any(hit["id"] in newest_ids for hit in self.get(last)["items"]):
            time.sleep(2)
        if time.perf_counter() - begin > 2:
            say(f"{self.size}: the search index is there after {time.perf_counter() - begin:.0f} s")
        branches = [branch["id"] for branch in self.get("/branches?limit=50")["items"]]
        customers = [customer["id"] for customer in self.get("/customers?limit=50")["items"]]
        chance = random.Random(1)
        lists = ["/requests?sort=-reportedAt&limit=50", "/requests?state=closed&limit=50", "/requests?kind=support&limit=50"]
        lists += [f"/requests?customer={customer}&limit=50" for customer in customers[:20]]
        board = [f"/requests?state={state}&sort=due&limit={limit}" for state, limit in (("open", 50), ("working", 25), ("reported", 4))]
        board += [f"/requests?state=open&sort=due&limit=3&branch={branch}" for branch in branches]
        prefixes = [word[:length] for word in TYPED for length in range(1, len(word) + 1)]
        chance.shuffle(prefixes)
        asked = {
            "list": lists, "board": board, "case": [f"/requests/{case['id']}" for case in oldest + newest],
            "search": [f"/search?q={urllib.parse.quote(word)}" for word in prefixes],
        }
        # Only whole pages of the small company have their like in the large one.
        for kind in ("list", "board"):
            asked[kind] = [path for path in asked[kind] if self.is_whole(path)]
        self.stop()
        for kind, paths in asked.items():
            self.paths(kind).write_text("".join(f"/api/v1{path}\n" for path in paths))

    def is_whole(self, path: str) -> bool:
        return len(self.get(path)["items"]) == int(path.split("limit=")[1].split("&")[0])

    def paths(self, kind: str) -> pathlib.Path:
        return self.data / f"{kind}.paths"

    def read(self, kind: str, clients: int, seconds: int, cookie: str = "") -> dict[str, float]:
        """Milliseconds by percentile. Pages are read by the cookie of a session, the interface by the token."""
        environment = self.environment | {"BENCH_PATHS": str(self.paths(kind)), "BENCH_TOKEN": self.token, "BENCH_COOKIE": cookie}
        done = subprocess.run(
            ["wrk", "--latency", "-t", str(min(clients, 2)), "-c", str(clients), "-d", f"{seconds}s", "-s", HERE / "paths.lua", f"http://127.0.0.1:{self.port}/"],
            capture_output=True, text=True, env=environment)
        if done.returncode or "Requests/sec" not in done.stdout:
            raise SystemExit(f"size: wrk failed: {done.stderr}{done.stdout}")
        if bad := re.search(r"Non-2xx.*|Socket errors.*", done.stdout):
            raise SystemExit(f"size: {kind} at {clients} clients: {bad[0]}")
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
        return {
            percent: float(value) * scale[unit]
            for percent, value, unit in re.findall(r"^\s+(50|99)(?:\.0+)?%\s+([\d.]+)(us|ms|s|m)\s*$", done.stdout, re.M)}

    def verify(self) -> float:
        """Events a second."""
        begin = time.perf_counter()
        report = json.loads(self.run("verify", "--json"))
        return report["events"] / (time.perf_counter() - begin)

    def import_rows(self, count: int) -> float:
        """Lines a second of new customers, none of which is there yet."""
        path, mark = self.data / "import.csv", time.time_ns()
        path.write_text("客户名称,区县,地址\n" + "".join(f"量测医院{mark}-{number},余干县,解放路{number}号\n" for number in range(count)))
        begin = time.perf_counter()
        self.run("import", "customers", str(path))
        return count / (time.perf_counter() - begin)


def copy(source: pathlib.Path, target: pathlib.Path) -> float:
    begin = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
        write.flush()
        os.fsync(write.fileno())
    return time.perf_counter() - begin


def backup(node: Node, times: int) -> tuple[float, float, int]:
    """The rate of a backup to that of copying the same bytes, in turn; seconds; bytes."""
    ratios, seconds, size = [], [], 0
    for number in range(times):
        made, copied = node.home / f"{number}.backup", node.home / f"{number}.copy"
        for path in (made, copied):
            path.unlink(missing_ok=True)
        os.sync()
        begin = time.perf_counter()
        node.run("backup", str(made))
        seconds.append(time.perf_counter() - begin)
        size = made.stat().st_size
        os.sync()
        ratios.append(copy(made, copied) / seconds[-1])
        made.unlink()
        copied.unlink()
    return statistics.median(ratios), statistics.median(seconds), size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=pathlib.Path, required=True)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/weibao")
    parser.add_argument("--large", type=int, default=SIZES["large"], help="cases of the large company; its table stands beside the others")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--prepare", action="store_true", help="make the companies and their search index, measure nothing")
    parser.add_argument("--reads-only", action="store_true", help="leave verify, import and backup out")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    SIZES["large"] = chosen.large
    chosen.home.mkdir(exist_ok=True)
    nodes = {size: Node(chosen.binary, chosen.home, size) for size in SIZES}
    for node in nodes.values():
        node.prepare()
    if chosen.prepare:
        return
    figures: dict[tuple[str, ...], list[float]] = {}
    for turn in range(chosen.rounds):
        say(f"round {turn + 1}")
        for size, node in nodes.items():
            figures.setdefault((size, "ready"), []).append(node.start())
        for kind in READS:
            for clients in (1, 8):
                for size, node in nodes.items():
                    for percent, value in node.read(kind, clients, chosen.seconds).items():
                        figures.setdefault((size, kind, str(clients), percent), []).append(value)
        for node in nodes.values():
            node.stop()

    def figure(*key: str) -> float:
        return statistics.median(figures[key])

    large = f"{SIZES['large']:,}"
    title = f"## At size, on {'PostgreSQL' if POSTGRES else 'SQLite'}" + ("" if SIZES["large"] == 1_000_000 else f", {large} cases")
    lines = [
        title,
        f"`Benchmarks/size.py`, release build, {os.cpu_count()} cores shared with the clients (wrk), load {os.getloadavg()[1]:.1f}; milliseconds over "
        f"HTTP, median of {chosen.rounds} rounds in turn.", "",
        f"| what | clients | 10,000: p50 | p99 | {large}: p50 | p99 | p99 ratio | mark at one client |", "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind, mark in READS.items():
        for clients in ("1", "8"):
            row = [figure(size, kind, clients, percent) for size in SIZES for percent in ("50", "99")]
            lines.append(f"| {kind} | {clients} | " + " | ".join(f"{value:.1f}" for value in row) + f" | {row[3] / row[1]:.2f} | {mark if clients == '1' else ''} |")
    lines += ["", f"Ready to serve: {figure('small', 'ready'):.0f} ms with 10,000 cases, {figure('large', 'ready'):.0f} ms with {large} (mark 300)."]
    if not chosen.reads_only:
        for size, node in nodes.items():
            say(f"{size}: backup, verify, import")
            ratio, seconds, bytes_ = backup(node, 3 if size == "small" else 1)
            lines.append(
                f"{SIZES[size]:,} cases: backup of {bytes_ / 1e6:,.0f} MB in {seconds:.1f} s, {ratio:.2f} x the rate of copying the same bytes with fsync "
                f"(mark 0.3); verify {node.verify():,.0f} events/s; import of 5,000 customers {node.import_rows(5_000):,.0f} lines/s.")
    text = "\n".join(lines) + "\n"
    print(text)
    if chosen.write:
        results = ROOT / "Benchmarks/RESULTS.md"
        before = re.sub(rf"\n*{re.escape(title)}\n.*?(?=\n## |\Z)", "\n", results.read_text(), flags=re.S)
        results.write_text(before.rstrip() + "\n\n" + text)


if __name__ == "__main__":
    main()
