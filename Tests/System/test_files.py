"""Files of cases: big ones in little memory, cut off and gone on with, seen by nobody else, and scans that find their case."""

from __future__ import annotations

import base64
import hashlib
import os
import pathlib
import re
import signal
import resource
import socket
import struct
import subprocess
import threading
import zlib
from typing import Any

import pytest
import requests
from test_papers import a_signature
from weibao import Client, Company, Server, must, problem, run, wait_until

BYTES = {"Content-Type": "application/octet-stream"}
MB = 1 << 20


def send(client: Client, data: Any, name: str = "照片.txt", **options: Any) -> requests.Response:
    return client.call("POST", "/files", params={"name": name}, data=data, headers=BYTES, **options)


def attach(client: Client, number: str, data: bytes, **more: Any) -> dict[str, Any]:
    file = send(client, data)
    assert file.status_code == 201, file.text
    answer = client.post(f"/requests/{number}/attachments", {"file": file.json()["id"]} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(client: Client, upload: str, data: bytes, first: int, last: int, total: int) -> requests.Response:
    return client.call("PUT", f"/files/uploads/{upload}", data=data, headers=BYTES | {"Content-Range": f"bytes {first}-{last}/{total}"})


class Memory:
    """The most that a server held meanwhile of its own; pages of a file that it looks into are the machine's."""

    def __init__(self, server: Server) -> None:
        self.place, self.most, self.ended = pathlib.Path(f"/proc/{server.process.pid}/status"), 0, threading.Event()
        self.watch = threading.Thread(target=self.look)

    def held(self) -> int:
        return int(re.search(r"RssAnon:\s+(\d+) kB", self.place.read_text())[1]) * 1024

    def look(self) -> None:
        while not self.ended.wait(0.005):
            self.most = max(self.most, self.held())

    def __enter__(self) -> Memory:
        self.before = self.held()
        self.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.watch.join()

    @property
    def grown(self) -> int:
        return self.most - self.before


def picture(size: int) -> bytes:
    """A PNG of about this many bytes: noise, not packed."""
    width = 4096 if size > 8 * MB else 1024
    height = size // (3 * width)
    row = b"\0" + hashlib.shake_256(b"noise").digest(3 * width)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * height, 0)) + chunk(b"IEND", b"")


def test_an_upload_goes_on_after_kill_9(company: Company) -> None:
    data = picture(3 * MB)
    server = company.server().start()
    client = server.client(company.tokens["engineer"])
    upload = client.post("/files/uploads", {"name": "照片.png", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}).json()["id"]
    assert put(client, upload, data[:MB], 0, MB - 1, len(data)).json()["offset"] == MB
    # A piece breaks off in the middle, and the server is killed.
    raw = socket.create_connection(("127.0.0.1", server.port))
    head = (
        f"PUT /api/v1/files/uploads/{upload} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {company.tokens['engineer']}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Range: bytes {MB}-{len(data) - 1}/{len(data)}\r\nContent-Length: {len(data) - MB}\r\n\r\n")
    raw.sendall(head.encode() + data[MB:2 * MB])
    server.kill()
    raw.close()
    with server:
        client = server.client(company.tokens["engineer"])
        offset = client.get(f"/files/uploads/{upload}").json()["offset"]
        assert MB <= offset <= 2 * MB
        gap = problem(put(client, upload, data[offset + 1:], offset + 1, len(data) - 1, len(data)), 409)
        assert gap["code"] == "upload.gap" and gap["offset"] == offset
        done = put(client, upload, data[offset:], offset, len(data) - 1, len(data)).json()
        assert done["offset"] == len(data) and done["file"]["sha256"] == hashlib.sha256(data).hexdigest()
        number = client.report()["number"]
        made = client.post(f"/requests/{number}/attachments", {"file": done["file"]["id"]}).json()
        assert client.get(f"/requests/{number}/attachments/{made['id']}/content").content == data
    must("verify", data=company.data)


