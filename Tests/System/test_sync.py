from __future__ import annotations

import pathlib
import shutil
import subprocess

import pytest
from weibao import Company, wait_until

pytestmark = pytest.mark.sqlite

WRITES = 50


def test_every_answered_write_was_synced(company: Company, tmp_path: pathlib.Path) -> None:
    """The answer goes out after the commit is on disk: so many writes in turn need at least so many syncs of the log."""
    strace = shutil.which("strace")
    if not strace:
        pytest.skip("strace is not installed")
    if subprocess.run([strace, "-qq", "-o", tmp_path / "probe", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let strace trace")
    trace = tmp_path / "trace"
    # -D: strace stands aside, so that the process we start is the server itself. -y names the file of each descriptor.
    wrapper = [strace, "-D", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace)]

    def syncs() -> int:
        return sum(("fdatasync(" in line or "fsync(" in line) and "sqlite" in line for line in trace.read_text(errors="replace").splitlines())

    with company.server(wrapper=wrapper) as server:
        client = server.client(company.tokens["call-taker"])
        client.report()
        before = syncs()
        for count in range(WRITES):
            client.report(summary=f"synced {count}")
        wait_until(lambda: syncs() - before >= WRITES, 5, f"{WRITES} syncs; there were {syncs() - before}")
