from __future__ import annotations

import pathlib
import re
import shutil
import subprocess

import pytest
from weibao import Company, wait_until

pytestmark = pytest.mark.sqlite

WRITES = 50


def test_every_answered_write_was_synced(company: Company, tmp_path: pathlib.Path) -> None:
    """The answer goes out after the commit is on disk: before each 201 on the wire, a sync of the log that began after the 201 before it."""
    strace = shutil.which("strace")
    if not strace:
        pytest.fail("strace is not installed. Run Scripts/setup test.")
    if subprocess.run([strace, "-qq", "-o", tmp_path / "probe", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let strace trace")
    trace = tmp_path / "trace"
    # -D: strace stands aside, so that the process we start is the server itself. -y names the file of each descriptor.
    wrapper = [
        strace, "-D", "-f", "-qq", "-y", "-s", "20", "-e", "trace=fsync,fdatasync,write,writev,sendto,sendmsg", "-o", str(trace)]

    with company.server(wrapper=wrapper) as server:
        client = server.client(company.tokens["call-taker"])
        for count in range(WRITES):
            client.report(summary=f"synced {count}")
        wait_until(lambda: trace.read_text(errors="replace").count("HTTP/1.1 201") >= WRITES, 10, "the trace")

    answers, unsynced, synced = 0, 0, False
    began: set[str] = set()
    for line in trace.read_text(errors="replace").splitlines():
        thread = line.split()[0]
        if re.search(r"f(data)?sync\(\d+<[^>]*sqlite-wal>", line):
            if "unfinished" in line:
                began.add(thread)
            elif line.endswith("= 0"):
                synced = True
        elif "sync resumed" in line and thread in began:
            began.remove(thread)
            synced = synced or line.endswith("= 0")
        elif "HTTP/1.1 201" in line:
            answers += 1
            unsynced += not synced
            synced = False
            began.clear()
    assert (answers, unsynced) == (WRITES, 0)
