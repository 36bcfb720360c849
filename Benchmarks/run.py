"""Measures weibao against the marks, beside the limits of the same machine; writes Benchmarks/RESULTS.md.

Everything that is compared runs in turn, in rounds; a figure is the median over the rounds. A machine drifts, so only
figures of one run compare.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CLIENTS = (1, 16, 64)
READERS = (1, 8)
PASSWORD = "bench only, 127.0.0.1"


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Figures:
    """The measured values by name, several a name."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)
        say(f"  {name}: {number(value)}")

    def __getitem__(self, name: str) -> float:
        return statistics.median(self.values[name])

    def ratio(self, name: str, limit: str) -> float:
        """Both were taken in turn, so each round has its own ratio."""
        return statistics.median(value / of for value, of in zip(self.values[name], self.values[limit]))

    def __contains__(self, name: str) -> bool:
        return name in self.values


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Bench:
    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, cases: int, rounds: int, seconds: int) -> None:
        self.binary, self.folder, self.cases, self.rounds, self.seconds = binary, folder, cases, rounds, seconds
        self.figures = Figures()
        self.template = folder / "template"
        self.environment = dict(os.environ)

    def weibao(self, *arguments: str, data: pathlib.Path | None = None, input: str = "") -> str:
        where = ["--data", str(data)] if data else []
        done = subprocess.run([self.binary, *arguments, *where], input=input, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"bench: weibao {' '.join(arguments)} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def has(self, command: str) -> bool:
        """Whether this build knows a command: the help of an unknown one is that of the whole program."""
        shown = subprocess.run([self.binary, command, "--help"], capture_output=True, text=True).stdout
        return f"USAGE: weibao {command}" in shown

    def prepare(self) -> None:
        say(f"making a company with {self.cases:,} cases")
        self.make(self.template)
        self.events = self.ask("SELECT count(*) FROM journal")[0][0]
        self.weibao("user", "add", "bench", "--role", "administrator", "--password-stdin", data=self.template, input=PASSWORD + "\n")
        token = self.weibao("token", "create", "--user", "bench", data=self.template).strip()
        serials, cases = self.folder / "serials", self.folder / "cases"
        self.environment |= {"BENCH_TOKEN": token, "BENCH_SERIALS": str(serials), "BENCH_CASES": str(cases)}
        with Server(self, self.template) as server:
            machines = [machine for page in server.pages("/equipment", 10) for machine in page]
            serials.write_text("".join(f"{machine['serialNumber']}\n" for machine in machines if machine.get("serialNumber")))
            found = [case for page in server.pages("/requests?sort=-reportedAt", 5) for case in page]
            cases.write_text("".join(f"{case['id']}\n" for case in found))

    def make(self, data: pathlib.Path) -> float:
        """A company, the same each time; answers the seconds it took."""
        start = time.perf_counter()
        self.weibao("demo", "--cases", str(self.cases), "--seed", "1", data=data)
        return time.perf_counter() - start

    def ask(self, sql: str) -> list[tuple]:
        database = sqlite3.connect(self.template / "weibao.sqlite")
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def fresh(self) -> pathlib.Path:
        """A copy of the company: every measure of writing starts from the same 10,000 cases."""
        data = self.folder / "fresh"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.template, data)
        os.sync()
        return data

    def wrk(self, server: Server, script: str, clients: int, path: str = "/") -> tuple[float, dict[str, float]]:
        """Answers a second, and latencies in milliseconds by percentile."""
        done = subprocess.run(
            ["wrk", "--latency", "-t", str(min(clients, 2)), "-c", str(clients), "-d", f"{self.seconds}s", "-s", HERE / script, server.address + path],
            capture_output=True, text=True, env=self.environment)
        if done.returncode or "Requests/sec" not in done.stdout:
            raise SystemExit(f"bench: wrk failed: {done.stderr}{done.stdout}")
        if bad := re.search(r"Non-2xx.*|Socket errors.*", done.stdout):
            raise SystemExit(f"bench: {script} at {clients} clients: {bad[0]}")
        scale = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
        latencies = {
            percent: float(value) * scale[unit]
            for percent, value, unit in re.findall(r"^\s+(50|99)(?:\.0+)?%\s+([\d.]+)(us|ms|s|m)\s*$", done.stdout, re.M)}
        return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]), latencies

    # What is measured; each runs once a round.

    def disk(self) -> None:
        """Append 4 KiB and fdatasync, one after the other."""
        block, path = os.urandom(4096), self.folder / "disk"
        file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < self.seconds:
            os.write(file, block)
            os.fdatasync(file)
            count += 1
        elapsed = time.perf_counter() - start
        os.close(file)
        path.unlink()
        self.figures.add("fdatasync", count / elapsed)

    def bare(self) -> None:
        """The same rows by a plain loop on SQLite, 64 cases a commit, and for comparison one."""
        for name, batch, rows in (("bare insert", 64, 8_000), ("bare single", 1, 1_000)):
            with tempfile.TemporaryDirectory(prefix="bare-", dir=self.folder) as folder:
                printed = self.weibao(
                    "bench-insert", "--database", f"{folder}/bare.sqlite", "--rows", str(rows * self.seconds), "--batch", str(batch))
            self.figures.add(name, json.loads(printed)["perSecond"])

    def create(self, name: str, *options: str) -> None:
        for clients in CLIENTS:
            with Server(self, self.fresh(), *options) as server:
                rate, _ = self.wrk(server, "create.lua", clients)
                self.figures.add(f"{name} {clients}", rate)

    def read(self) -> None:
        with Server(self, self.template) as server:
            for name, path in (("case", "/api/v1/requests/CASE"), ("list", "/api/v1/requests?state=open&sort=due&limit=50")):
                for clients in READERS:
                    rate, latencies = self.wrk(server, "read.lua", clients, path)
                    self.figures.add(f"{name} {clients}", rate)
                    self.figures.add(f"{name} {clients} p50", latencies["50"])
                    self.figures.add(f"{name} {clients} p99", latencies["99"])

    def demo(self) -> None:
        data = self.folder / "demo"
        shutil.rmtree(data, ignore_errors=True)
        self.figures.add("demo", self.events / self.make(data))

    def verify(self) -> None:
        for name, options in (("verify chains", ["--chains-only"]), ("verify", [])):
            report = json.loads(self.weibao("verify", "--json", *options, data=self.template))
            assert report["ok"], report
            self.figures.add(name, self.events / report["seconds"])

    def rebuild(self) -> None:
        data = self.fresh()
        start = time.perf_counter()
        self.weibao("rebuild", data=data)
        self.figures.add("rebuild", self.events / (time.perf_counter() - start))

    def render(self) -> None:
        if self.has("bench-render"):
            self.figures.add("render", first_number(self.weibao("bench-render")))

    def start(self) -> None:
        with Server(self, self.template) as server:
            self.figures.add("ready", server.ready_after * 1000)
            time.sleep(2)
            status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
            self.figures.add("memory", int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024)

    def all(self) -> None:
        self.prepare()
        steps: list[Callable[[], None]] = [
            self.disk, lambda: self.create("shared"), self.bare, lambda: self.create("alone", "--one-commit-per-write"), self.read, self.demo, self.verify,
            self.rebuild, self.render, self.start]
        for count in range(1, self.rounds + 1):
            say(f"round {count} of {self.rounds}")
            for step in steps:
                step()


