"""The command line's contract: 0 fine, 1 failed, 2 wrong usage; one line on standard error."""

from __future__ import annotations

import calendar
import json
import pathlib
import select
import subprocess

import pytest
from weibao import Company, binary, must, run

pytestmark = pytest.mark.sqlite

COMMANDS = "serve migrate demo import verify rebuild calendar sla policy user token customers doctor".split()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_there(command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0 and "USAGE" in done.stdout.upper()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"], ["serve", "--colour", "red"], ["verify", "--witness"], ["demo", "--cases", "many"], ["user", "add"],
        ["user", "add", "x", "--role", "king", "--password-stdin"], ["token", "create"], ["import", "unicorns", "x.csv"],
    ],
    ids=" ".join)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: pathlib.Path) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done
    assert done.stderr.startswith("weibao: ") and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["token", "create", "--user", "nobody"], ["import", "customers", "no-such-file.csv"], ["verify", "--witness", "no-such-file"],
        ["customers", "forget", "nobody"],
    ],
    ids=" ".join)
def test_what_fails_ends_with_1_and_says_so_in_one_line(arguments: list[str], template: Company) -> None:
    done = run(*arguments, data=template.data)
    assert done.returncode == 1, done
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("weibao: "), done.stderr


def test_serve_refuses_an_address_that_is_none(template: Company) -> None:
    done = run("serve", "--listen", "nowhere", data=template.data)
    assert done.returncode in (1, 2) and done.stderr.count("\n") == 1


def test_a_password_that_is_too_short_is_refused(template: Company) -> None:
    done = run("user", "add", "short", "--role", "engineer", "--password-stdin", data=template.data, input="abc\n")
    assert done.returncode == 1 and done.stderr.count("\n") == 1


@pytest.mark.parametrize("role", ["partner", "hospital"])
def test_a_user_outside_needs_no_more_than_a_role(company: Company, role: str) -> None:
    """Whose user it is may be said later; until then it sees nothing."""
    must("user", "add", "somebody", "--role", role, "--password-stdin", data=company.data, input="correct horse 77\n")
    with company.server() as server:
        client = server.client(must("token", "create", "--user", "somebody", data=company.data).strip())
        assert client.get("/requests").json()["items"] == []


def test_a_name_is_given_once(template: Company) -> None:
    done = run("user", "add", "test-engineer", "--role", "engineer", "--password-stdin", data=template.data, input="correct horse 77\n")
    assert done.returncode == 1


def test_permissions_are_printed_for_every_role() -> None:
    printed = must("user", "permissions")
    for role in ("call-taker", "partner", "hospital", "general-manager"):
        assert role in printed


def test_data_comes_as_json(template: Company) -> None:
    json.loads(must("verify", "--json", data=template.data))
    json.loads(must("doctor", "--json", data=template.data))


def test_migrate_may_run_twice(company: Company) -> None:
    must("migrate", data=company.data)
    must("migrate", data=company.data)


def test_demo_is_the_same_by_seed(tmp_path: pathlib.Path) -> None:
    """Names, machines and cases; ids and hashes come from fresh randomness only where personal salts need it."""
    printed = []
    for name in ("one", "two"):
        must("demo", "--cases", "10", "--seed", "7", data=tmp_path / name, timeout=300)
        printed.append(events(tmp_path / name))
    assert printed[0] == printed[1]


def events(data: pathlib.Path) -> list[tuple[str, int]]:
    import sqlite3

    database = sqlite3.connect(data / "weibao.sqlite")
    rows = database.execute("SELECT kind, version FROM journal ORDER BY sequence").fetchall()
    database.close()
    return rows


def test_replay_answers_json(tmp_path: pathlib.Path) -> None:
    """SLA-1: met at the very instant it is due."""
    (tmp_path / "policy.yaml").write_text(
        'policy: "2026-11"\ntargets:\n  - {id: respond, clause: SLA-1, starts: reported, met_by: [responded], within: 2h}\n')
    (tmp_path / "case.yaml").write_text(
        "reported: 2026-11-23T09:00:00+08:00\nurgency: normal\nevents:\n  - {at: 2026-11-23T11:00:00+08:00, event: responded}\n")
    printed = must("sla", "replay", "--policy", str(tmp_path / "policy.yaml"), "--case", str(tmp_path / "case.yaml"))
    (target,) = json.loads(printed)["targets"]
    assert (target["id"], target["state"], target["used_seconds"], target["paused_seconds"]) == ("respond", "met", 7200, 0)


