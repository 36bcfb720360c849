"""What hostile people try on our pages, in a real browser: script in every field, forms on foreign pages, cookies, what may run."""

from __future__ import annotations

import functools
import http.server
import pathlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from people import DEMO_PASSWORD, People
from playwright.sync_api import Browser, expect
from screens import SCREENS, links
from test_every_screen import wait_until_calm
from weibao import PASSWORD, Client, Company

# In the place of a text, of an attribute or of a template. Run, it shows a dialog; refused by the policy, the console says so: both fail.
EVIL = """"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}"""


@pytest.fixture(scope="module")
def evil(boss: Client, colleague: Callable[[str], Client], chromium: Browser) -> dict[str, str]:
    """A company whose people typed script wherever they could: the names that addresses need."""
    branch = boss.get("/branches", params={"limit": 1}).json()["items"][0]["id"]
    model = boss.get("/models", params={"limit": 1}).json()["items"][0]["id"]

    short = "<img src=x onerror=alert(5)>"

    def made(register: str, **fields: object) -> str:
        answer = boss.post(f"/{register}", fields)
        assert answer.status_code == 201, f"{register}: {answer.text}"
        return answer.json()["id"]

    customer = made("customers", name="院" + EVIL, shortName=short, kind="hospital", district="余干县", address=EVIL, branch=branch)
    site = made("sites", customer=customer, name=EVIL, address=EVIL)
    department = made("departments", customer=customer, site=site, name=EVIL)
    made("contacts", customer=customer, name=EVIL, phone="13900000000", function="main-user")
    machine = made("equipment", serialNumber="EV-1", model=model, customer=customer, site=site, department=department, state="in-use")
    made("staff", name=EVIL, role="engineer", branch=branch)
    number = boss.report(summary=EVIL, description=EVIL, serialNumber="EV-1", harm="suspected", contact={"name": EVIL, "phone": "13900000000"})["number"]
    boss.step(number, "accept")
    boss.step(number, "acknowledge", contact=EVIL, how="phone")
    boss.step(number, "respond")
    boss.step(number, "attempt", level="phone", result="failed", note=EVIL)
    engineer = next(one["id"] for one in boss.everything("/staff") if one["name"] == EVIL)
    boss.step(number, "dispatch", engineer=engineer)
    boss.step(number, "locate", cause="hardware", part=EVIL)
    boss.step(number, "propose", remedy=EVIL)
    boss.step(number, "comment", text=EVIL)
    file = boss.call("POST", "/files", params={"name": "<img src=x onerror=alert(1)>.txt"}, data="铭牌".encode(), headers={"Content-Type": "application/octet-stream"})
    assert boss.post(f"/requests/{number}/attachments", {"file": file.json()["id"], "note": EVIL}).status_code == 201
    theirs = boss.report(summary=EVIL)["number"]
    order = boss.get(f"/requests/{number}").json()["workOrders"][0]["id"]
    names = {"case": number, "closed": number, "second": number, "theirs": theirs, "order": order, "machine": machine, "serial": "EV-1", "customer": customer, "engineer": engineer}
    return names | links(colleague("dispatcher"), chromium, number, machine)


def test_script_that_people_typed_never_runs(people: People, evil: dict[str, str]) -> None:
    """In every field, on every screen, as somebody who sees all; and again where the search shows it."""
    person = people("test-administrator", password=PASSWORD)
    person.expect("^status 40[34]", "status of 40[34]")
    addresses = dict.fromkeys(screen.address for screen in SCREENS)
    for address in [*addresses, f"/requests?find={quote('院')}", f"/requests?customer={evil['customer']}&state=all"]:
        page = person.open(address.format(**evil))
        page.wait_for_load_state("networkidle" if not page.locator("[data-live]").count() else "load")
        assert page.locator("img[src=x]").count() == 0, f"{address}: what was typed became a part of the page"
    page = person.open(f"/requests/{evil['case']}")
    expect(page.get_by_text(EVIL, exact=False).first).to_be_visible()


