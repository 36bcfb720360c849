"""Mail becomes a case or joins its case, against a real IMAP server; nothing lost and nothing twice, also when killed (INT-1, INT-4)."""

from __future__ import annotations

import email.message
import email.policy
import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from mailserver import PASSWORD, HeldStore, MailServer
from weibao import Client, Company, Server, binary, environment, must, wait_until


def a_mail(subject: str, text: str = "开机没反应", sender: str = "李敏 <li@hospital.example>", **headers: str) -> email.message.EmailMessage:
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "service@weibao.example", subject
    mail["Message-ID"] = f"<{hashlib.sha256((subject + text + sender).encode()).hexdigest()[:20]}@hospital.example>"
    mail["Date"] = "Mon, 23 Nov 2026 09:00:00 +0800"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer("service", "repair") as server:
        yield server


def serving(company: Company, mail: MailServer, *addresses: str, **more: str) -> Server:
    boxes = ",".join(addresses or (mail.address(),))
    settings = {"WEIBAO_INBOUND_MAIL": boxes, "WEIBAO_INBOUND_SECONDS": "0.3", **more}
    return company.server(env=environment(company.data) | settings)


def entries(client: Client, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/inbound", params={"limit": 200} | query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def arrived(client: Client, count: int, **query: Any) -> list[dict[str, Any]]:
    return wait_until(lambda: (found := entries(client, **query)) if len(entries(client, **query)) >= count else None, 30, "the mails")


def test_mails_become_cases_and_join_them(company: Company, mail: MailServer) -> None:
    first = a_mail("DR 不启动")
    first.add_attachment("故障码 42".encode(), maintype="text", subtype="plain", filename="故障记录（第一次）.txt")
    first.add_attachment(b"MZ\x90\0\x03\0\0\0" + b"\0" * 200, maintype="application", subtype="octet-stream", filename="run.exe")
    mail.put(first.as_bytes())
    # As a program of before 2010 writes: the body in GB18030, named GB2312, raw.
    old = "From: =?gb2312?B?zfWyqcr0?= <wang@old.example>\r\nSubject: =?gb2312?B?vPG75bXnu7A=?=\r\nMessage-ID: <old@old.example>\r\n"
    mail.put((old + "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").encode() + "镕先生：CT 球管报警".encode("gb18030"))
    with serving(company, mail) as server:
        boss = server.client(company.tokens["administrator"])
        found = {entry["sender"]: entry for entry in arrived(boss, 2)}
        number = found["li@hospital.example"]["requestNumber"]
        case = boss.get(f"/requests/{number}").json()
        assert (case["channel"], case["summary"], case["contact"]["name"], case["contact"]["phone"]) == ("email", "DR 不启动", "李敏", None)
        assert "run.exe" in case["description"] and "开机没反应" in case["description"]
        names = [file["name"] for file in boss.get(f"/requests/{number}/attachments").json()["items"]]
        assert names == ["故障记录（第一次）.txt"]
        assert boss.get(f"/requests/{found['wang@old.example']['requestNumber']}").json()["description"] == "镕先生：CT 球管报警"
        wait_until(lambda: mail.unread() == 0, 10, "the marks")
        assert mail.count() == 2, "nothing is taken out of the mailbox"

        answer = a_mail("回复：DR 不启动", "重启也不行", In_Reply_To=first["Message-ID"])
        mail.put(answer.as_bytes())
        joined = arrived(boss, 3)[0]
        assert joined["state"] == "joined" and joined["requestNumber"] == number
        messages = boss.get(f"/requests/{number}/messages").json()["items"]
        assert [(message["text"], message["fromHospital"]) for message in messages] == [("重启也不行", True)]
    must("verify", data=company.data)


def test_the_same_mail_in_two_boxes_is_one_case(company: Company, mail: MailServer) -> None:
    for user in mail.users:
        mail.put(b"Delivered-To: " + user.encode() + b"@weibao.example\r\n" + a_mail("CT 报警").as_bytes(), user)
    with serving(company, mail, *(mail.address(user) for user in mail.users)) as server:
        boss = server.client(company.tokens["administrator"])
        wait_until(lambda: all(mail.unread(user) == 0 for user in mail.users), 30, "both boxes")
        assert len(entries(boss)) == 1


def test_killed_between_the_commit_and_the_mark_there_is_no_second_case(company: Company, mail: MailServer) -> None:
    mail.put(a_mail("MR 不制冷").as_bytes())
    with HeldStore(mail.port) as held:
        server = serving(company, mail, mail.address(port=held.own)).start()
        assert held.asked.wait(30)
        before = entries(server.client(company.tokens["administrator"]))
        server.kill()
    assert len(before) == 1 and mail.unread() == 1
    # The lease of the dead runs out.
    with serving(company, mail) as server:
        boss = server.client(company.tokens["administrator"])
        wait_until(lambda: mail.unread() == 0, 90, "the mark after the lease of the killed")
        assert entries(boss) == before
    must("verify", data=company.data)


def test_what_programs_send_is_set_aside_and_a_flood_is_held(company: Company, mail: MailServer) -> None:
    mail.put(a_mail("不在办公室", Auto_Submitted="auto-replied").as_bytes())
    mail.put(a_mail("Undelivered", sender="MAILER-DAEMON@mail.example").as_bytes())
    mail.put(a_mail("回来了", sender="service@weibao.example").as_bytes())
    mail.put(b"Subject: nobody\r\n\r\nno sender at all")
    for number in range(5):
        mail.put(a_mail(f"第 {number} 封", sender="flood@x.example").as_bytes())
    with serving(company, mail, WEIBAO_INBOUND_HOURLY="3", WEIBAO_INBOUND_OWN="service@weibao.example") as server:
        boss = server.client(company.tokens["administrator"])
        found = arrived(boss, 9)
        assert sorted(entry["reason"] for entry in found if entry["reason"]) == ["auto-reply", "bounce", "flood", "flood", "no-sender", "own"]
        assert sorted(entry["state"] for entry in found) == ["held"] * 2 + ["set-aside"] * 3 + ["taken"] * 3 + ["unreadable"]
        wait_until(lambda: mail.unread() == 0, 10, "the marks")
        held = entries(boss, state="held")
        taken = boss.post(f"/inbound/entries/{held[0]['id']}/take")
        assert taken.status_code == 200 and taken.json()["requestNumber"].startswith("SR-")
        assert boss.post(f"/inbound/entries/{held[1]['id']}/dismiss").json()["state"] == "dismissed"
        assert entries(boss, state="held") == []
        unreadable = entries(boss, state="unreadable")[0]
        raw = boss.get(f"/inbound/entries/{unreadable['id']}/raw")
        assert raw.content == b"Subject: nobody\r\n\r\nno sender at all" and raw.headers["Content-Type"] == "application/octet-stream"


def test_a_mailbox_that_is_away_is_told_once_and_read_when_it_is_back(company: Company, mail: MailServer) -> None:
    wrong = mail.address().replace("service:", "nobody:")
    with serving(company, mail, wrong, mail.address()) as server:
        boss = server.client(company.tokens["administrator"])
        mail.put(a_mail("DR 不启动").as_bytes())
        arrived(boss, 1)
        time.sleep(1.5)
        log = server.stderr.read_text()
        assert log.count("A mailbox cannot be read") == 1 and "of%20the" not in log and "of the mailbox" not in log
        # Whoever waits for mail sees it, without the password; the good one is not named.
        page = boss.get("//inbound", headers={"Accept": "text/html"}).text
        assert page.count("读不到") == 1 and "imap://nobody@127.0.0.1" in page and PASSWORD not in page and "of%20the" not in page


def test_a_setting_that_is_wrong_is_told_without_its_secret(company: Company) -> None:
    for setting, value in [("WEIBAO_INBOUND_MAIL", "http://me:hush-hush@x"), ("WEIBAO_INBOUND_CHANNELS", "WeCom:hush-hush-hush-hush")]:
        done = subprocess.run(
            [str(binary()), "serve", "--data", str(company.data)], env=environment(company.data) | {setting: value}, capture_output=True,
            text=True, timeout=60)
        assert done.returncode == 2 and "hush" not in done.stderr, done.stderr


def test_a_signed_message_of_a_chat_system_is_answered_after_the_commit(company: Company) -> None:
    secret = "a secret of the bridge"
    with company.server(env=environment(company.data) | {"WEIBAO_INBOUND_CHANNELS": f"wecom:{secret}"}) as server:
        nobody = server.client(None)

        def send(body: dict[str, Any], at: float | None = None, key: str = secret) -> Any:
            text, moment = json.dumps(body, ensure_ascii=False).encode(), str(int(at or time.time()))
            signature = hmac.new(key.encode(), moment.encode() + b"." + text, hashlib.sha256).hexdigest()
            return nobody.call(
                "POST", "/inbound/wecom", data=text,
                headers={"Content-Type": "application/json", "X-Weibao-Timestamp": moment, "X-Weibao-Signature": signature})

        message = {"id": "m-1", "thread": "t-1", "sender": {"id": "wx-9", "name": "周"}, "text": "超声黑屏"}
        first = send(message)
        assert first.status_code == 201 and first.json()["requestNumber"]
        server.kill()
    with company.server(env=environment(company.data) | {"WEIBAO_INBOUND_CHANNELS": f"wecom:{secret}"}) as server:
        nobody, boss = server.client(None), server.client(company.tokens["administrator"])
        again = send(message)
        assert again.status_code == 200 and again.json() == first.json(), "answered after the commit: it is there after a kill"
        assert send(message | {"id": "m-2"}).json()["state"] == "joined"
        assert send(message | {"id": "m-3"}, key="wrong").status_code == 401
        assert send(message | {"id": "m-3"}, at=time.time() - 400).status_code == 401
        assert len(entries(boss)) == 2
