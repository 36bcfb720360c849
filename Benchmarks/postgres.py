"""Durable creations on PostgreSQL through the API, beside pgbench with the same statements on the same server.

    Scripts/with-postgres python3 Benchmarks/postgres.py [--rounds 5] [--seconds 5]

Needs a release build, wrk and pgbench. Prints a table and appends it to Benchmarks/RESULTS.md where --write is given.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
WEIBAO = os.environ.get("WEIBAO_BIN", str(ROOT / ".build/release/weibao"))
SERVER = os.environ["WEIBAO_TEST_POSTGRES"]
HOME = os.environ["WEIBAO_TEST_POSTGRES_HOME"]
PGBENCH = "/usr/lib/postgresql/15/bin/pgbench"


def sql(database: str, statement: str) -> str:
    return subprocess.run(
        ["psql", "-h", HOME, "-U", "weibao", database, "-Atc", statement], check=True, capture_output=True, text=True).stdout.strip()


def rolled_back() -> tuple[int, int]:
    time.sleep(1)  # the server's statistics come late
    commits, rollbacks = sql("bench", "SELECT xact_commit, xact_rollback FROM pg_stat_database WHERE datname = 'bench'").split("|")
    return int(commits), int(rollbacks)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    sql("postgres", "CREATE DATABASE bench")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WEIBAO_DATA": folder, "WEIBAO_LOG": "error", "WEIBAO_DATABASE": SERVER.replace("/postgres?", "/bench?")}

        def weibao(*arguments: str) -> str:
            return subprocess.run([WEIBAO, *arguments], env=environment, check=True, capture_output=True, text=True).stdout

        weibao("demo", "--cases", str(given.cases))
        token = weibao("token", "create", "--user", "admin").strip()
        serials = pathlib.Path(folder) / "serials"
        serials.write_text(sql("bench", "SELECT serial_number FROM equipment ORDER BY id LIMIT 1800") + "\n")
        cases = pathlib.Path(folder) / "cases"
        cases.write_text(sql("bench", "SELECT id FROM request ORDER BY id DESC LIMIT 1000") + "\n")
        server = subprocess.Popen([WEIBAO, "serve", "--listen", "127.0.0.1:0"], env=environment, stdout=subprocess.PIPE, text=True)
        address = server.stdout.readline().strip()
        loads = environment | {"BENCH_TOKEN": token, "BENCH_SERIALS": str(serials), "BENCH_CASES": str(cases)}

        def wrk(script: str) -> float:
            done = subprocess.run(
                ["wrk", "-t2", "-c64", f"-d{given.seconds}s", "-s", str(ROOT / "Benchmarks" / script), address],
                env=loads, check=True, capture_output=True, text=True).stdout
            if bad := re.search(r"Non-2xx.*", done):
                print(script, bad[0])
            return float(re.search(r"Requests/sec:\s*([\d.]+)", done)[1])

        def pgbench() -> float:
            done = subprocess.run(
                [PGBENCH, "-n", "-M", "prepared", "-c", "64", "-j", "2", "-T", str(given.seconds), "-f", str(ROOT / "Benchmarks/create.sql"),
                 "-h", HOME, "-U", "weibao", "bench"], check=True, capture_output=True, text=True).stdout
            return float(re.search(r"tps = ([\d.]+)", done)[1])

        product, peer, steps = [], [], []
        retried: list[float] = []
        try:
            wrk("create.lua")
            for _ in range(given.rounds):
                product.append(wrk("create.lua"))
                peer.append(pgbench())
                before = rolled_back()
                steps.append(wrk("comment.lua"))
                after = rolled_back()
                retried.append((after[1] - before[1]) / max(1, after[0] - before[0]))
        finally:
            server.terminate()
            server.wait()
    ratio = statistics.median(ours / theirs for ours, theirs in zip(product, peer))
    share = statistics.median(retried)
    lines = [
        f"| 64 clients: case creations on PostgreSQL / pgbench, same statements | at least 0.50 x | {ratio:.2f} x | {met(ratio >= 0.5)} |",
        f"| 64 clients on 1,000 cases: transactions rolled back | below 2 % | {share:.2%} | {met(share < 0.02)} |",
    ]
    figures = (f"case creation {statistics.median(product):,.0f}/s, pgbench {statistics.median(peer):,.0f}/s, "
               f"comments on 1,000 cases {statistics.median(steps):,.0f}/s")
    text = "\n".join(["", "## PostgreSQL", f"{given.rounds} rounds in turn, {given.seconds} s each, median: {figures}.", "",
                      "| mark | wanted | measured |  |", "| --- | --- | --- | --- |", *lines, ""])
    print(text)
    if given.write:
        path = ROOT / "Benchmarks/RESULTS.md"
        path.write_text(path.read_text().split("\n## PostgreSQL")[0].rstrip() + "\n" + text)


def met(holds: bool) -> str:
    return "met" if holds else "**not met**"


if __name__ == "__main__":
    main()