def test_what_is_typed_into_a_wrong_form_comes_back_as_text(people: People, evil: dict[str, str]) -> None:
    person = people(None)
    page = person.open(f"/sign-in?next={quote('/' + EVIL)}")
    page.fill("#name", EVIL[:64])
    page.fill("#password", "wrong")
    person.expect("status 401", "status of 401")
    page.press("#password", "Enter")
    expect(page.locator("#problem")).to_be_visible()
    assert page.input_value("#name") == EVIL[:64]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def foreign(tmp_path: pathlib.Path) -> Iterator[str]:
    """Another origin on the same host, whose pages the test writes into `tmp_path`."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_foreign_page_cannot_use_our_cookie(people: People, boss: Client, foreign: str, tmp_path: pathlib.Path) -> None:
    """The same host on another port is the same site, so the cookie goes along; only where the form came from tells (CSRF)."""
    number = boss.report(summary="无图像")["number"]
    person = people("dispatcher")
    person.expect(".*")
    target = f"{person.address}/requests/{number}/comment"
    (tmp_path / "form.html").write_text(f"<form method=post action='{target}'><input name=text value=planted><button>win</button></form>")
    (tmp_path / "fetch.html").write_text("<p>fetch</p>")
    person.page.goto(f"{foreign}/form.html")
    with person.page.expect_response(lambda response: response.url == target) as answered:
        person.page.click("button")
    assert answered.value.status == 403
    person.page.goto(f"{foreign}/fetch.html")
    for call in (
        f"fetch('{target}', {{method: 'POST', credentials: 'include', mode: 'no-cors', body: new URLSearchParams({{text: 'planted'}})}})",
        f"fetch('{person.address}/api/v1/requests/{number}/comment', {{method: 'POST', credentials: 'include', mode: 'no-cors', headers: {{'Content-Type': 'text/plain'}}, body: '{{\"text\":\"planted\"}}'}})",
    ):
        person.page.evaluate(f"{call}.then(() => true, () => false)")
    # Nor can it read: no page says that others may.
    assert person.page.evaluate(f"fetch('{person.address}/api/v1/requests', {{credentials: 'include'}}).then(() => 'read', () => 'refused')") == "refused"
    # Nor show us in a frame and have somebody press our buttons.
    (tmp_path / "frame.html").write_text(f"<iframe src='{person.address}/requests/{number}'></iframe>")
    person.page.goto(f"{foreign}/frame.html")
    assert not any(frame.url.startswith(person.address) and frame.locator("h1").count() for frame in person.page.frames)
    events = [item["event"] for item in boss.everything(f"/requests/{number}/journal")]
    assert "commented" not in events


def test_scripts_cannot_read_the_session_and_pages_allow_nothing_inline(people: People, scene: dict[str, str]) -> None:
    """HttpOnly, SameSite; and on every screen a policy without unsafe-inline, eval or foreign places."""
    for role in {screen.role: None for screen in SCREENS}:
        person = people(role)
        for screen in (screen for screen in SCREENS if screen.role == role):
            person.expect(*screen.expected)
            answer = person.page.goto(person.address + screen.address.format(**scene))
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy and "http" not in policy, f"{screen}: {policy}"
            assert answer.headers["x-content-type-options"] == "nosniff"
    signed = people(None)
    page = signed.open("/sign-in")
    page.fill("#name", "dispatcher")
    page.fill("#password", DEMO_PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("nav.rail")).to_be_visible()
    (cookie,) = [cookie for cookie in signed.context.cookies() if cookie["name"] == "weibao-session"]
    assert "weibao-session" not in page.evaluate("document.cookie")
    assert cookie["httpOnly"] and cookie["sameSite"] in ("Lax", "Strict") and cookie["path"] == "/"


def test_an_inline_script_would_not_run_even_if_it_got_in(people: People) -> None:
    """The last line of defence: what somebody managed to put into a page is refused by the browser."""
    person = people("dispatcher")
    person.expect("Content Security Policy", "violates")
    page = person.open("/requests")
    page.evaluate("""() => {
      const script = document.createElement("script"); script.textContent = "window.struck = 1"; document.body.append(script);
      const image = document.createElement("img"); image.setAttribute("onerror", "window.struck = 2"); image.src = "/nothing-" ; document.body.append(image);
      const place = document.createElement("div"); place.innerHTML = "<a href='javascript:window.struck=3' id='trap'>x</a>"; document.body.append(place);
    }""")
    person.expect("nothing-", "status of 404")
    page.evaluate("document.getElementById('trap').click()")
    wait_until_calm(page)
    assert page.evaluate("window.struck") is None
    assert any("Content Security Policy" in text for text in person.complaints), person.complaints


def test_the_cookie_is_secure_behind_tls(people: People, copy_of_company: Callable[[pathlib.Path], Company], tmp_path: pathlib.Path) -> None:
    """With a certificate of the test's own making: Secure, and browsers are told to come back encrypted only."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    with copy_of_company(tmp_path).server("--tls-cert", str(certificate), "--tls-key", str(key)) as server:
        assert server.address.startswith("https://")
        person = people(None, address=server.address, ignore_https_errors=True)
        page = person.open("/sign-in")
        page.fill("#name", "dispatcher")
        page.fill("#password", DEMO_PASSWORD)
        with page.expect_response(lambda response: response.request.method == "POST") as answered:
            page.press("#password", "Enter")
        expect(page.locator("nav.rail")).to_be_visible()
        assert "max-age" in answered.value.headers["strict-transport-security"]
        (cookie,) = [cookie for cookie in person.context.cookies() if cookie["name"] == "weibao-session"]
        assert cookie["secure"] and cookie["httpOnly"]
        # What is still on its way is let go of before the server ends.
        person.page.goto("about:blank")
