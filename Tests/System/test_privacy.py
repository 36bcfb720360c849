"""What the process and its database let others know of people: logs, the access log, forgetting."""

from __future__ import annotations

import json
import pathlib
import subprocess
import re

import pytest
from weibao import PASSWORD, ROOT, Company, must, run, wait_until

PHONE, NAME = "13977770042", "戴月华"


def contains(data: pathlib.Path, text: str) -> list[str]:
    return [path.name for path in data.glob("weibao.sqlite*") if text.encode() in path.read_bytes()]


def test_the_log_of_a_real_run_holds_no_phone_password_or_token(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its most talkative, with calls that go well and calls that are refused."""
    monkeypatch.setenv("WEIBAO_LOG", "trace")
    token = company.tokens["administrator"]
    with company.server() as server:
        boss = server.client(token)
        case = boss.report(contact={"name": NAME, "phone": PHONE}, summary="无图像")
        boss.get(f"/search?q={PHONE}")
        boss.get(f"/contacts?phone={PHONE}")
        boss.post("/requests", {"kind": "support", "contact": {"name": NAME, "phone": PHONE}, PHONE: PHONE})
        boss.post(f"/requests/{case['number']}/confirm", {"contact": NAME, "how": PHONE})
        server.client("wb_" + "x" * 43).get("/requests")
        for password in (PASSWORD, "wrong " + PASSWORD):
            boss.session.post(server.address + "/sign-in", data={"name": "test-engineer", "password": password}, allow_redirects=False)
        said = lambda: server.stderr.read_text(errors="replace") + server.stdout.read_text(errors="replace")  # noqa: E731
        wait_until(lambda: said().count("route") >= 5, what="lines in the log")
    log = said()
    assert [secret for secret in (PHONE, NAME, PASSWORD, token, token[3:], "wb_xxx", "weibao-session=") if secret in log] == []


def test_sign_ins_and_views_are_in_the_access_log(company: Company) -> None:
    with company.server() as server:
        client = server.client(company.tokens["engineer"])
        case = server.client(company.tokens["administrator"]).report()
        client.get(f"/requests/{case['number']}")
        client.get("/contacts")
        for password in (PASSWORD, "wrong " + PASSWORD):
            client.session.post(server.address + "/sign-in", data={"name": "test-engineer", "password": password}, allow_redirects=False)
    entries = json.loads(must("user", "log", "--json", "--limit", "20", data=company.data))
    seen = {(entry["event"], entry["what"], entry["address"]) for entry in entries}
    assert ("personal-view", f"request/{case['id']}", "127.0.0.1") in seen
    assert ("signed-in", "test-engineer", "127.0.0.1") in seen and ("sign-in-failed", "test-engineer", "127.0.0.1") in seen
    assert any(what.startswith("contacts: ") for _, what, _ in seen)
    assert all(re.fullmatch(r"staff:[0-9a-f-]{36}|system", entry["actor"]) for entry in entries)


def test_forgetting_beside_a_server_and_once_more_without(company: Company) -> None:
    with company.server() as server:
        boss = server.client(company.tokens["administrator"])
        contact = boss.post("/contacts", {"customer": company.customer, "name": NAME, "phone": PHONE}).json()
        case = boss.report(contact={"name": NAME, "phone": PHONE}, customer=company.customer)
        assert case["contact"]["id"] == contact["id"]
        headers = {"Idempotency-Key": "forget-1"}
        boss.post("/requests", {"kind": "support", "summary": "x", "contact": {"name": NAME, "phone": PHONE}}, headers=headers)
        dry = json.loads(must("customers", "forget", contact["id"], "--dry-run", "--json", data=company.data))
        assert boss.get(f"/contacts/{contact['id']}").json()["phone"] == PHONE
        done = json.loads(must("customers", "forget", contact["id"], "--json", data=company.data))
        assert done["places"] == dry["places"] and done["dryRun"] is False
        assert {place["place"]: place["count"] for place in done["places"]} == {"register": 2, "cases": 4, "signatures": 0, "answers": 1, "drafts": 0, "outbox": 0, "inbound": 0}
        shown = boss.get(f"/contacts/{contact['id']}").json()
        assert (shown["name"], shown["phone"], shown["forgotten"]) == (None, None, True)
        assert boss.get(f"/requests/{case['number']}").json()["contact"] == {"id": contact["id"], "name": None, "phone": None}
        again = boss.post("/requests", {"kind": "support", "summary": "x", "contact": {"name": NAME, "phone": PHONE}}, headers=headers)
        assert again.status_code == 409 and again.json()["code"] == "idempotency.erased"
        assert run("rebuild", data=company.data).returncode == 1, "a node serves"
    assert "Nothing is kept" in must("customers", "forget", contact["id"], data=company.data)
    assert contains(company.data, PHONE) == [] and contains(company.data, NAME) == []
    must("verify", data=company.data)
    must("rebuild", data=company.data)
    must("verify", data=company.data)


def test_the_printed_rights_are_the_documented_ones() -> None:
    rows = [line.strip("|").split("|") for line in (ROOT / "Docs/PERMISSIONS.md").read_text().splitlines() if line.startswith("| ")]
    header, *body = ([cell.strip() for cell in row] for row in rows if "---" not in row[0])
    documented = {role: {row[0]: row[place] or None for row in body} for place, role in enumerate(header) if place}
    assert json.loads(must("user", "permissions", "--json")) == documented
    printed = [line.split() for line in must("user", "permissions").splitlines()]
    assert printed[0] == header[1:]
    assert printed[1:] == [[row[0], *(cell or "-" for cell in row[1:])] for row in body]


def test_settings_come_from_flag_then_environment_then_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "weibao.yaml").write_text("listen: 127.0.0.1:9001\nlog: info\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEIBAO_LOG", "debug")
    settings = json.loads(must("doctor", "--json", data=data))["settings"]
    assert settings["listen"].startswith("127.0.0.1:9001 (") and settings["listen"].endswith("weibao.yaml)")
    assert settings["log"] == "debug (WEIBAO_LOG)" and settings["data"] == f"{data} (flag)"
    assert not (data / "weibao.sqlite").exists(), "doctor makes nothing"
    (data / "weibao.yaml").write_text("lisen: 127.0.0.1:9001\n")
    done = run("doctor", data=data)
    assert done.returncode == 1 and "lisen" in done.stderr and done.stderr.count("\n") == 1


def test_doctor_ends_with_1_when_something_is_wrong(company: Company) -> None:
    must("doctor", data=company.data)
    (company.data / "keys" / "checkpoint.key").chmod(0o644)
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "chmod 600" in done.stderr and done.stderr.count("\n") == 1


def certificate(folder: pathlib.Path, days: int) -> tuple[str, str]:
    """A certificate of our own for 127.0.0.1, and its key."""
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)],
        check=True, capture_output=True)
    return str(chain), str(key)


def test_doctor_says_what_does_not_work_without_encryption(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    def encryption() -> str:
        return json.loads(must("doctor", "--json", data=company.data))["settings"]["encryption"]

    assert all(word in encryption() for word in ("without a signal", "camera", "passwords", "--tls-cert"))
    monkeypatch.setenv("WEIBAO_LISTEN", "0.0.0.0:8080")
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "without encryption" in done.stderr
    monkeypatch.setenv("WEIBAO_TRUSTED_PROXY", "127.0.0.1")
    assert encryption().startswith("by the proxy 127.0.0.1")
    chain, key = certificate(tmp_path, days=90)
    monkeypatch.setenv("WEIBAO_TLS_CERT", chain)
    monkeypatch.setenv("WEIBAO_TLS_KEY", key)
    assert encryption().startswith("by weibao itself; the certificate ends ")
    certificate(tmp_path, days=3)
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "put a new one in place" in done.stderr
    pathlib.Path(key).write_text("no key")
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "holds no private key" in done.stderr


def test_doctor_tries_the_virus_scanner(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    scanner = tmp_path / "scanner"
    scanner.write_text("#!/bin/sh\nif grep -q EICAR-STANDARD; then echo 'stream: Eicar FOUND'; exit 1; fi\n")
    scanner.chmod(0o755)
    monkeypatch.setenv("WEIBAO_SCAN_COMMAND", str(scanner))
    shown = json.loads(must("doctor", "--json", data=company.data))["settings"]["scan-command"]
    assert shown == f"{scanner} (WEIBAO_SCAN_COMMAND; finds the test virus)"
    monkeypatch.setenv("WEIBAO_SCAN_COMMAND", "true")
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "calls everything clean" in done.stderr
