"""Imports 100,000 machines of 2,000 customers: seconds, peak memory, and what a server's callers wait for meanwhile.

    python3 Benchmarks/import.py [--binary PATH] [--machines N] [--write]
    Scripts/with-postgres python3 Benchmarks/import.py [--write]

Makes its own company in a temporary folder (or a database of its own on the server that Scripts/with-postgres started), with 2,000
customers, a site and two departments each, and 40 models, all by import. Then the machines: alone; once more, unchanged; and as many
others while a node serves the same database and one client after another creates cases over HTTP. Prints a table; --write appends it to RESULTS.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVER = os.environ.get("WEIBAO_TEST_POSTGRES")
CUSTOMERS, MODELS = 2_000, 40


class Bench:
    def __init__(self, binary: pathlib.Path, folder: pathlib.Path) -> None:
        self.binary, self.folder = binary, folder
        self.environment = os.environ | {"WEIBAO_DATA": str(folder / "data")}
        if SERVER:
            subprocess.run(["psql", "-q", SERVER, "-c", "DROP DATABASE IF EXISTS bench_import", "-c", "CREATE DATABASE bench_import"], check=True)
            self.environment["WEIBAO_DATABASE"] = SERVER.replace("/postgres?", "/bench_import?")

    def weibao(self, *arguments: str, input: str = "") -> str:
        done = subprocess.run([self.binary, *arguments], env=self.environment, input=input, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"import: weibao {' '.join(arguments)}: {done.stderr[-500:]}")
        return done.stdout

    def file(self, kind: str, headings: str, rows: list[str]) -> pathlib.Path:
        path = self.folder / f"{kind}.csv"
        path.write_text(headings + "\n" + "\n".join(rows) + "\n")
        return path

    def load(self, kind: str, headings: str, rows: list[str]) -> tuple[float, float, dict]:
        """Seconds, peak memory in MiB, and the report."""
        path = self.file(kind, headings, rows)
        begin = time.perf_counter()
        process = subprocess.Popen(
            [self.binary, "import", kind, str(path), "--json"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        errors: list[bytes] = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr))
        reader.start()
        out = process.stdout.read()
        reader.join()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"import: {b''.join(errors)[-500:].decode()}")
        return time.perf_counter() - begin, usage.ru_maxrss / 1_024, json.loads(out)

    def prepare(self) -> None:
        self.weibao("migrate")
        self.load("branches", "机构编码,机构名称,区县", ["YUGAN,余干服务站,余干县"])
        self.load("customers", "客户名称,服务机构,行政区划代码", [f"第{n}人民医院,YUGAN,361127" for n in range(CUSTOMERS)])
        self.load("sites", "客户,院区", [f"第{n}人民医院,门诊楼" for n in range(CUSTOMERS)])
        self.load("departments", "客户,院区,科室", [f"第{n}人民医院,门诊楼,{d}" for n in range(CUSTOMERS) for d in ("放射科", "检验科")])
        self.load("models", "型号,厂家,设备类别", [f"DR-{n},某某医疗,DR" for n in range(MODELS)])

    def machines(self, first: int, count: int) -> tuple[float, float, dict]:
        return self.load("machines", "序列号,型号,客户,院区,科室,安装日期", [
            f"SN-{n:07},DR-{n % MODELS},第{n % CUSTOMERS}人民医院,门诊楼,{('放射科', '检验科')[n % 2]},2024/{n % 12 + 1}/{n % 28 + 1}"
            for n in range(first, first + count)])

    def served(self, first: int, count: int) -> tuple[tuple[float, float, dict], list[float]]:
        """The import beside a node, and the milliseconds of each case created meanwhile."""
        self.weibao("user", "add", "bench", "--role", "administrator", "--password-stdin", input="bench only, 127.0.0.1\n")
        token = self.weibao("token", "create", "--user", "bench").strip()
        server = subprocess.Popen(
            [self.binary, "serve", "--listen", "127.0.0.1:0"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(re.search(r":(\d+)\s*$", server.stdout.readline())[1])
            times: list[float] = []
            stop = threading.Event()

            def create() -> None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                number = 0
                while not stop.is_set():
                    number += 1
                    body = json.dumps({"kind": "support", "summary": f"开机后无图像 {number}", "contact": {"name": "李敏", "phone": "0791-86001234"}})
                    begin = time.perf_counter()
                    connection.request("POST", "/api/v1/requests", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 201:
                        raise SystemExit(f"import: a case: {answer.status}")
                    times.append((time.perf_counter() - begin) * 1_000)
                    # Callers are people: some twenty calls a second are more than any desk has.
                    stop.wait(0.05)

            caller = threading.Thread(target=create)
            caller.start()
            figures = self.machines(first, count)
            stop.set()
            caller.join()
            return figures, sorted(times)
        finally:
            server.terminate()
            server.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/weibao")
    parser.add_argument("--machines", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-import-", dir=ROOT / ".build") as folder:
        bench = Bench(given.binary.resolve(), pathlib.Path(folder))
        bench.prepare()
        count = given.machines
        alone, memory, report = bench.machines(0, count)
        assert report["added"] == count, report
        again, memory_again, report = bench.machines(0, count)
        assert report["unchanged"] == count, report
        (beside, memory_beside, report), times = bench.served(count, count)
        assert report["added"] == count, report
        bench.weibao("verify")
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    engine = "PostgreSQL" if SERVER else "SQLite"
    lines = [
        "", f"## Import on {engine} (Benchmarks/import.py)", "",
        f"{count:,} machines of {CUSTOMERS:,} customers, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}; `verify` is whole afterwards.", "",
        "| what | seconds | peak MiB | mark |", "| --- | --- | --- | --- |",
        f"| new | {alone:.1f} | {memory:.0f} | 120 s |", f"| once more, unchanged | {again:.1f} | {memory_again:.0f} | |",
        f"| as many others beside a node | {beside:.1f} | {memory_beside:.0f} | |",
        "", f"Creating a case over HTTP meanwhile: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(times)} cases (mark: p99 below 250 ms).", "",
    ]
    text = "\n".join(lines)
    print(text)
    if given.write:
        results = ROOT / "Benchmarks/RESULTS.md"
        results.write_text(results.read_text().rstrip() + "\n" + text)


if __name__ == "__main__":
    main()
