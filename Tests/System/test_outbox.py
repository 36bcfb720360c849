"""Messages to the outside, against a real SMTP server and a real HTTP receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import pathlib
import sqlite3
import ssl
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator

import pytest
from outside import MailServer, Receiver, channels
from weibao import Client, Company, Server, binary, environment, must, run, wait_until


class Outside:
    """A company that serves with channels to servers of ours."""

    def __init__(self, company: Company, folder: pathlib.Path, mail: MailServer, web: Receiver) -> None:
        self.company, self.mail, self.web = company, mail, web
        self.file = channels(folder, web)
        self.env = environment(company.data) | {
            "WEIBAO_SMTP_URL": mail.url, "WEIBAO_SMTP_FROM": "售后服务 <service@example.com>", "WEIBAO_CHANNELS": str(self.file),
            "WEIBAO_PUBLIC_URL": "https://weibao.example.com", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
        }
        self.server = Server(company.data, env=self.env)

    def client(self, role: str = "administrator") -> Client:
        return self.server.client(self.company.tokens[role])

    def set(self, role: str = "quality", **more: str) -> None:
        body = {"language": "zh", "sms": "never", "email": "li@example.com"} | more
        answer = self.client(role).post("/me/notices", body)
        assert answer.status_code == 200, answer.text

    def harm(self, **more: str) -> str:
        body = {"kind": "support", "summary": "漏电", "contact": {"name": "周", "phone": "13807910001"}, "harm": "injury"} | more
        answer = self.client("call-taker").post("/requests", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["number"]

    def rooms(self) -> list[dict]:
        """What came for rooms; others of the demonstration get text messages."""
        return [call for call in self.web.calls if call["path"] != "/sms"]

    def outbox(self, state: str) -> list[dict]:
        return self.client().get("/outbox", params={"state": state, "limit": 200}).json()["items"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, ssl.SSLContext]:
    """A certificate that no system knows, and a server's context with it."""
    folder = tmp_path_factory.mktemp("authority")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=mail",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], capture_output=True, check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


@pytest.mark.parametrize("starttls", [False, True], ids=["smtps", "starttls"])
def test_mail_goes_out_encrypted_to_whom_the_certificate_names_and_to_nobody_else(
    company: Company, tmp_path: pathlib.Path, authority: tuple[pathlib.Path, ssl.SSLContext], starttls: bool
) -> None:
    certificate, context = authority
    with MailServer(context, starttls=starttls) as mail, Receiver() as web:
        world = Outside(company, tmp_path, mail, web)
        with world.server:
            world.set()
            world.harm()
            waiting = wait_until(lambda: [one for one in world.outbox("waiting") if one["channel"] == "mail" and one["error"]], what="a refusal")
            assert "certificate" in waiting[0]["errorText"].lower() and not mail.mails
        world.server = Server(company.data, env=world.env | {"WEIBAO_CERTIFICATES": str(certificate)})
        with world.server:
            wait_until(lambda: mail.mails, 60, "the mail")
            wait_until(lambda: not [one for one in world.outbox("waiting") if one["channel"] == "mail"], what="an empty outbox")
        assert len(mail.mails) == 1


def test_nothing_is_said_to_a_server_that_does_not_change_over_to_encryption(company: Company, tmp_path: pathlib.Path) -> None:
    with MailServer() as mail, Receiver() as web:
        mail.scheme = "smtp"
        world = Outside(company, tmp_path, mail, web)
        with world.server:
            world.set()
            world.harm()
            waiting = wait_until(lambda: [one for one in world.outbox("waiting") if one["channel"] == "mail" and one["error"]], what="a refusal")
            assert "STARTTLS" in waiting[0]["errorText"] or "TLS" in waiting[0]["errorText"]
        assert not mail.raw


def test_a_file_without_certificates_is_refused_at_the_start(company: Company, tmp_path: pathlib.Path) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    done = subprocess.run(
        [str(binary()), "serve"], capture_output=True, text=True, timeout=60,
        env=environment(company.data) | {"WEIBAO_CERTIFICATES": str(tmp_path / "none.pem")})
    assert done.returncode == 1 and "holds no certificate" in done.stderr


@pytest.fixture
def outside(company: Company, tmp_path: pathlib.Path) -> Iterator[Outside]:
    with MailServer() as mail, Receiver() as web:
        world = Outside(company, tmp_path, mail, web)
        with world.server:
            yield world