def test_a_calendar_answers_line_by_line(tmp_path: pathlib.Path) -> None:
    """SLA-7: the evening before the National Day; a year without a table; a bad line in its place."""
    hours = '["08:30-12:00", "13:30-17:30"]'
    (tmp_path / "office.yaml").write_text(
        "name: office\ntime_zone: Asia/Shanghai\nholidays: china\nweek: {" + ", ".join(f"{day}: {hours}" for day in "mon tue wed thu fri".split()) + "}\n")
    lines = ["add\t2026-09-30T18:00:00+08:00\t2h", "nonsense", "between\t2026-10-10T00:00:00+08:00\t2026-10-11T00:00:00+08:00",
             "add\t2031-01-04T08:00:00+08:00\t2wd"]
    done = run("calendar", "run", str(tmp_path / "office.yaml"), input="\n".join(lines) + "\n")
    first, second, third, fourth = done.stdout.splitlines()
    assert (first, third, fourth) == ("2026-10-08T10:30:00+08:00", "27000", "2031-01-07T08:30:00+08:00")
    assert second.startswith("error: ") and done.returncode == 1
    assert "2031" in done.stderr and "does not speak of" in done.stderr
    # All the years of a sum, not its ends alone; and a file as editors on Windows write it.
    far = run("calendar", "run", str(tmp_path / "office.yaml"), input="\ufeffbetween\t2026-01-05T00:00:00+08:00\t2029-01-05T00:00:00+08:00\r\n")
    assert far.returncode == 0 and far.stdout.strip().isdigit() and "of 2027 to 2029;" in far.stderr
    fine = run("calendar", "run", str(tmp_path / "office.yaml"), input=lines[0] + "\n")
    assert (fine.returncode, fine.stdout, fine.stderr) == (0, "2026-10-08T10:30:00+08:00\n", "")