def test_a_photo_of_50_mb_goes_in_and_out_in_little_memory(company: Company) -> None:
    data = picture(50 * MB - 100_000)
    assert 49 * MB < len(data) <= 50 * MB
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        number = client.report()["number"]
        attach(client, number, picture(MB))
        with Memory(server) as sending:
            made = attach(client, number, data)
        with Memory(server) as reading:
            content = client.get(f"/requests/{number}/attachments/{made['id']}/content")
        assert content.content == data and made["sha256"] == hashlib.sha256(data).hexdigest()
        print(f"grown by {sending.grown / MB:.1f} MB while sending, {reading.grown / MB:.1f} MB while reading")
        assert sending.grown < 24 * MB and reading.grown < 24 * MB
        part = client.get(f"/requests/{number}/attachments/{made['id']}/content", headers={"Range": f"bytes={49 * MB}-"})
        assert part.status_code == 206 and part.content == data[49 * MB:]
        assert problem(send(client, bytes(50 * MB + 1)), 413)["code"] == "upload.too-large"

        def endless():
            for _ in range(51):
                yield data[:MB]

        # Without a length it is refused where it grows too long.
        try:
            assert send(client, endless()).status_code == 413
        except requests.ConnectionError:
            pass  # the server has hung up on what it does not read
        left = [path for path in (company.data / "files" / "incoming").iterdir()]
        assert left == []


