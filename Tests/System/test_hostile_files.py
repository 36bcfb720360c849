"""Files that mean harm, sent over HTTP: refused with a word in the reader's language, and nothing of them stays."""

from __future__ import annotations

import io
import pathlib
import subprocess
import sys
import zipfile

import pytest
from test_files import send
from weibao import Client, Company, Server, problem

MAKER = pathlib.Path(__file__).parent.parent / "OperationsTests/Files/Fixtures/make_files.py"
# Put together here, so that no scanner finds it in our sources.
EICAR = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("files")
    subprocess.run([sys.executable, MAKER, folder], check=True)
    return folder


def kept(company: Company) -> set[str]:
    """What lies in the folder of files, whole or half."""
    return {str(path) for path in (company.data / "files").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("program.jpg", 415, "file.program"), ("page.txt", 415, "file.web-page"), ("macros-renamed.docx", 415, "file.macros"),
        ("bomb.zip", 413, "file.unpacks-to-too-much"), ("50000x50000.png", 413, "file.too-many-pixels"), ("zip-behind.jpg", 422, "file.two-things"),
        ("php-behind.png", 422, "file.web-code"), ("cut.jpg", 422, "file.damaged"), ("under-password.pdf", 422, "file.encrypted"),
        ("script-spelled.pdf", 422, "file.runs"), ("nul.txt", 422, "file.nul"), ("two-encodings.txt", 422, "file.mixed-encodings"),
    ])
def test_a_hostile_file_is_refused_with_a_word_and_nothing_stays(
    served: tuple[Company, Server], boss: Client, files: pathlib.Path, name: str, status: int, code: str
) -> None:
    before = kept(served[0])
    words = set()
    for language in ["zh-CN", "en"]:
        answer = boss.call(
            "POST", "/files", params={"name": name}, data=(files / name).read_bytes(),
            headers={"Content-Type": "application/octet-stream", "Accept-Language": language})
        body = problem(answer, status)
        assert body["code"] == code
        words.add(body["detail"])
    assert len(words) == 2, "both languages have their own word"
    assert kept(served[0]) == before


def test_the_name_and_the_content_type_decide_nothing(boss: Client, files: pathlib.Path) -> None:
    answer = boss.call(
        "POST", "/files", params={"name": "photo.exe"}, data=(files / "photo.jpg").read_bytes(), headers={"Content-Type": "application/pdf"})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["name"], answer.json()["type"]) == ("photo.exe.jpg", "image/jpeg")


def test_a_preview_does_not_say_where_a_photo_was_taken(boss: Client, files: pathlib.Path) -> None:
    number = boss.report()["number"]
    file = send(boss, (files / "phone.jpg").read_bytes(), name="phone.jpg").json()
    made = boss.post(f"/requests/{number}/attachments", {"file": file["id"]}).json()
    picture = boss.get(f"/requests/{number}/attachments/{made['id']}/preview")
    assert picture.status_code == 200 and picture.headers["Content-Type"] == "image/jpeg"
    assert b"SECRETPHONE" not in picture.content and b"Exif" not in picture.content
    assert b"SECRETPHONE" in boss.get(f"/requests/{number}/attachments/{made['id']}/content").content, "the original is evidence"


def test_the_scanner_sees_every_file_before_it_is_kept(company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    scanner = tmp_path / "scanner"
    scanner.write_text(
        "#!/bin/sh\nif grep -q -a CRASH-SCANNER $1; then kill -SEGV $$; fi\n"
        "if grep -q -a EICAR-STANDARD $1; then echo \"$1: Eicar-Test FOUND\"; exit 1; fi\n")
    scanner.chmod(0o755)
    monkeypatch.setenv("WEIBAO_SCAN_COMMAND", f"{scanner} {{file}}")
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        assert send(client, b"clean", name="a.txt").status_code == 201
        before = kept(company)
        found = problem(send(client, EICAR, name="a.txt"), 422)
        assert found["code"] == "file.infected" and "Eicar-Test" in found["detail"] and str(tmp_path) not in found["detail"]
        answer = send(client, b"CRASH-SCANNER", name="a.txt")
        assert problem(answer, 503)["code"] == "file.not-scanned" and "Retry-After" in answer.headers
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("a.txt", EICAR)
        assert problem(send(client, archive.getvalue(), name="a.zip"), 422)["code"] == "file.infected"
        assert kept(company) == before