def test_a_calendar_answers_a_line_before_the_next_is_asked(tmp_path: pathlib.Path) -> None:
    with subprocess.Popen([str(binary()), "calendar", "run", "always"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        for hour in range(3):
            process.stdin.write(f"add\t2026-09-30T1{hour}:00:00Z\t1h\n")
            # Not a test that waits for ever.
            assert select.select([process.stdout], [], [], 20)[0], "no answer while the input is open"
            assert process.stdout.readline() == f"2026-09-30T1{hour + 1}:00:00Z\n"
        # Longer than any promise.
        process.stdin.write("add\t2026-09-30T10:00:00Z\t36500d\n")
        assert process.stdout.readline() == "2126-09-06T10:00:00Z\n"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_day_without_a_value_is_no_day_off(tmp_path: pathlib.Path) -> None:
    (tmp_path / "c.yaml").write_text('time_zone: Asia/Shanghai\nweek: {mon: ["08:30-12:00"]}\ndays:\n  2026-10-01:\n')
    done = run("calendar", "run", str(tmp_path / "c.yaml"), input="add\t2026-09-30T10:00:00Z\t1h\n")
    assert done.returncode == 1 and "2026-10-01" in done.stderr and done.stdout == "", done


def test_replay_runs_on_the_calendar_beside_the_policy(tmp_path: pathlib.Path) -> None:
    (tmp_path / "office.cal.yaml").write_text('time_zone: Asia/Shanghai\nholidays: china\nweek: {thu: ["08:30-17:30"], wed: ["08:30-17:30"]}\n')
    (tmp_path / "policy.yaml").write_text(
        'policy: "1"\ncalendars: {office: office.cal.yaml}\n'
        "targets:\n  - {id: respond, starts: reported, met_by: responded, within: 2h, calendar: office}\n")
    (tmp_path / "case.yaml").write_text("reported: 2026-09-30T18:00:00+08:00\nevents: []\n")
    printed = must("sla", "replay", "--policy", str(tmp_path / "policy.yaml"), "--case", str(tmp_path / "case.yaml"))
    assert json.loads(printed)["targets"][0]["due"] == "2026-10-08T02:30:00.000Z"
    (tmp_path / "case.yaml").write_text("reported: 2030-09-30T18:00:00+08:00\nevents: []\n")
    late = run("sla", "replay", "--policy", str(tmp_path / "policy.yaml"), "--case", str(tmp_path / "case.yaml"))
    assert json.loads(late.stdout)["targets"][0]["provisional"] is True and "does not speak of 2030" in late.stderr and late.returncode == 0


def test_replay_refuses_a_policy_that_is_none(tmp_path: pathlib.Path) -> None:
    (tmp_path / "case.yaml").write_text("reported: 2026-11-23T09:00:00+08:00\nurgency: normal\nevents: []\n")
    for text in ("", "policy: [", "targets: 7", 'policy: "1"\ntargets: [{id: x, starts: reported, met_by: responded, within: 0}]'):
        (tmp_path / "policy.yaml").write_text(text)
        done = run("sla", "replay", "--policy", str(tmp_path / "policy.yaml"), "--case", str(tmp_path / "case.yaml"))
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done


def test_a_csv_is_tried_before_it_is_taken(company: Company, tmp_path: pathlib.Path) -> None:
    (tmp_path / "customers.csv").write_text(must("import", "customers", "--template"), encoding="utf-8")
    must("import", "customers", str(tmp_path / "customers.csv"), "--dry-run", data=company.data)
    (tmp_path / "broken.csv").write_bytes(b"name\n\xff\xfe\n")
    done = run("import", "customers", str(tmp_path / "broken.csv"), data=company.data)
    assert done.returncode == 1 and done.stderr


def test_a_policy_is_checked_compared_tried_and_activated(company: Company, tmp_path: pathlib.Path) -> None:
    """SLA-9, BEY-5; `weibao policy` end to end on the demonstration's cases."""
    data = company.data
    policy, office = tmp_path / "policy.yaml", tmp_path / "office.cal.yaml"
    policy.write_text(must("policy", "show", "2026-11", data=data).replace('policy: "2026-11"', 'policy: "2026-12"').replace("within: 2h", "within: 10min"))
    assert "~ respond: within 2 h -> 10 min" in must("policy", "diff", "2026-11", str(policy), data=data).splitlines()
    report = json.loads(must("policy", "try", str(policy), "--json", data=data))
    respond = next(target for target in report["targets"] if target["id"] == "respond")
    assert report["cases"] >= 50 and respond["would"]["missed"] > respond["was"]["missed"]
    assert sum(respond["was"][word] for word in ("met", "missed", "dropped", "open")) <= report["cases"]
    assert "Policy 2026-12 is recorded" in must("policy", "import", str(policy), data=data)
    assert "holds from" in must("policy", "activate", "2026-12", data=data)
    listed = json.loads(must("policy", "list", "--json", data=data))
    assert [(one["version"], one["inForce"]) for one in listed] == [("2026-11", False), ("2026-12", True)]
    must("verify", data=data)
    # What is probably a mistake is said, also before anything is recorded.
    policy.write_text(
        'policy: "2026-13"\ntargets:\n  - {id: a, starts: reported, met_by: responded, within: 1h, pauses: [custmer], when: {customer: nobody}}\n'
        "  - {id: b, starts: reported, met_by: responded, within: 1h, warn: [2h]}\n")
    done = run("policy", "import", str(policy), "--dry-run", data=data)
    assert done.returncode == 0 and [word in done.stderr for word in ("custmer", "never comes", "no customer nobody")] == [True] * 3, done.stderr
    # What is wrong says where; nothing is recorded.
    office.write_text("name: x\ntime_zone: Asia/Shanghai\nweek: {mon: [\"09:00-25:00\"]}\n")
    policy.write_text('policy: "2027-01"\ncalendars: {office: office.cal.yaml}\ntargets:\n  - {id: a, starts: reported, met_by: responded, within: 1h, calendar: office}\n')
    done = run("policy", "import", str(policy), data=data)
    assert done.returncode == 1 and "line 2" in done.stderr and "25:00" in done.stderr, done.stderr
    done = run("policy", "activate", "2027-01", data=data)
    assert done.returncode == 1 and "no policy 2027-01" in done.stderr


def test_next_years_holidays_are_imported_and_a_policy_recorded_after_follows_them(tmp_path: pathlib.Path) -> None:
    """SLA-7: `weibao calendar import` and `list`; what is wrong names every line."""
    data = tmp_path / "data"
    must("migrate", data=data)
    table, office, policy = tmp_path / "2027.txt", tmp_path / "office.cal.yaml", tmp_path / "policy.yaml"
    table.write_text("2027 off 01-01 05-01 10-01..10-08\n2027 of 10-01\n2027 work 10-11 02-20\n")
    done = run("calendar", "import", str(table), data=data)
    assert done.returncode == 1 and [line.split(":")[0] for line in done.stderr.splitlines()] == ["line 2", "line 3", "weibao"], done.stderr
    problems = json.loads(run("calendar", "import", str(table), "--json", data=data).stdout)["problems"]
    assert [(one["line"], one["code"]) for one in problems] == [(2, "calendar.not-a-holiday"), (3, "calendar.not-a-weekend")]
    table.write_text("2027 off 01-01 02-05..02-11 05-01 10-01..10-08\n2027 work 02-20\n")
    assert "Nothing was recorded" in must("calendar", "import", str(table), "--dry-run", data=data)
    assert [one["year"] for one in json.loads(must("calendar", "list", "--json", data=data))] == list(range(2019, 2027))
    assert "Recorded as revision 1: 2027 new." in must("calendar", "import", str(table), data=data)
    nothing = {"revisions": [], "cases": 0, "changed": 0, "left": [], "failed": {}}
    assert json.loads(must("calendar", "import", str(table), "--json", data=data)) == {
        "revision": None, "new": [], "changed": [], "same": [2027], "followed": nothing}
    assert "follow the newest table" in must("calendar", "follow", data=data)
    assert "2027\t17 days off\t1 make-up days\timported" in must("calendar", "list", data=data).splitlines()[-1]
    office.write_text('name: x\ntime_zone: Asia/Shanghai\nholidays: china\nweek: {mon: ["09:00-17:00"]}\n')
    policy.write_text('policy: "2027-01"\ncalendars: {office: office.cal.yaml}\ntargets:\n  - {id: a, starts: reported, met_by: responded, within: 1h, calendar: office}\n')
    assert "public holidays of 2019-2027" in must("policy", "import", str(policy), data=data)
    # A year said otherwise: recorded alone, then followed by what holds.
    must("policy", "activate", "2027-01", data=data)
    table.write_text(table.read_text().replace("02-05..02-11", "02-05..02-14"))
    assert "followed" in must("calendar", "import", str(table), "--record-only", "--json", data=data)
    behind = run("doctor", data=data)
    assert behind.returncode == 1 and "not followed by all: policies 1, open cases 0" in behind.stdout + behind.stderr, behind
    made = {**nothing, "revisions": [{"from": "2027-01", "to": "2027-01-r2", "years": [2027]}]}
    for flags, report in ((["--dry-run"], made), ([], made), ([], nothing)):
        assert json.loads(must("calendar", "follow", *flags, "--json", data=data)) == report, flags
    # Once more the same file: it says what that has become, and no way that leads nowhere.
    again = must("policy", "import", str(policy), data=data)
    assert "recorded already; it is 2027-01-r2 by now" in again and "activate" not in again, again
    assert "They promise the same" in must("policy", "diff", "2027-01", str(policy), data=data)
    assert "holidays of 2027" in must("policy", "diff", "2027-01-r1", "2027-01", data=data)
    # A table by which nobody ever works again is not recorded at all.
    months = " ".join(f"{month:02}-01..{month:02}-{calendar.monthrange(2027, month)[1]}" for month in range(1, 13))
    table.write_text("".join(f"{year} off {months}\n" for year in (2027, 2028, 2029)))
    refused = run("calendar", "import", str(table), data=data)
    assert refused.returncode == 1 and "policy 2027-01, by this table" in refused.stderr, refused
    assert "17 days off" not in must("calendar", "list", data=data) and "2028" not in must("calendar", "list", data=data)
    assert [(one["version"], one["revision"], one["inForce"]) for one in json.loads(must("policy", "list", "--json", data=data))][-1:] == [
        ("2027-01", "2027-01-r2", True)]
    must("doctor", data=data)
    must("verify", data=data)
