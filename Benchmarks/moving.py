"""Measures what moving a whole company takes: export, import into both engines, rebuild, backup and restore; adds a table to RESULTS.md.

    Scripts/with-postgres python3 Benchmarks/moving.py [--cases N] [--data DIR] [--binary PATH] [--rounds N] [--write]

DIR is made with `weibao demo --cases N` where it is missing, and kept. Without a PostgreSQL beside it only SQLite is measured. A backup is
compared with copying the same bytes with fsync, both in turn, so that the disk's mood hits both.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Bench:
    def __init__(self, binary: pathlib.Path, data: pathlib.Path) -> None:
        self.binary, self.data = binary, data

    def run(self, *arguments: object) -> tuple[float, str]:
        """Seconds, and what it printed."""
        begin = time.perf_counter()
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"moving: {' '.join(map(str, arguments))}: {done.stderr.strip().splitlines()[-1:]}")
        return time.perf_counter() - begin, done.stdout


def copied(source: pathlib.Path, target: pathlib.Path) -> float:
    """Seconds that copying with fsync takes."""
    begin = time.perf_counter()
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1 << 20)
        write.flush()
        os.fsync(write.fileno())
    took = time.perf_counter() - begin
    target.unlink()
    return took


def schema(server: str) -> str:
    """An empty place on the server; as good as a database, and made at once."""
    name = f"moving_{uuid.uuid4().hex}"
    subprocess.run(["psql", "-q", server, "-c", f"CREATE SCHEMA {name}"], check=True)
    return f"{server}&options={urllib.parse.quote('-csearch_path=' + name)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/weibao")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    server = os.environ.get("WEIBAO_TEST_POSTGRES")
    work = pathlib.Path(tempfile.mkdtemp(prefix="weibao-moving."))
    data = chosen.data or work / "company"
    bench = Bench(chosen.binary, data)
    rows: list[tuple[str, str, str]] = []
    if not (data / "weibao.sqlite").exists():
        took, out = bench.run("demo", "--cases", chosen.cases, "--data", data, "--json")
        rows.append(("demo into SQLite", f"{json.loads(out)['events'] / took:,.0f} events/s", f"{took:.1f} s"))
    if server:
        took, out = bench.run("demo", "--cases", chosen.cases, "--data", work / "demo", "--database", schema(server), "--json")
        rows.append(("demo into PostgreSQL", f"{json.loads(out)['events'] / took:,.0f} events/s", f"{took:.1f} s"))
    file = work / "company.jsonl"
    took, out = bench.run("export", "--all", file, "--data", data, "--json")
    counts = json.loads(out)
    total, size = sum(counts.values()), file.stat().st_size
    rows.append(("export --all", f"{total / took:,.0f} rows/s", f"{took:.1f} s, {size / took / 1e6:.0f} MB/s"))
    for engine in ("SQLite", "PostgreSQL") if server else ("SQLite",):
        place = work / engine
        database = schema(server) if engine == "PostgreSQL" else f"sqlite:{place}/weibao.sqlite"
        took, _ = bench.run("import", "--all", file, "--data", place, "--database", database)
        rows.append((f"import --all into {engine}, projections made", f"{total / took:,.0f} rows/s", f"{took:.1f} s"))
        took, out = bench.run("rebuild", "--data", place, "--database", database, "--json")
        rows.append((f"rebuild on {engine}", f"{json.loads(out)['events'] / took:,.0f} events/s", f"{took:.1f} s"))
        shutil.rmtree(place)
    file.unlink()
    for format in ("csv", "jsonl"):
        out_folder = work / format
        took, out = bench.run("export", "--tables", out_folder, "--format", format, "--data", data, "--json")
        rows.append((f"export --tables --format {format}", f"{sum(json.loads(out).values()) / took:,.0f} rows/s", f"{took:.1f} s"))
        shutil.rmtree(out_folder)
    ratios, rates = [], []
    for number in range(chosen.rounds):
        made = work / f"{number}.backup"
        took, _ = bench.run("backup", made, "--data", data)
        bytes_ = made.stat().st_size
        ratios.append(copied(made, work / "copy") / took)
        rates.append(bytes_ / took / 1e6)
        if number + 1 < chosen.rounds:
            made.unlink()
    rows.append(
        (f"backup ({bytes_ / 1e6:,.0f} MB)", f"{statistics.median(rates):.0f} MB/s",
         f"{statistics.median(ratios):.2f} x copying the same bytes with fsync (mark 0.3), {min(ratios):.2f} to {max(ratios):.2f}"))
    took, out = bench.run("restore", made, "--data", work / "restored", "--database", f"sqlite:{work}/restored/weibao.sqlite", "--json")
    rows.append(("restore into SQLite, verified", f"{total / took:,.0f} rows/s", f"{took:.1f} s"))
    shutil.rmtree(work)
    text = "\n".join(
        ["## Moving a company (Benchmarks/moving.py)", "",
         f"{counts['journal']:,} events, {total:,} rows; release build, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}, "
         f"{'PostgreSQL on the same cores' if server else 'SQLite only'}.", "",
         "| what | rate | took |", "| --- | --- | --- |", *(f"| {what} | {rate} | {note} |" for what, rate, note in rows), ""])
    print(text)
    if chosen.write:
        results = ROOT / "Benchmarks/RESULTS.md"
        rest = re.sub(r"\n## Moving a company.*?(?=\n## |\Z)", "", results.read_text(), flags=re.S)
        before, mark, after = rest.partition("\n## At size")
        results.write_text(before.rstrip() + "\n\n" + text + mark + after)


if __name__ == "__main__":
    main()
