"""A case file proves itself, on a machine that has no database; altered in one byte it does not."""

from __future__ import annotations

import importlib.util
import io
import json
import pathlib
import random
import subprocess
import sys
import tarfile

import pytest
from weibao import Company, binary, must, run

FLIPS = 150


@pytest.fixture(scope="module")
def case_file(served, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    company, server = served
    client = server.client(company.tokens["administrator"])
    number = client.report(summary="探测器无法连接")["number"]
    client.step(number, "accept")
    client.step(number, "comment", text="已联系科室")
    sent = client.call("POST", "/files", params={"name": "铭牌.txt"}, data="铭牌照片".encode(), headers={"Content-Type": "application/octet-stream"})
    assert sent.status_code == 201, sent.text
    assert client.post(f"/requests/{number}/attachments", {"file": sent.json()["id"]}).status_code == 201
    file = tmp_path_factory.mktemp("case") / "case.tar"
    said = must("export", "--case", number, str(file), data=company.data)
    assert number in said
    refused = run("export", "--case", number, str(file), data=company.data)
    assert refused.returncode == 1 and "already" in refused.stderr
    assert run("export", "--case", "SR-20200101-9999", str(file.parent / "no.tar"), data=company.data).returncode == 1
    return file.read_bytes()


def shipped(case_file: bytes, folder: pathlib.Path) -> pathlib.Path:
    """The checker that lies in the file itself."""
    with tarfile.open(fileobj=io.BytesIO(case_file)) as archive:
        program = archive.extractfile("check.py").read()
    path = folder / "check.py"
    path.write_bytes(program)
    return path


def verdicts(file: pathlib.Path, checker: pathlib.Path, *options: str) -> tuple[int, int]:
    ours = subprocess.run([binary(), "check", str(file), *options], capture_output=True, text=True, cwd=file.parent)
    theirs = subprocess.run([sys.executable, str(checker), str(file), *options], capture_output=True, text=True, cwd=file.parent)
    for done in (ours, theirs):
        assert (done.returncode == 0) == (done.stderr == ""), done.stderr
    return ours.returncode, theirs.returncode


def test_the_unaltered_file_passes_where_there_is_no_database(case_file: bytes, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "case.tar"
    file.write_bytes(case_file)
    checker = shipped(case_file, tmp_path)
    assert verdicts(file, checker) == (0, 0)
    assert verdicts(file, checker, "--key", "0123456789abcdef") == (1, 1)
    with tarfile.open(file) as archive:
        names = archive.getnames()
        key = archive.extractfile("keys.jsonl").read().decode().split('"id":"')[1][:16]
        assert "探测器无法连接" in archive.extractfile("case.txt").read().decode()
    assert "papers/repair-report.html" in names
    assert verdicts(file, checker, "--key", key) == (0, 0)
    assert not (tmp_path / "weibao-data").exists()


def test_one_altered_byte_anywhere_fails_both_checkers(case_file: bytes, tmp_path: pathlib.Path) -> None:
    checker = shipped(case_file, tmp_path)
    specification = importlib.util.spec_from_file_location("case_check", checker)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    places = {0, 511, 512, len(case_file) - 1, len(case_file) - 1_024}
    with tarfile.open(fileobj=io.BytesIO(case_file)) as archive:
        for entry in archive.getmembers():
            places |= {entry.offset + 5, entry.offset + 130, entry.offset_data, entry.offset_data + entry.size // 2, entry.offset_data + entry.size - 1}
    chance = random.Random(11)
    places |= {chance.randrange(len(case_file)) for _ in range(FLIPS)}
    file = tmp_path / "altered.tar"
    for number, place in enumerate(sorted(places)):
        altered = bytearray(case_file)
        altered[place] ^= 1 << chance.randrange(8)
        file.write_bytes(altered)
        assert run("check", str(file)).returncode == 1, f"byte {place}"
        with pytest.raises((module.Fault, ValueError, KeyError, TypeError)):
            module.check(bytes(altered))


@pytest.mark.parametrize("how", ["as it is", "moved", "relabelled", "blanked", "dropped", "twice"])
def test_a_forger_who_makes_the_manifest_anew_alters_no_person(case_file: bytes, tmp_path: pathlib.Path, how: str) -> None:
    checker = shipped(case_file, tmp_path)
    specification = importlib.util.spec_from_file_location("case_check", checker)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    found = module.entries(case_file)
    files = dict(found)
    people = [json.loads(line) for line in files["personal.jsonl"].decode().splitlines()]
    person = next(person for person in people if person["field"] == "phone")
    if how == "moved":
        # The bytes of salt and value together stay the same, and so does their hash.
        person["salt"] += person["value"][0].encode().hex()
        person["value"] = person["value"][1:]
    elif how == "relabelled":
        person["field"] = "name"
    elif how == "blanked":
        person["value"] = person["salt"] = None
    elif how == "dropped":
        people.remove(person)
    elif how == "twice":
        people.append(person)
    files["personal.jsonl"] = "".join(json.dumps(person, ensure_ascii=False) + "\n" for person in people).encode()
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["entries"]:
        entry["size"], entry["sha256"] = len(files[entry["name"]]), module.sha(files[entry["name"]])
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.sha256"] = module.sha(files["manifest.json"]).encode()
    forged = b"".join(
        module.header(name, len(files[name])) + files[name] + bytes(-len(files[name]) % 512) for name, _ in found) + bytes(1024)
    file = tmp_path / "forged.tar"
    file.write_bytes(forged)
    assert verdicts(file, checker) == ((0, 0) if how == "as it is" else (1, 1))


@pytest.mark.parametrize("name", ["empty", "zeros", "zip bomb", "cut", "longer", "twice", "foreign", "not there"])
def test_what_is_no_case_file_is_refused_in_one_line(case_file: bytes, tmp_path: pathlib.Path, name: str) -> None:
    import zipfile

    file = tmp_path / "hostile"
    if name == "empty":
        file.write_bytes(b"")
    elif name == "zeros":
        file.write_bytes(bytes(10 << 20))
    elif name == "zip bomb":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("events.jsonl", bytes(200 << 20))
    elif name == "cut":
        file.write_bytes(case_file[:-512])
    elif name == "longer":
        file.write_bytes(case_file + bytes(512))
    elif name == "twice":
        file.write_bytes(case_file[:-1024] + case_file)
    elif name == "foreign":
        with tarfile.open(file, "w") as archive:
            entry = tarfile.TarInfo("../../etc/passwd")
            archive.addfile(entry, io.BytesIO())
    done = run("check", str(file))
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1 and done.stderr.startswith("weibao: ")
    if name != "not there":
        checker = shipped(case_file, tmp_path)
        assert subprocess.run([sys.executable, str(checker), str(file)], capture_output=True).returncode == 1
