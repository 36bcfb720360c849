"""The pages as a browser meets them: signing in by form, the steps of a case as forms, and what must never run."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import requests
from weibao import PASSWORD, Client, Company, Server

EVIL = "无图像<script>alert(1)</script>"
FORM = re.compile(r'<form[^>]*method="post" action="([^"]+)">(.*?)</form>', re.S)
INPUT = re.compile(r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*>')


class Browser:
    """Just enough of one: cookies, forms, redirects; no script."""

    def __init__(self, server: Server, language: str = "zh") -> None:
        self.address = server.address
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "text/html,*/*;q=0.8", "Accept-Language": language})

    def open(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.address + path, timeout=60, **options)

    def send(self, path: str, fields: dict[str, str], origin: str | None = None, **options: Any) -> requests.Response:
        headers = {"Origin": origin or self.address}
        return self.session.post(self.address + path, data=fields, headers=headers, timeout=60, **options)

    def sign_in(self, role: str) -> Browser:
        answer = self.send("/sign-in", {"name": f"test-{role}", "password": PASSWORD, "next": "/"})
        assert answer.status_code == 200 and not answer.url.endswith("/sign-in"), answer.text
        return self

    def step(self, case: str, step: str, **fields: str) -> requests.Response:
        """Fills in the form that the case's page offers."""
        page = self.open(f"/requests/{case}").text
        forms = {action: body for action, body in FORM.findall(page)}
        (action,) = [action for action in forms if action.endswith(f"/{step}")]
        given = {name: html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', forms[action])}
        assert set(fields) <= set(INPUT.findall(forms[action])), forms[action]
        return self.send(html.unescape(action), given | fields)


@pytest.fixture(scope="module")
def call_taker(served: tuple[Company, Server]) -> Browser:
    return Browser(served[1]).sign_in("call-taker")


def test_signing_in_by_form_gives_a_cookie_that_scripts_cannot_read(served: tuple[Company, Server]) -> None:
    browser = Browser(served[1])
    asked = browser.open("/requests?kind=support")
    assert asked.url.endswith("/sign-in?next=%2Frequests%3Fkind%3Dsupport") and "登录名" in asked.text
    wrong = browser.send("/sign-in", {"name": "test-<b>", "password": "wrong", "next": "/"})
    assert wrong.status_code == 401 and "test-&lt;b&gt;" in wrong.text and "wrong" not in wrong.text
    fields = {"name": "test-call-taker", "password": PASSWORD, "next": "/requests?kind=support"}
    right = browser.send("/sign-in", fields, allow_redirects=False)
    assert (right.status_code, right.headers["Location"]) == (303, "/requests?kind=support")
    cookie = right.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert browser.open("/").status_code == 200
    # Nobody is sent on to a stranger's page.
    away = browser.send("/sign-in", fields | {"next": "//evil.example/"}, allow_redirects=False)
    assert away.headers["Location"] == "/"
    assert browser.send("/sign-out", {}).url.endswith("/sign-in")
    assert browser.open("/requests").url.endswith("/sign-in?next=%2Frequests")


def test_a_foreign_page_changes_nothing(boss: Client, call_taker: Browser) -> None:
    number = boss.report()["number"]
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = call_taker.session.post(f"{call_taker.address}/requests/{number}/accept", data={}, headers=headers, timeout=60)
        assert answer.status_code == 403, headers
    assert boss.get(f"/requests/{number}").json()["state"] == "reported"


def test_the_whole_loop_by_forms(boss: Client, served: tuple[Company, Server], call_taker: Browser) -> None:
    machine = boss.get("/equipment?limit=1").json()["items"][0]["serialNumber"]
    number = boss.report(summary=EVIL, serialNumber=machine, harm="suspected")["number"]
    engineer_id = boss.get("/me", headers={"Authorization": f"Bearer {served[0].tokens['engineer']}"}).json().get("staff")
    dispatcher, engineer, manager, quality = (
        Browser(served[1]).sign_in(role) for role in ("dispatcher", "engineer", "service-manager", "quality"))
    engineer_id = engineer_id or re.search(r"engineer=([0-9a-f-]{36})", engineer.open("/requests").text)[1]
    loop: list[tuple[Browser, str, dict[str, str]]] = [
        (call_taker, "accept", {}),
        (call_taker, "acknowledge", {"contact": "李敏", "how": "phone"}),
        (call_taker, "respond", {}),
        (call_taker, "attempt", {"level": "phone", "result": "failed", "note": "重启\r\n无效"}),
        (dispatcher, "dispatch", {"engineer": engineer_id}),
        (engineer, "depart", {}),
        (engineer, "arrive", {}),
        (engineer, "locate", {"cause": "hardware", "part": "供电板"}),
        (engineer, "propose", {"remedy": "更换供电板"}),
        (engineer, "agree", {"contact": "李敏", "how": "phone"}),
        (engineer, "record", {"work": "换好", "parts": "PB-2207；网线"}),
        (engineer, "clear", {"cause": "hardware", "remedy": "更换供电板"}),
        (engineer, "leave", {}),
        (call_taker, "confirm", {"contact": "李敏", "how": "phone"}),
        (manager, "sign-off", {}),
        (call_taker, "close", {}),
        (call_taker, "comment", {"text": "<img src=x onerror=alert(2)>"}),
    ]
    for browser, step, fields in loop:
        answer = browser.step(number, step, **fields)
        assert answer.status_code == 200 and answer.url.endswith(f"?done={step}"), f"{step}: {answer.status_code} {answer.text}"
        assert 'role="status"' in answer.text, step
    page = call_taker.open(f"/requests/{number}").text
    assert boss.get(f"/requests/{number}").json()["state"] == "closed" and "已结单" in page
    assert "<script>" not in page and "<img" not in page and "无图像&lt;script&gt;" in page
    assert "备件：PB-2207、网线" in page
    notices = quality.open("/notices").text
    assert number in notices and "怀疑伤及患者" in notices
    (seen,) = [action for action, _ in FORM.findall(notices) if action.endswith("/seen")][:1]
    assert "已知悉" in quality.send(seen, {}).text


def test_a_wrong_form_keeps_what_was_typed(boss: Client, call_taker: Browser) -> None:
    number = boss.report()["number"]
    call_taker.step(number, "accept")
    answer = call_taker.step(number, "attempt", level="remote", result="", note="重启无效")
    assert answer.status_code == 422
    assert "重启无效</textarea>" in answer.text and '<option value="remote" selected>' in answer.text and "必填。" in answer.text
    answer = call_taker.step(number, "merge", into="SR-1", reason="同一故障")
    assert answer.status_code == 422 and "没有这张工单" in answer.text and 'value="同一故障"' in answer.text


def test_a_step_that_a_colleague_took_is_refused_with_what_is_possible(boss: Client, call_taker: Browser) -> None:
    number = boss.report()["number"]
    page = call_taker.open(f"/requests/{number}").text
    key = re.search(rf'action="/requests/{number}/accept">\s*<input type="hidden" name="key" value="([^"]+)"', page)[1]
    boss.step(number, "accept")
    answer = call_taker.send(f"/requests/{number}/accept", {"key": key})
    assert answer.status_code == 409
    assert "没有保存" in answer.text and "现在可以做：" in answer.text and "响应" in answer.text


def test_a_button_pressed_twice_is_one_step(boss: Client, call_taker: Browser) -> None:
    number = boss.report()["number"]
    page = call_taker.open(f"/requests/{number}").text
    key = re.search(r'name="key" value="(page-[^"]+-comment)"', page)[1]
    for _ in range(2):
        assert call_taker.send(f"/requests/{number}/comment", {"key": key, "text": "一次"}).status_code == 200
    events = [item["event"] for item in boss.everything(f"/requests/{number}/journal")]
    assert events.count("commented") == 1


def test_a_file_is_attached_and_erased_by_forms_without_a_script(boss: Client, call_taker: Browser, served: tuple[Company, Server]) -> None:
    number = boss.report()["number"]
    here = f"/requests/{number}/attachments"
    (form,) = re.findall(rf'<form[^>]*action="{here}" enctype="multipart/form-data">(.*?)</form>', call_taker.open(f"/requests/{number}").text, re.S)
    given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    assert {"token", "key"} == set(given) and 'type="file" name="file"' in form

    def send(origin: str = call_taker.address, **fields: str) -> requests.Response:
        return call_taker.session.post(
            call_taker.address + here, data=given | fields, files={"file": ("铭牌<b>.txt", "铭牌".encode())}, headers={"Origin": origin}, timeout=60)

    assert send("https://evil.example").status_code == 403
    assert send(token="0" * 64).status_code == 403
    assert boss.get(here).json()["items"] == []
    page = send(note="说明<b>").text
    assert "铭牌" in page and "说明&lt;b&gt;" in page and "<b>说明" not in page and "添加附件" in page
    send(note="说明<b>")  # the button pressed twice
    (made,) = boss.get(here).json()["items"]
    assert made["note"] == "说明<b>" and "<" not in made["name"]
    assert call_taker.open(f"/api/v1{here}/{made['id']}/content").content == "铭牌".encode()
    wrong = call_taker.session.post(
        call_taker.address + here, data=given | {"key": "2", "note": "留着"}, files={"file": ("a.exe", b"MZ" + bytes(500))}, timeout=60,
        headers={"Origin": call_taker.address})
    assert wrong.status_code == 415 and 'value="留着"' in wrong.text
    assert "/erase" not in page
    manager = Browser(served[1]).sign_in("service-manager")
    page = manager.open(f"/requests/{number}").text
    (form,) = re.findall(rf'<form[^>]*action="{here}/{made["id"]}/erase">(.*?)</form>', page, re.S)
    given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    page = manager.send(f"{here}/{made['id']}/erase", given | {"reason": "拍到了病人"}).text
    assert "已删除：拍到了病人" in page and "铭牌" not in page
    assert boss.get(f"{here}/{made['id']}/content").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_errors_speak_to_people(served: tuple[Company, Server], boss: Client, language: str) -> None:
    number = boss.report()["number"]
    hospital = Browser(served[1], language).sign_in("hospital")
    for path, status in [("/nothing", 404), ("/requests/SR-20200101-0001", 404), (f"/requests/{number}", 404), ("/notices", 403)]:
        answer = hospital.open(path)
        assert answer.status_code == status and answer.headers["Content-Type"].startswith("text/html")
        # No names of rights, no addresses of the interface.
        assert not re.search(r"notice\.read|openapi|/api/", answer.text), path
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text
    expired = Browser(served[1], language).send(f"/requests/{number}/comment", {"text": "x"})
    assert expired.status_code == 401 and 'target="_blank"' in expired.text


def test_pages_hold_no_script_of_their_own_and_name_a_strict_policy(call_taker: Browser) -> None:
    for path in ("/requests", "/requests?state=all", "/notices", "/nothing"):
        answer = call_taker.open(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r'<script(?! type="module" src="/assets/)|<style|\sstyle=|\son[a-z]+=|javascript:', answer.text), path
        for address in re.findall(r'(?:href|src)="([^"#]*)', answer.text):
            assert address == "" or address.startswith("/"), address
        for asset in set(re.findall(r'"(/assets/[^"#]+)', answer.text)):
            assert "immutable" in call_taker.open(asset).headers["Cache-Control"]


def test_language_is_kept(served: tuple[Company, Server]) -> None:
    browser = Browser(served[1]).sign_in("call-taker")
    assert "未结" in browser.open("/requests").text
    answer = browser.send("/language", {"language": "en", "back": "/requests?sort=number"})
    assert answer.url.endswith("/requests?sort=number") and "Open" in answer.text and 'lang="en"' in answer.text


def test_the_roster_stays_with_the_week_and_the_branch_that_were_shown(served: tuple[Company, Server], boss: Client) -> None:
    """A shift on a Monday before 08:00 lies on Sunday by UTC: its week is the one that begins with it (INT-8, SLA-8)."""
    manager = Browser(served[1]).sign_in("service-manager")
    staff = next(boss.everything("/staff?role=dispatcher"))
    branch = staff["branch"] or next(boss.everything("/branches"))["id"]
    page = manager.open(f"/roster?week=2027-03-01&branch={branch}")
    assert f'name="shown" value="{branch}"' in page.text
    shift = {"staff": staff["id"], "branch": branch, "from": "2027-03-01T00:30", "to": "2027-03-01T08:00", "weeks": "0", "shown": branch}
    planned = manager.send("/roster", shift)
    assert planned.url.endswith(f"/roster?done=planned&week=2027-03-01&branch={branch}") and "00:30" in planned.text, planned.url
    remove = [action for action, _ in FORM.findall(planned.text) if action.endswith("/remove")]
    removed = manager.send(remove[0], {"week": "2027-03-01", "shown": branch})
    assert removed.url.endswith(f"/roster?done=removed&week=2027-03-01&branch={branch}") and "00:30" not in removed.text
    # What cannot be planned is asked for again, with the branch that was shown.
    refused = manager.send("/roster", shift | {"to": "2027-03-01T00:00"})
    assert refused.status_code == 422 and f'name="shown" value="{branch}"' in refused.text
