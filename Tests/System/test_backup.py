"""A backup taken while people work comes back whole; a damaged one touches nothing."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
from test_crash import Writer
from weibao import Company, Server, binary, must, run


Event = tuple[str, str]
"""A stream and the hash of one of its events."""


def journal(data: pathlib.Path) -> list[Event]:
    """Every event, in order, as the export has them."""
    file = data.parent / f"{data.name}.{time.monotonic_ns()}.jsonl"
    must("export", "--all", str(file), data=data)
    lines = file.read_text().splitlines()
    file.unlink()
    start = next(index for index, line in enumerate(lines) if line.startswith('{"table":"journal"'))
    columns = json.loads(lines[start])["columns"]
    rows = []
    for line in lines[start + 1:]:
        if not line.startswith("["):
            break
        row = json.loads(line)
        rows.append((row[columns.index("stream")], row[columns.index("hash")]))
    return rows


def test_a_backup_taken_among_writers_is_one_moment_of_the_company(company: Company, tmp_path: pathlib.Path) -> None:
    backup, target = tmp_path / "night.backup", tmp_path / "restored"
    token = company.tokens["administrator"]
    with company.server() as server:
        stop = threading.Event()
        writers = [Writer(number, server, token, stop) for number in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(1)
        before = {number for writer in writers for number in list(writer.answered.values())}
        report = json.loads(must("backup", str(backup), "--json", data=company.data))
        time.sleep(0.5)
        stop.set()
        for writer in writers:
            writer.join()
            assert not writer.strange
    assert sum(len(writer.answered) for writer in writers) > len(before) > 0
    must("restore", str(backup), "--database", f"sqlite:{target}/weibao.sqlite", data=target)
    there = journal_of(target)
    assert len(there) == report["events"]
    # What was answered before is in it, and no stream lacks an event before its last. (Between streams PostgreSQL has no
    # order of commits: a transaction that began before one in the backup may have ended after it.)
    with sqlite3.connect(target / "weibao.sqlite") as database:
        assert before <= {row[0] for row in database.execute("SELECT number FROM request")}
    now = by_stream(journal(company.data))
    for stream, events in by_stream(there).items():
        assert now[stream][: len(events)] == events
    assert "All is well" in must("verify", "--database", f"sqlite:{target}/weibao.sqlite", data=target)


def journal_of(data: pathlib.Path) -> list[Event]:
    with sqlite3.connect(data / "weibao.sqlite") as database:
        return list(database.execute("SELECT stream, hash FROM journal ORDER BY sequence"))


def by_stream(events: list[Event]) -> dict[str, list[str]]:
    streams: dict[str, list[str]] = {}
    for stream, hash_ in events:
        streams.setdefault(stream, []).append(hash_)
    return streams


def test_a_damaged_backup_is_refused_with_a_word_and_nothing_is_touched(company: Company, tmp_path: pathlib.Path) -> None:
    backup = tmp_path / "a.backup"
    must("backup", str(backup), data=company.data)
    bytes_ = bytearray(backup.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    backup.write_bytes(bytes_)
    target = tmp_path / "target"
    done = run("restore", str(backup), "--database", f"sqlite:{target}/weibao.sqlite", data=target)
    assert done.returncode == 1 and "weibao:" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (target / "weibao.sqlite").exists()
    for hostile in (b"", b"\0" * 10_000, b"PK\x03\x04" + b"x" * 100, b"{}\n"):
        backup.write_bytes(hostile)
        assert run("restore", str(backup), "--check-only", data=target).returncode == 1


@pytest.mark.skipif("WEIBAO_TEST_POSTGRES" in os.environ, reason="restoring over a file is SQLite's")
class TestOverAFile:
    def test_nothing_is_overwritten_unless_told_and_the_old_one_is_kept(self, company: Company, tmp_path: pathlib.Path) -> None:
        backup = tmp_path / "a.backup"
        must("backup", str(backup), data=company.data)
        before = journal_of(company.data)
        with company.server() as server:
            server.client(company.tokens["administrator"]).report(summary="after the backup")
            assert "serving" in run("restore", str(backup), "--replace", data=company.data).stderr
        newer = journal_of(company.data)
        assert len(newer) > len(before)
        refused = run("restore", str(backup), data=company.data)
        assert refused.returncode == 1 and "--replace" in refused.stderr
        assert journal_of(company.data) == newer
        must("restore", str(backup), "--replace", data=company.data)
        assert journal_of(company.data)[: len(before)] == before
        kept = company.data / "old"
        kept.mkdir()
        shutil.copy(company.data / "weibao.sqlite.before-restore", kept / "weibao.sqlite")
        assert journal_of(kept) == newer
        assert "All is well" in must("verify", data=company.data)

    def test_killed_in_the_middle_of_restoring_the_old_company_is_there(self, company: Company, tmp_path: pathlib.Path) -> None:
        backup = tmp_path / "a.backup"
        must("backup", str(backup), data=company.data)
        before = journal_of(company.data)
        for delay in (0.05, 0.15, 0.3, 0.5):
            process = subprocess.Popen(
                [binary(), "restore", str(backup), "--replace", "--data", str(company.data)], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert journal_of(company.data)[: len(before)] == before
        must("restore", str(backup), "--replace", data=company.data)
        assert "All is well" in must("verify", data=company.data)


def test_who_was_forgotten_since_does_not_come_back(company: Company, tmp_path: pathlib.Path) -> None:
    phone = "19911112222"
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        client.report(contact={"name": "短暂的人", "phone": phone})
    backup, target = tmp_path / "a.backup", tmp_path / "target"
    must("backup", str(backup), data=company.data)
    must("customers", "forget", phone, data=company.data)
    ledger = company.data / "erasures"
    assert phone not in ledger.read_text() and "短暂" not in ledger.read_text()
    must("restore", str(backup), "--erasures", str(ledger), "--database", f"sqlite:{target}/weibao.sqlite", data=target)
    for file in target.rglob("*"):
        if file.is_file():
            assert phone.encode() not in file.read_bytes(), file
    assert "All is well" in must("verify", "--database", f"sqlite:{target}/weibao.sqlite", data=target)