def test_a_harm_notice_reaches_mail_and_rooms_once(outside: Outside) -> None:
    outside.set()
    number = outside.harm()
    wait_until(lambda: outside.mail.mails and len(outside.rooms()) >= 3, what="mail and three rooms")
    mail = outside.mail.mails[0]
    assert mail["To"] == "li@example.com" and outside.mail.recipients == [["li@example.com"]]
    assert "售后服务" in mail["From"] and number in mail["Subject"] and mail["Auto-Submitted"] == "auto-generated"
    assert f"https://weibao.example.com/requests/{number}" in mail.get_content()
    # Signed: whoever has the secret can tell that it is ours, and when it was sent.
    ours = outside.web.at("/weibao")[0]
    signed = ours["headers"]["X-Weibao-Timestamp"].encode() + b"." + ours["body"]
    assert ours["headers"]["X-Weibao-Signature"] == "sha256=" + hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    body = json.loads(ours["body"])
    assert body["number"] == number and body["kind"] == "harm" and body["emergency"] is True
    assert body["id"] == ours["headers"]["Idempotency-Key"]
    # WeCom, to the letter.
    wecom = json.loads(outside.web.at("/wecom")[0]["body"])
    assert set(wecom) == {"msgtype", "text"} and wecom["msgtype"] == "text" and set(wecom["text"]) == {"content"}
    assert number in wecom["text"]["content"] and outside.web.at("/wecom")[0]["path"] == "/wecom?key=k"
    # DingTalk signs in the address.
    dingtalk = outside.web.at("/dingtalk")[0]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(dingtalk["path"]).query)
    expected = hmac.new(b"SECabc", f"{query['timestamp'][0]}\nSECabc".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == expected and query["access_token"] == ["t"]
    assert json.loads(dingtalk["body"])["msgtype"] == "text"
    wait_until(lambda: not outside.outbox("waiting"), what="an empty outbox")
    assert len(outside.mail.mails) == 1 and len(outside.rooms()) == 3


def test_killed_between_sending_and_noting_it_sends_again_with_the_same_names(outside: Outside) -> None:
    outside.set()
    outside.mail.hold = threading.Event()
    outside.harm()
    wait_until(outside.mail.taken.is_set, what="the mail")
    outside.server.kill()
    outside.mail.hold.set()
    if not (outside.company.data.parent / "database.url").exists():
        # The time of the try that died is over.
        with sqlite3.connect(outside.company.data / "weibao.sqlite") as database:
            database.execute("UPDATE outbox SET next_try = 0 WHERE state = 'waiting'")
        database.close()
    outside.server.start()
    wait_until(lambda: len(outside.mail.mails) == 2, 120, "the mail again")
    assert outside.mail.mails[0]["Message-ID"] == outside.mail.mails[1]["Message-ID"]
    wait_until(lambda: not outside.outbox("waiting"), what="an empty outbox")
    keys = [call["headers"]["Idempotency-Key"] for call in outside.web.at("/weibao")]
    assert len(set(keys)) == 1
    assert len([mail for mail in outside.outbox("sent") if mail["channel"] == "mail"]) == 1


def test_a_server_in_trouble_is_tried_again_later(outside: Outside) -> None:
    outside.set()
    outside.mail.refusals = ["451 try again later"]
    outside.web.answers = [(503, b"busy")] * 6  # three rooms, and text messages to others of the demonstration
    outside.harm()
    waiting = wait_until(lambda: [one for one in outside.outbox("waiting") if one["error"]], what="a try that failed")
    assert {one["error"] for one in waiting} <= {"smtp-451", "http-503"} and all(one["attempts"] == 1 for one in waiting)
    wait_until(lambda: outside.mail.mails and len(outside.rooms()) == 6, 40, "the second tries")
    wait_until(lambda: not outside.outbox("waiting"), what="an empty outbox")
    assert not outside.outbox("dead")


def test_what_is_refused_is_a_dead_letter_that_somebody_sends_again_or_gives_up(outside: Outside) -> None:
    outside.set()
    outside.mail.refusals = ["550 no such user li@example.com"] * 2
    outside.web.usual = (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    outside.harm()
    dead = wait_until(lambda: len(found := outside.outbox("dead")) == 3 and found, 40, "three dead letters")
    by_channel = {one["channel"]: one for one in dead}
    assert by_channel["mail"]["error"] == "smtp-550" and "li@example.com" not in json.dumps(dead)
    assert by_channel["room:企业微信"]["error"] == "robot-93000" and by_channel["room:钉钉"]["errorText"] == "invalid webhook url"
    client = outside.client()
    assert outside.client("call-taker").post(f"/outbox/{by_channel['mail']['id']}/resend").status_code == 403
    assert client.post(f"/outbox/{by_channel['mail']['id']}/resend").status_code == 204
    wait_until(lambda: outside.mail.mails, what="the mail")
    assert client.post(f"/outbox/{by_channel['room:钉钉']['id']}/give-up").status_code == 204
    assert client.post(f"/outbox/{by_channel['room:钉钉']['id']}/give-up").status_code == 409
    wait_until(lambda: not outside.outbox("waiting"), what="an empty outbox")
    log = must("user", "log", data=outside.company.data)
    assert "message-resent" in log and "message-given-up" in log


def test_an_answer_without_end_and_a_redirection_harm_nobody(outside: Outside) -> None:
    outside.web.answers = [(302, b""), (500, b"x" * 5_000_000), (200, b"y" * 5_000_000)]
    outside.harm()
    wait_until(lambda: len(outside.web.calls) >= 4, 30, "a second try")
    assert not outside.web.at("/elsewhere")
    assert outside.client().get("/me").status_code == 200


def test_hostile_values_stay_values(outside: Outside) -> None:
    for bad in ["a@b\r\nBcc: x@y", "a b@example.com", "<a@example.com>", "a@b,c@d", "not an address"]:
        answer = outside.client("quality").post("/me/notices", {"language": "zh", "sms": "never", "email": bad})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "email", bad
    outside.set(language="en")
    name = '医院"}},"x":1\\ <b>=?utf-8?B?eA==?='
    customer = outside.client().post("/customers", {"name": name}).json()["id"]
    outside.harm(customer=customer)
    wait_until(lambda: outside.mail.mails and len(outside.rooms()) >= 3, what="mail and rooms")
    mail = outside.mail.mails[0]
    assert list(mail.keys()) == [
        "Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
        "X-Weibao-Kind",
    ] + [key for key in mail.keys() if key in ("X-Peer", "X-MailFrom", "X-RcptTo")]
    assert '医院"}},"x":1\\' in mail.get_content()
    for path in ["/weibao", "/wecom", "/dingtalk"]:
        body = json.loads(outside.web.at(path)[0]["body"])
        assert "x" not in body and '"x":1' in json.dumps(body, ensure_ascii=False).replace('\\"', '"')


def test_a_text_message_goes_through_the_gateway(outside: Outside) -> None:
    client = outside.client()
    staff = outside.client("quality").get("/me").json()["id"]
    version = client.get(f"/staff/{staff}")
    done = client.call("PATCH", f"/staff/{staff}", json={"phone": "138-0791 0009"}, headers={"If-Match": version.headers["ETag"]})
    assert done.status_code == 200, done.text
    outside.set(sms="emergencies")
    number = outside.harm()
    mine = lambda: [call for call in outside.web.at("/sms") if json.loads(call["body"])["mobile"] == "13807910009"]  # noqa: E731
    call = wait_until(mine, what="the text message")[0]
    body = json.loads(call["body"])
    assert number in body["text"] and "\n" not in body["text"]
    assert call["headers"]["Authorization"] == "Bearer token" and call["headers"]["Idempotency-Key"]


def test_doctor_shows_the_channels_and_no_secret(outside: Outside) -> None:
    env = outside.env | {"WEIBAO_SMTP_PASSWORD": "s3cretpassword", "WEIBAO_SMTP_USER": "service"}
    done = subprocess.run(
        [str(binary()), "doctor", "--data", str(outside.company.data)], capture_output=True, text=True, env=env, timeout=120)
    assert "room 钉钉 (dingtalk)" in done.stdout and "mail" in done.stdout and "smtp-password" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr and "SECabc" not in done.stdout + done.stderr
    outside.file.write_text("rooms: [{name: x, url: ftp://x}]", encoding="utf-8")
    broken = subprocess.run(
        [str(binary()), "doctor", "--data", str(outside.company.data)], capture_output=True, text=True, env=env, timeout=120)
    assert broken.returncode == 1 and "line 1" in broken.stdout


POLICY = """
policy: "next"
hotline: "{number}"
targets:
  - {{id: respond, clause: SLA-1, name: {{zh: 响应, en: Response}}, starts: reported, met_by: responded, within: 2h}}
"""


def test_a_new_hotline_is_announced_with_proof(outside: Outside, tmp_path: pathlib.Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(POLICY.format(number="0791-1").replace("next", "first"), encoding="utf-8")
    second.write_text(POLICY.format(number="0791-2"), encoding="utf-8")
    data = outside.company.data
    must("policy", "import", str(first), data=data)
    must("policy", "activate", "first", data=data)
    must("policy", "import", str(second), data=data)
    warned = run("policy", "activate", "next", "--from", "2099-01-01T00:00:00Z", data=data)
    assert warned.returncode == 0 and "no customer was told" in warned.stderr
    before = os.environ.copy()
    os.environ.update({key: value for key, value in outside.env.items() if key.startswith("WEIBAO_") and key != "WEIBAO_DATABASE"})
    try:
        told = must("policy", "announce", "next", "--from", "2098-12-01T00:00:00Z", data=data)
        again = must("policy", "announce", "next", "--from", "2098-12-01T00:00:00Z", data=data)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert told.split(":")[0] == again.split(":")[0]
    wait_until(lambda: not outside.outbox("waiting"), 120, "all messages")
    made = outside.client().get("/announcements").json()["items"][0]
    assert made["sent"] > 0 and made["failed"] == 0 and made["hotline"] == "0791-2" and made["before"] == "0791-1"
    assert made["sent"] == len(outside.mail.mails) + len(outside.web.at("/sms"))
    csv = must("policy", "announce", "next", "--csv", data=data)
    assert len(csv.strip().splitlines()) == 1 + made["sent"] + made["letters"] and ",sent," in csv
    assert must("verify", data=data)
