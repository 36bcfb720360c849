from __future__ import annotations

import os
import re
import sqlite3
import subprocess

import pytest
from weibao import ROOT, Company, binary, environment


def test_one_fault_is_played_from_the_call_to_the_signature(company: Company) -> None:
    """INT-3 to FLT-4, with curl alone, and the record stands at the end."""
    with company.server() as server:
        settings = environment(company.data) | {
            "BASE": server.address, "TOKEN": company.tokens["administrator"], "DATA": str(company.data), "WEIBAO": str(binary())}
        played = subprocess.run([ROOT / "Examples/one-fault.sh"], env=settings, capture_output=True, text=True, timeout=120)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "close        -> closed" in played.stdout
    steps = ["reported", "accepted", "acknowledged", "responded", "attempted", "dispatched", "departed", "arrived", "located", "proposed",
             "agreed", "cleared", "left", "confirmed", "signed-off", "closed"]
    journal = played.stdout.split("The journal of")[1]
    places = [journal.find(f" {step} ") for step in steps]
    assert -1 not in places, dict(zip(steps, places))
    assert places == sorted(places)
    verdict = re.search(r"^All is well: (\d+) events in (\d+) streams, (\d+) checkpoints", played.stdout.split("Verifying the record")[1], re.M)
    assert verdict and all(int(count) > 0 for count in verdict.groups()), played.stdout


@pytest.mark.sqlite
def test_one_fault_ends_badly_when_the_record_is_not_well(company: Company) -> None:
    """So that its good end means something."""
    with company.server() as server:
        database = sqlite3.connect(company.data / "weibao.sqlite", isolation_level=None)
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE journal SET body = body || ' ' WHERE sequence = 2")
        database.close()
        settings = environment(company.data) | {
            "BASE": server.address, "TOKEN": company.tokens["administrator"], "DATA": str(company.data), "WEIBAO": str(binary())}
        played = subprocess.run([ROOT / "Examples/one-fault.sh"], env=settings, capture_output=True, text=True, timeout=120)
    assert played.returncode == 1 and "NOT WELL: row 2, " in played.stdout, played.stdout + played.stderr


def test_one_fault_says_how_it_is_used() -> None:
    settings = {name: value for name, value in os.environ.items() if name not in ("BASE", "TOKEN")}
    played = subprocess.run([ROOT / "Examples/one-fault.sh"], env=settings, capture_output=True, text=True, timeout=20)
    assert played.returncode == 2
    assert "Usage:" in played.stderr
