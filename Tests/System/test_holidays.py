"""A newer table of public holidays reaches policies and open cases while the company is served (SLA-7, SLA-9)."""

from __future__ import annotations

import datetime
import json
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

from weibao import Company, binary, environment, must, wait_until

CASES = 80


def next_year() -> str:
    """Next year's table; its January begins with three weeks of holiday, so that whatever is due later in it is due at another time."""
    year = datetime.date.today().year + 1
    saturday = next(day for day in (datetime.date(year, 3, one) for one in range(1, 8)) if day.weekday() == 5)
    return f"{year} off 01-01..01-21 05-01 10-01..10-07\n{year} work {saturday:%m-%d}\n"


def promise_by_the_office(company: Company, folder: pathlib.Path) -> None:
    """A promise of 300 working days: due next year on whatever day this runs."""
    hours = ", ".join(f'{day}: ["09:00-17:00"]' for day in ["mon", "tue", "wed", "thu", "fri"])
    (folder / "office.cal.yaml").write_text(f"name: office\ntime_zone: Asia/Shanghai\nholidays: china\nweek: {{{hours}}}\n")
    (folder / "policy.yaml").write_text(
        'policy: "office"\ncalendars: {office: office.cal.yaml}\ntargets:\n'
        "  - {id: respond, clause: SLA-1, starts: reported, met_by: responded, within: 300wd, calendar: office}\n")
    must("policy", "import", str(folder / "policy.yaml"), data=company.data)
    must("policy", "activate", "office", data=company.data)
    (folder / "next.txt").write_text(next_year())


def test_open_cases_follow_a_table_that_is_imported_while_nodes_serve_and_a_kill_loses_none(company: Company, tmp_path: pathlib.Path) -> None:
    promise_by_the_office(company, tmp_path)
    with company.server() as server, company.server() as other:
        desk, elsewhere = server.client(company.tokens["call-taker"]), other.client(company.tokens["call-taker"])
        with ThreadPoolExecutor(4) as pool:
            cases = list(pool.map(lambda place: desk.report(summary=f"{place}"), range(CASES)))
        assert {case["policy"] for case in cases} == {"office"}
        away = desk.report()["id"]
        server.client(company.tokens["administrator"]).step(away, "cancel", reason="误报")

        def now(client: object = desk) -> list[dict]:
            return [client.get(f"/requests/{case['id']}").json() for case in cases]

        command = [str(binary()), "calendar", "import", str(tmp_path / "next.txt"), "--data", str(company.data)]
        importing = subprocess.Popen(command, env=environment(company.data), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = min(cases, key=lambda case: case["targets"][0]["due"])["id"]
        while desk.get(f"/requests/{first}").json()["policy"] == "office":
            assert importing.poll() is None
        importing.kill()
        importing.communicate()
        report = json.loads(must("calendar", "follow", "--json", data=company.data))
        assert report["revisions"] == [] and report["left"] == [] and 0 < report["cases"] < CASES, report
        after = now()
        assert {case["policy"] for case in after} == {"office-r2"} and after == now(elsewhere)
        for was, case in zip(cases, after, strict=True):
            journal = desk.get(f"/requests/{case['id']}/journal").json()["items"]
            changes = [event["data"] for event in journal if event["event"] == "due-changed"]
            assert changes == [
                {"from": "office", "to": "office-r2", "years": [datetime.date.today().year + 1],
                 "due": [{"target": "respond", "was": was["targets"][0]["due"], "now": case["targets"][0]["due"]}]}]
            assert case["targets"][0]["due"] > was["targets"][0]["due"]
        # One that is opened again follows: whoever serves looks for it at its start, then once a minute.
        assert server.client(company.tokens["administrator"]).step(away, "reopen", reason="又坏了")["policy"] == "office"
        with company.server() as third:
            wait_until(lambda: third.client(company.tokens["call-taker"]).get(f"/requests/{away}").json()["policy"] == "office-r2", what="the reopened case")
        # Both nodes promise by it from now on, and nothing is left to do.
        assert [client.report()["policy"] for client in (desk, elsewhere)] == ["office-r2"] * 2
        assert json.loads(must("calendar", "follow", "--json", data=company.data)) == {"revisions": [], "cases": 0, "changed": 0, "left": [], "failed": {}}
    must("verify", data=company.data)