def first_number(text: str) -> float:
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    if not found:
        raise SystemExit(f"bench: no figure in: {text}")
    return float(found[0].replace(",", ""))


class Server:
    def __init__(self, bench: Bench, data: pathlib.Path, *options: str) -> None:
        self.bench, self.data, self.options = bench, data, options

    def __enter__(self) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        start = time.perf_counter()
        with (self.bench.folder / "serve.log").open("w+b") as log:
            self.process = subprocess.Popen(
                [self.bench.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while True:
            if self.process.poll() is not None or time.perf_counter() - start > 60:
                raise SystemExit(f"bench: serve did not start: {(self.bench.folder / 'serve.log').read_text()}")
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.002)
        self.ready_after = time.perf_counter() - start
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def pages(self, path: str, most: int) -> list[list[dict]]:
        """Up to so many pages of 200."""
        found, cursor = [], None
        for _ in range(most):
            query = f"{'&' if '?' in path else '?'}limit=200" + (f"&cursor={cursor}" if cursor else "")
            request = urllib.request.Request(
                f"{self.address}/api/v1{path}{query}", headers={"Authorization": f"Bearer {self.bench.environment['BENCH_TOKEN']}"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                page = json.load(answer)
            found.append(page["items"])
            cursor = page["next"]
            if cursor is None:
                break
        return found


@dataclasses.dataclass
class Mark:
    what: str
    wanted: str
    figure: str
    met: bool


def marks(f: Figures) -> list[Mark]:
    def at_least(what: str, value: float, least: float, unit: str) -> Mark:
        return Mark(what, f"at least {number(least)}{unit}", f"{number(value)}{unit}", value >= least)

    def at_most(what: str, value: float, most: float, unit: str) -> Mark:
        return Mark(what, f"at most {number(most)}{unit}", f"{number(value)}{unit}", value <= most)

    return [
        at_least("64 clients: shared commits / one commit per request", f.ratio("shared 64", "alone 64"), 2, " x"),
        at_least("64 clients: shared commits / bare insert loop", f.ratio("shared 64", "bare insert"), 0.3, " x"),
        at_least("1 client: case creations / fdatasync rate of the disk", f.ratio("shared 1", "fdatasync"), 0.3, " x"),
        at_most("One case, 1 client, p99", f["case 1 p99"], 10, " ms"),
        at_most("List of 50 open cases by due, 1 client, p99", f["list 1 p99"], 10, " ms"),
        at_least("Verify, chains alone", f["verify chains"], 200_000, " events/s"),
        at_least("Verify, with folding and comparing", f["verify"], 40_000, " events/s"),
        at_least("Rebuild", f["rebuild"], 20_000, " events/s"),
        at_least("Demo data", f["demo"], 20_000, " events/s"),
        at_most("A page of 50 rows renders in", f["render"], 1.5, " ms") if "render" in f
        else Mark("A page of 50 rows renders in", "at most 1.50 ms", "not there: weibao has no bench-render yet", False),
        at_most("Idle memory (RSS)", f["memory"], 80, " MiB"),
        at_most("Start to ready", f["ready"], 300, " ms"),
    ]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measured(f: Figures) -> str:
    units = {"fdatasync": "/s", "bare insert": "cases/s", "bare single": "cases/s", "verify": "events/s", "rebuild": "events/s", "demo": "events/s", "render": "ms",
             "memory": "MiB", "ready": "ms", "shared": "cases/s", "alone": "cases/s", "case": "answers/s", "list": "answers/s"}
    names = {"shared": "case creation, shared commits, clients:", "alone": "case creation, one commit per request, clients:", "case": "one case, clients:",
             "list": "list of 50 open by due, clients:", "fdatasync": "disk: append 4 KiB + fdatasync", "bare insert": "bare SQLite insert loop, 64 cases a commit", "bare single": "bare SQLite insert loop, one case a commit"}
    rows = []
    for name, values in f.values.items():
        first = name if name in names or name in units else name.split()[0]
        unit = "ms" if name.endswith(("p50", "p99")) else units.get(first, units.get(name.split()[0], ""))
        rows.append([name.replace(first, names.get(first, first), 1), number(f[name]), unit, f"{number(min(values))} to {number(max(values))}"])
    return table(["what", "median", "unit", "range"], rows)


def machine(folder: pathlib.Path) -> str:
    def output(*command: str) -> str:
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return "unknown"

    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / (1 << 20)
    system = re.search(r'PRETTY_NAME="(.+)"', pathlib.Path("/etc/os-release").read_text())
    swift = re.search(r"Swift version [^\s]+", output("swift", "--version"))
    return table(["the machine", ""], [
        ["processor", f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, shared with the clients (wrk)"],
        ["memory", f"{memory:.1f} GiB"],
        ["disk", f"{output('stat', '-f', '-c', '%T', str(folder))}; its sync rate is in the table"],
        ["system", f"{system[1] if system else platform.system()}, Linux {platform.release().split('-')[0]}"],
        ["Swift", swift[0].removeprefix("Swift version ") if swift else "unknown"],
        ["SQLite", output("dpkg-query", "-W", "-f", "${Version}", "libsqlite3-0")],
        ["weibao", output("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")],
    ])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, help="a release build; made when left out")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each single measure")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / ".build", help="on the disk that is measured")
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "RESULTS.md")
    given = parser.parse_args()

    binary = given.binary
    if binary is None:
        say("building the release (about 6 minutes the first time on two cores)")
        subprocess.run(["swift", "build", "-c", "release", "--product", "weibao"], cwd=ROOT, check=True)
        binary = ROOT / ".build/release/weibao"
    given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as folder:
        bench = Bench(binary.resolve(), pathlib.Path(folder), given.cases, given.rounds, given.seconds)
        bench.all()
        described = machine(given.folder)

    judged = marks(bench.figures)
    verdict = table(["mark", "wanted", "measured", ""], [[m.what, m.wanted, m.figure, "met" if m.met else "**not met**"] for m in judged])
    print(verdict)
    given.output.write_text(f"""# Results

Written by `make bench` on {time.strftime('%Y-%m-%d', time.gmtime())}: {given.cases:,} cases ({bench.events:,} events), {given.rounds} rounds in turn, median;
{given.seconds} s a measure. The ratios count, not the figures: machines drift by a factor of two.

## Marks
{verdict}

## The mark at one client
A case is five rows in seventeen indexes, about 30 pages of 4 KiB in the log, where the disk's figure syncs one. The bare loop with one case a
commit and no product around it reaches {bench.figures.ratio("bare single", "fdatasync"):.2f} x the fdatasync rate, and case creation through the API {bench.figures.ratio("shared 1", "bare single"):.2f} x that loop.

## Measured
{measured(bench.figures)}

## Where
{described}
""")
    missed = [m.what for m in judged if not m.met]
    say(f"{len(judged) - len(missed)} of {len(judged)} marks met; written to {given.output}")


if __name__ == "__main__":
    main()
