"""A fault reported on the evening before 国庆节 under the office calendar (SLA-7): board, case page, API, printed report and `--explain` tell the same
due times, in Chinese and in English.

The clock of the whole program stands at that evening (Debian's faketime), so the promises run and nothing is late.

30 September 2026 is a Wednesday. The office works Monday to Friday 08:30-12:00 and 13:30-17:30, seven and a half hours. 1 to 7 October is holiday;
Thursday 8 and Friday 9 October are working days, and so is Saturday 10 October, a make-up day (国务院办公厅, holidays of 2026).
Reported at 18:30, after closing time, so all working time begins on 8 October at 08:30:

    dispatch   1 h   8 Oct 08:30 + 1 h                                                                        = 8 Oct 09:30
    respond    2 h   8 Oct 08:30 + 2 h                                                                        = 8 Oct 10:30
    on-site   12 h   8 Oct 7.5 h, then 4.5 h on 9 Oct: 3.5 h until 12:00, 1 h after 13:30                     = 9 Oct 14:30
    parts     20 h   8 and 9 Oct 15 h, then 5 h on Saturday 10 Oct: 3.5 h until 12:00, 1.5 h after 13:30     = 10 Oct 15:00
    hotline   24 h   on every day and hour, whatever the calendar                                             = 1 Oct 18:30
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Iterator

import pytest
from people import BUILD, People
from playwright.sync_api import Browser, expect
from steps import speaks
from weibao import PASSWORD, Server, a_report, binary

EVENING = "@2026-09-30 10:30:00"
"""18:30 in Nanchang; goes on from there."""
# The library alone: the program `faketime` would stand between, and a signal to it would leave the server running.
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
THEN = [
    "env", "TZ=UTC", f"LD_PRELOAD={FAKETIME}", f"FAKETIME={EVENING}", "FAKETIME_DONT_FAKE_MONOTONIC=1",
    # The first program after it loses its arguments (seen with faketime 0.9.10); a shell that gives way to the next does not.
    "sh", "-c", 'exec "$0" "$@"']

CALENDAR = """
name: Nanchang office
time_zone: Asia/Shanghai
week: {mon: ["08:30-12:00", "13:30-17:30"], tue: ["08:30-12:00", "13:30-17:30"], wed: ["08:30-12:00", "13:30-17:30"], thu: ["08:30-12:00", "13:30-17:30"], fri: ["08:30-12:00", "13:30-17:30"]}
holidays: china
makeup: mon
"""
POLICY = """
policy: "2026-office"
calendars: {office: office.cal.yaml}
targets:
  - {id: respond, clause: SLA-1, name: {zh: 响应, en: Response}, starts: reported, met_by: responded, within: 2h, calendar: office, owner: call-taker}
  - {id: dispatch, clause: SLA-2, name: {zh: 派工, en: Dispatch}, starts: reported, met_by: dispatched, within: 1h, calendar: office, owner: dispatcher}
  - {id: on-site, clause: SLA-3, name: {zh: 到场, en: On site}, starts: reported, met_by: arrived, within: 12h, calendar: office, owner: engineer}
  - {id: parts, clause: SLA-6, name: {zh: 备件方案, en: Parts plan}, starts: reported, met_by: standby-provided, within: 20h, calendar: office, owner: storekeeper}
  - {id: hotline, name: {zh: 回访, en: Call back}, starts: reported, met_by: confirmed, within: 24h, owner: customer-service}
"""

# By hand, as above: UTC; as a page says it in Chinese and in English; as paper says it.
DUE = {
    "dispatch": ("2026-10-08T01:30:00.000Z", "派工 10月8日 周四 09:30", "Dispatch Thu 8 Oct 09:30", "2026-10-08 09:30"),
    "respond": ("2026-10-08T02:30:00.000Z", "响应 10月8日 周四 10:30", "Response Thu 8 Oct 10:30", "2026-10-08 10:30"),
    "on-site": ("2026-10-09T06:30:00.000Z", "到场 10月9日 周五 14:30", "On site Fri 9 Oct 14:30", "2026-10-09 14:30"),
    "parts": ("2026-10-10T07:00:00.000Z", "备件方案 10月10日 周六 15:00", "Parts plan Sat 10 Oct 15:00", "2026-10-10 15:00"),
    "hotline": ("2026-10-01T10:30:00.000Z", "回访 明天 18:30", "Call back tomorrow 18:30", "2026-10-01 18:30"),
}
LANGUAGES = ["zh", "en"]
WALL = {
    "dispatch": "2026-10-08T09:30:00+08:00", "respond": "2026-10-08T10:30:00+08:00", "on-site": "2026-10-09T14:30:00+08:00",
    "parts": "2026-10-10T15:00:00+08:00", "hotline": "2026-10-01T18:30:00+08:00"}
"""As `--explain` says them."""


def then(*arguments: str, data: pathlib.Path | None = None, input: str = "") -> str:
    """A command of that evening; its output."""
    where = ["--data", str(data)] if data else []
    done = subprocess.run([*THEN, str(binary()), *arguments, *where], input=input, capture_output=True, text=True, timeout=120, env=os.environ)
    assert done.returncode == 0, f"{arguments}: {done.returncode} {done.stderr + done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "office.cal.yaml").write_text(CALENDAR)
    (folder / "policy.yaml").write_text(POLICY)
    return folder / "policy.yaml"


def company_of_that_evening(data: pathlib.Path, policy: pathlib.Path) -> str:
    """The dispatcher's token."""
    then("migrate", data=data)
    then("user", "add", "dispatcher", "--role", "dispatcher", "--password-stdin", data=data, input=PASSWORD + "\n")
    token = then("token", "create", "--user", "dispatcher", data=data).strip()
    then("policy", "import", str(policy), data=data)
    then("policy", "activate", "2026-office", data=data)
    return token