def test_who_hangs_up_leaves_nothing(served: tuple[Company, Server], boss: Client) -> None:
    company, server = served
    raw = socket.create_connection(("127.0.0.1", server.port))
    token = company.tokens["engineer"]
    raw.sendall(f"POST /api/v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: image/png\r\nContent-Length: {MB}\r\n\r\n".encode())
    raw.sendall(picture(MB)[:MB // 2])
    incoming = company.data / "files" / "incoming"
    wait_until(lambda: incoming.exists() and list(incoming.iterdir()), what="the half file")
    raw.close()
    wait_until(lambda: not list(incoming.iterdir()), what="the half file to go")
    assert boss.get("/requests?limit=1").status_code == 200


def test_a_phone_that_lost_its_connection_goes_on_at_once(served: tuple[Company, Server], clients: dict[str, Client]) -> None:
    company, server = served
    client, data = clients["engineer"], "读数 5 mA\n".encode() * 20_000
    upload = client.post("/files/uploads", {"name": "读数.txt", "size": len(data)}).json()["id"]
    hanging = socket.create_connection(("127.0.0.1", server.port))
    hanging.sendall(
        (
            f"PUT /api/v1/files/uploads/{upload} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {company.tokens['engineer']}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Range: bytes 0-{len(data) - 1}/{len(data)}\r\nContent-Length: {len(data)}\r\n\r\n"
        ).encode()
        + data[:100_000]
    )
    pieces = company.data / "files" / "incoming" / f"{upload}.upload"
    wait_until(lambda: pieces.exists() and pieces.stat().st_size == 100_000, what="the half piece")
    # Nobody hung up: the server knows nothing of the lost connection yet.
    whole = put(client, upload, data[100_000:], 100_000, len(data) - 1, len(data))
    assert whole.status_code == 200 and whole.json()["file"]["sha256"] == hashlib.sha256(data).hexdigest(), whole.text
    hanging.settimeout(10)
    answer = hanging.recv(4_096)
    assert answer.startswith(b"HTTP/1.1 409 ") and b"upload.busy" in answer
    hanging.close()


def test_a_picture_has_a_small_one_that_is_made_once(served: tuple[Company, Server], boss: Client) -> None:
    number = boss.report()["number"]
    made = attach(boss, number, picture(MB))
    path = f"/requests/{number}/attachments/{made['id']}/preview"
    assert made["preview"] and made["width"] == 1024
    small = boss.get(path, params={"side": 300})
    assert small.status_code == 200 and small.headers["Content-Type"] == "image/jpeg" and len(small.content) < 100_000
    assert "sandbox" in small.headers["Content-Security-Policy"] and small.headers["Cache-Control"] == "private, no-cache"
    assert boss.get(path, params={"side": 300}, headers={"If-None-Match": small.headers["ETag"]}).status_code == 304
    kept = served[0].data / "previews" / made["sha256"][:2] / f"{made['sha256']}-320"
    assert kept.read_bytes() == small.content == boss.get(path, params={"side": 320}).content
    problem(boss.get(path, params={"side": 0}), 422)
    assert boss.post(f"/requests/{number}/attachments/{made['id']}/erase", {"reason": "x"}).status_code == 200
    assert not kept.exists()


def test_the_virus_scanner_is_asked_before_anything_is_kept(company: Company, tmp_path: pathlib.Path) -> None:
    scanner = tmp_path / "scan"
    scanner.write_text("#!/bin/sh\nif grep -q EVIL; then echo 'stream: Test.Evil FOUND'; exit 1; fi\n")
    scanner.chmod(0o755)
    (company.data / "weibao.yaml").write_text(f"scan-command: {scanner}\n")
    with company.server() as server:
        client = server.client(company.tokens["engineer"])
        assert send(client, b"harmless").status_code == 201
        assert problem(send(client, b"this is EVIL"), 422)["code"] == "file.infected"
        scanner.write_text("#!/bin/sh\nexit 2\n")
        assert problem(send(client, b"harmless again"), 503)["code"] == "file.not-scanned"
        assert list((company.data / "files" / "incoming").iterdir()) == []


def test_a_form_from_curl(served: tuple[Company, Server], boss: Client, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "维修单 1.txt"
    file.write_bytes("已盖章".encode() * 1000)
    done = subprocess.run(
        ["curl", "-sS", "-F", f"file=@{file}", "-H", boss.session.headers["Authorization"].join(["Authorization: ", ""]), f"{boss.address}/api/v1/files"],
        capture_output=True, text=True, timeout=60)
    assert '"name":"维修单 1.txt"' in done.stdout and hashlib.sha256(file.read_bytes()).hexdigest() in done.stdout, done.stdout + done.stderr


def test_nobody_reads_or_attaches_what_is_not_theirs(served: tuple[Company, Server], clients: dict[str, Client]) -> None:
    boss, hospital, partner = clients["administrator"], clients["hospital"], clients["partner"]
    mine = hospital.report()["number"]
    other = boss.report()["number"]
    secret = attach(boss, other, b"secret")
    own = attach(hospital, mine, b"own")
    assert hospital.get(f"/requests/{mine}/attachments/{own['id']}/content").content == b"own"
    for client in (hospital, partner):
        for path in ("", f"/{secret['id']}", f"/{secret['id']}/content", f"/{secret['id']}/preview"):
            problem(client.get(f"/requests/{other}/attachments{path}"), 404)
        file = send(client, b"mine").json()["id"]
        problem(client.post(f"/requests/{other}/attachments", {"file": file}), 404)
    # Through one's own case no other's attachment is reached, nor by its hash; and nobody attaches another's upload.
    problem(hospital.get(f"/requests/{mine}/attachments/{secret['id']}/content"), 404)
    for known in (secret["file"], secret["sha256"], send(boss, b"new").json()["id"]):
        problem(hospital.post(f"/requests/{mine}/attachments", {"file": known}), 422)
    hidden = attach(boss, mine, b"for us", internal=True)
    problem(hospital.get(f"/requests/{mine}/attachments/{hidden['id']}/content"), 404)
    assert [item["id"] for item in hospital.get(f"/requests/{mine}/attachments").json()["items"]] == [own["id"]]
    problem(hospital.post(f"/requests/{mine}/attachments/{own['id']}/erase", {"reason": "x"}), 403)
    problem(boss.get(f"/requests/{mine}/attachments/no-such-thing"), 404)
    problem(Client(boss.address, None).get(f"/requests/{mine}/attachments/{own['id']}/content"), 401)


def test_a_name_from_people_never_runs_and_never_leads_elsewhere(boss: Client, served: tuple[Company, Server]) -> None:
    number = boss.report()["number"]
    problem(send(boss, b"words", name="a\r\nX-Evil: 1"), 422)
    evil = "..\\..\\<script>alert(1)<script>%22;\u202egpj.txt"
    form = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{evil}"\r\n\r\nwords\r\n--b--\r\n'
    sent = boss.call("POST", "/files", data=form.encode(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert sent.status_code == 201, sent.text
    file = sent.json()
    made = boss.post(f"/requests/{number}/attachments", {"file": file["id"], "note": "<b>"}).json()
    assert "\u202e" not in made["name"] and "/" not in made["name"] and "\n" not in made["name"]
    content = boss.get(f"/requests/{number}/attachments/{made['id']}/content")
    assert content.headers["Content-Disposition"].startswith("attachment;") and "X-Evil" not in content.headers
    assert "sandbox" in content.headers["Content-Security-Policy"] and content.headers["X-Content-Type-Options"] == "nosniff"


def test_verify_names_an_altered_file_and_a_backup_carries_files(company: Company, tmp_path: pathlib.Path) -> None:
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        number = client.report()["number"]
        made = attach(client, number, b"nameplate")
        erased = attach(client, number, b"patient")
        assert client.post(f"/requests/{number}/attachments/{erased['id']}/erase", {"reason": "病人"}).status_code == 200
        must("backup", str(tmp_path / "a.backup"), data=company.data)
    place = company.data / "files" / made["sha256"][:2] / made["sha256"]
    assert not (company.data / "files" / erased["sha256"][:2] / erased["sha256"]).exists()
    must("verify", data=company.data)
    place.write_bytes(b"nameplatf")
    done = run("verify", data=company.data)
    assert done.returncode == 1 and made["id"] in done.stdout and made["sha256"] in done.stdout
    must("restore", str(tmp_path / "a.backup"), "--replace", data=company.data) if not os.environ.get("WEIBAO_TEST_POSTGRES") else place.write_bytes(b"nameplate")
    must("verify", data=company.data)
    assert place.read_bytes() == b"nameplate"


def test_files_may_lie_in_a_folder_that_nodes_share(company: Company, tmp_path: pathlib.Path) -> None:
    shared = tmp_path / "mount"
    with company.server(env=os.environ | {"WEIBAO_FILES": str(shared)} | ({"WEIBAO_DATABASE": (company.data.parent / "database.url").read_text()} if (company.data.parent / "database.url").exists() else {})) as server:
        client = server.client(company.tokens["administrator"])
        made = attach(client, client.report()["number"], b"shared")
    assert (shared / made["sha256"][:2] / made["sha256"]).read_bytes() == b"shared"
    assert not (company.data / "files" / made["sha256"][:2]).exists()
    (company.data / "weibao.yaml").write_text(f"files: {shared}\n")
    assert f"files: {shared}" in run("doctor", data=company.data).stdout
    must("verify", data=company.data)


@pytest.mark.sqlite
def test_when_the_disk_is_full_nothing_half_is_kept(company: Company) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MB, resource.RLIM_INFINITY))

    with company.server(preexec_fn=limit, restore_signals=False) as server:
        client = server.client(company.tokens["administrator"])
        number = client.report()["number"]
        try:
            answer = send(client, picture(6 * MB))
            assert problem(answer, 503)["code"] == "storage.disk-full" and "Retry-After" in answer.headers
        except requests.ConnectionError:
            pass  # the answer came while we were still sending
        assert list((company.data / "files" / "incoming").iterdir()) == []
        attach(client, number, picture(2 * MB))


def test_the_scan_of_a_signed_paper_goes_to_its_case(served: tuple[Company, Server], boss: Client, clients: dict[str, Client], tmp_path: pathlib.Path) -> None:
    number, other = boss.report()["number"], boss.report()["number"]
    pdf = boss.get(f"/requests/{number}/repair-report.pdf")
    assert pdf.status_code == 200, pdf.text
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "-", str(tmp_path / "page")], input=pdf.content, check=True)
    (page,) = tmp_path.glob("page*.png")
    picture = page.read_bytes()
    file = send(boss, picture, name="扫描件.png").json()["id"]
    assert problem(boss.post(f"/requests/{other}/scans", {"file": file}), 409)["code"] == "scan.other-case"
    made = boss.post("/scans", {"file": file, "note": "医院盖章"})
    assert made.status_code == 201, made.text
    assert made.json()["requestNumber"] == number and made.json()["paper"] == "repair-report" and made.json()["code"] == number
    assert [item["id"] for item in boss.get(f"/requests/{number}/attachments").json()["items"]] == [made.json()["id"]]
    assert boss.get(f"/requests/{number}/attachments/{made.json()['id']}/content").content == picture
    # A PDF as a copier makes it, and one without a code where the case is named.
    whole = send(boss, pdf.content, name="scan.pdf").json()["id"]
    assert boss.post(f"/requests/{number}/scans", {"file": whole}).json()["code"] == number
    blank = send(boss, base64.b64decode(a_signature().split(",")[1]), name="blank.png").json()["id"]
    assert problem(boss.post("/scans", {"file": blank}), 422)["code"] == "scan.no-code"
    named = boss.post(f"/requests/{number}/scans", {"file": blank}).json()
    assert named["paper"] == "repair-report" and named["code"] is None
    text = send(boss, b"just text", name="a.txt").json()["id"]
    assert problem(boss.post("/scans", {"file": text}), 415)["code"] == "scan.not-a-scan"
    # Who may not see the case learns nothing of what is on the paper.
    theirs = send(clients["hospital"], picture).json()["id"]
    problem(clients["hospital"].post("/scans", {"file": theirs}), 404)