@pytest.fixture(scope="module")
def evening(policy: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """The company of that evening, and the number of the fault."""
    data = tmp_path_factory.mktemp("evening") / "data"
    token = company_of_that_evening(data, policy)
    with Server(data, wrapper=THEN) as server:
        client = server.client(token)
        answer = client.post("/requests", a_report(reportedAt="2026-09-30T10:30:00.000Z"))
        assert answer.status_code == 201, answer.text
        yield server, answer.json()["number"]
        dues = {target["id"]: target["due"] for target in client.get(f"/requests/{answer.json()['id']}").json()["targets"]}
        assert dues == {name: due[0] for name, due in DUE.items()}
    then("verify", data=data)


@pytest.fixture
def colleagues(chromium: Browser, evening: tuple[Server, str]) -> Iterator[People]:
    people = People(chromium, evening[0], BUILD / "failed")
    yield people
    complaints = people.go_home()
    assert not complaints, "browsers complained:\n" + "\n".join(complaints)


def said(language: str, name: str) -> str:
    return DUE[name][1 + LANGUAGES.index(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_board_tells_the_nearest_in_the_row_and_the_next_beside_it(colleagues: People, evening: tuple[Server, str], language: str) -> None:
    page = colleagues("dispatcher", language=language, password=PASSWORD).open(f"/board?case={evening[1]}")
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    expect(page.locator("tr.strip .clock")).to_contain_text(said(language, "hotline"))
    expect(page.locator("tr.strip .clock")).to_have_attribute("data-s", "run")
    # Beside the list, the four that run out first.
    clocks = page.locator(".clocks")
    for name in ["hotline", "dispatch", "respond", "on-site"]:
        expect(clocks).to_contain_text(said(language, name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_case_page_tells_every_promise(colleagues: People, evening: tuple[Server, str], language: str) -> None:
    page = colleagues("dispatcher", language=language, password=PASSWORD).open(f"/requests/{evening[1]}")
    speaks(page, language)
    promises = page.locator("ul.promises")
    for name in DUE:
        expect(promises).to_contain_text(said(language, name))


WHY = {
    "zh": ["报修", "18:30", "承诺 20 小时", "按工作时间算（Nanchang office） · SLA-6", "10月10日 周六 15:00", "其间 10月1日 到 10月7日 放假", "其间 10月10日 调休上班", "到期"],
    "en": ["Reported", "18:30", "Promised 20 h", "in working time (Nanchang office) · SLA-6", "Sat 10 Oct 15:00", "In between 1 Oct to 7 Oct: public holiday",
           "In between 10 Oct: make-up working day", "Due"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_case_page_says_line_by_line_why(colleagues: People, evening: tuple[Server, str], language: str) -> None:
    page = colleagues("dispatcher", language=language, password=PASSWORD).open(f"/requests/{evening[1]}")
    promise = page.locator("ul.promises > li", has_text=said(language, "parts"))
    promise.locator("summary").click()
    for words in WHY[language]:
        expect(promise.locator("table.why")).to_contain_text(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_report_tells_them_with_their_years(colleagues: People, evening: tuple[Server, str], language: str) -> None:
    page = colleagues("dispatcher", language=language, password=PASSWORD).open(f"/requests/{evening[1]}/repair-report?lang={language}")
    rows = page.locator("table.promises-kept")
    for due in DUE.values():
        expect(rows).to_contain_text(due[3])
    expect(rows).to_contain_text({"zh": "备件方案", "en": "Parts plan"}[language])


def test_explain_tells_them_line_by_line(policy: pathlib.Path, tmp_path: pathlib.Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("reported: 2026-09-30T18:30:00+08:00\nkind: support\nurgency: normal\nevents: []\n")
    told = json.loads(then("sla", "replay", "--policy", str(policy), "--case", str(case), "--explain"))["targets"]
    assert {target["id"]: target["due"] for target in told} == {name: due[0] for name, due in DUE.items()}
    for target in told:
        assert target["state"] == "running"
        lines = {language: [line[language] for line in target["explain"]] for language in LANGUAGES}
        due = WALL[target["id"]]
        assert f"= 期限 {due}" in lines["zh"] and f"= due {due}" in lines["en"], lines
    parts = next(target for target in told if target["id"] == "parts")
    assert [line["zh"] for line in parts["explain"]] == [
        "备件方案 (SLA-6)", "按工作时间计算（Nanchang office）", "每周：周一至周五 08:30-12:00 13:30-17:30", "起点 2026-09-30T18:30:00+08:00（报修）", "+ 承诺 20 小时，至 2026-10-10T15:00:00+08:00",
        "其间 2026-10-01..2026-10-07 放假", "其间 2026-10-10 调休上班 08:30-12:00 13:30-17:30", "= 期限 2026-10-10T15:00:00+08:00", "进行中：已用 0 秒，暂停 0 秒"]


def test_a_holiday_that_is_made_longer_moves_what_is_open(chromium: Browser, policy: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """On that evening 8 October is said to be off, too (SLA-7, SLA-9). Served before and after the import: timers stand still under faketime, so a
    node would not hear of it meanwhile; that it does is seen in Tests/System/test_holidays.py."""
    data, shipped = tmp_path / "data", pathlib.Path(__file__).parents[2] / "Sources/Operations/Holidays/china.txt"
    year = "".join(line for line in shipped.read_text().splitlines(keepends=True) if line.startswith("2026 "))
    assert "10-01..10-07" in year
    (tmp_path / "2026.txt").write_text(year.replace("10-01..10-07", "10-01..10-08"))
    token = company_of_that_evening(data, policy)
    with Server(data, wrapper=THEN) as server:
        case = server.client(token).post("/requests", a_report(reportedAt="2026-09-30T10:30:00.000Z")).json()
    number = case["number"]
    assert {target["id"]: target["due"] for target in case["targets"]}["respond"] == DUE["respond"][0]
    tried = json.loads(then("calendar", "import", str(tmp_path / "2026.txt"), "--dry-run", "--json", data=data))
    assert (tried["revision"], tried["followed"]["cases"], tried["followed"]["changed"]) == (None, 1, 1)
    told = then("calendar", "import", str(tmp_path / "2026.txt"), data=data)
    assert "Policy 2026-office is now 2026-office-r2, with the holidays of 2026." in told, told
    assert "Open cases: 1 followed, 1 of them with other due times." in told, told
    with Server(data, wrapper=THEN) as server:
        client, people = server.client(token), People(chromium, server, BUILD / "failed")
        case = client.get(f"/requests/{number}").json()
        dues = {target["id"]: target["due"] for target in case["targets"]}
        # 9 October, then the make-up day, then Monday the 12th; by every hour nothing moves.
        assert dues == {
            "dispatch": "2026-10-09T01:30:00.000Z", "respond": "2026-10-09T02:30:00.000Z", "on-site": "2026-10-10T06:30:00.000Z",
            "parts": "2026-10-12T07:00:00.000Z", "hotline": DUE["hotline"][0]}
        assert case["policy"] == "2026-office-r2"
        event = client.get(f"/requests/{number}/journal").json()["items"][-1]
        assert event["event"] == "due-changed" and {one["target"]: one["now"] for one in event["data"]["due"]} == {
            name: due for name, due in dues.items() if name != "hotline"}
        for language, words in [("zh", "按 2026 年放假安排重新计算期限（服务政策 2026-office-r2）"), ("en", "reckoned due times by the public holidays of 2026")]:
            page = people("dispatcher", language=language, password=PASSWORD).open(f"/requests/{number}")
            expect(page.locator("ul.promises")).to_contain_text({"zh": "响应 10月9日 周五 10:30", "en": "Response Fri 9 Oct 10:30"}[language])
            expect(page.locator("#story")).to_contain_text(words)
        # A case that comes now is promised by the longer holiday from the start.
        assert client.post("/requests", a_report()).json()["policy"] == "2026-office-r2"
        complaints = people.go_home()
        assert not complaints, "browsers complained:\n" + "\n".join(complaints)
    then("verify", data=data)
