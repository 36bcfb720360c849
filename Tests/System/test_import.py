"""A register comes in from a file in spite of kill -9, beside a server, and bad lines come back."""

from __future__ import annotations

import json
import pathlib
import random
import signal
import subprocess
import time

from weibao import Company, binary, environment, must, run

LINES = 36_000


def machines(path: pathlib.Path, lines: int = LINES) -> None:
    rows = [f"K-{number:06},DR-3000,,2024/3/{number % 28 + 1},备注{number}" for number in range(lines)]
    path.write_text("序列号,型号,客户,安装日期,备注\n" + "\n".join(rows) + "\n", encoding="gb18030")


def model(company: Company, folder: pathlib.Path) -> None:
    file = folder / "models.csv"
    file.write_text("型号,厂家,设备类别\nDR-3000,某某医疗,DR\n")
    must("import", "models", str(file), data=company.data)


def heeds() -> None:
    """What a shell starts in the background has SIGINT ignored, and so has all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_killed_again_and_again_it_goes_on_where_it_was(company: Company, tmp_path: pathlib.Path) -> None:
    model(company, tmp_path)
    file = tmp_path / "machines.csv"
    machines(file)
    chance = random.Random(5)
    command = [str(binary()), "import", "machines", str(file), "--ignore", "备注", "--json", "--data", str(company.data)]
    before, kills = [], 0
    with company.server():
        while True:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(company.data), preexec_fn=heeds)
            if kills < 6:
                # Not a wait for something: the instant of the kill is what is drawn, once it applies.
                for line in process.stderr:
                    if b'"apply"' in line:
                        break
                time.sleep(chance.uniform(0, 0.1))
                process.send_signal(signal.SIGKILL if kills % 2 else signal.SIGINT)
                kills += process.wait() != 0
                process.stdout.close()
                process.stderr.close()
                if process.returncode != 0:
                    continue
                break
            out, error = process.communicate(timeout=300)
            assert process.returncode == 0, error
            report = json.loads(out)
            before.append(report["appliedBefore"])
            assert report["appliedBefore"] + report["added"] == LINES and report["changed"] == 0
            break
    assert kills >= 2 and (not before or before[-1] > 0)
    again = json.loads(must("import", "machines", str(file), "--ignore", "备注", "--json", data=company.data, timeout=300))
    assert (again["added"], again["changed"], again["unchanged"], again["appliedBefore"]) == (0, 0, LINES, 0)
    assert "All is well" in must("verify", data=company.data, timeout=300)


def test_bad_lines_come_back_as_a_file_that_can_be_corrected(company: Company, tmp_path: pathlib.Path) -> None:
    file, bad = tmp_path / "customers.csv", tmp_path / "bad.csv"
    file.write_text("客户名称,行政区划代码,区县\n甲医院,361127,\n乙医院,361199,\n=丙,361128,余干县\n")
    done = run("import", "customers", str(file), "--refused", str(bad), data=company.data)
    assert done.returncode == 1 and "2 of 3 lines are bad, nothing was written." in done.stderr and str(bad) in done.stderr
    lines = bad.read_text("utf-8-sig").splitlines()
    assert lines[0] == "客户名称,行政区划代码,区县,原因" and lines[2].startswith("'=丙,361128,余干县,区县：")
    assert "There is something" in run("import", "customers", str(file), "--refused", str(bad), data=company.data).stderr
    assert run("import", "customers", str(file), "--skip-bad", data=company.data).returncode == 2
    second = tmp_path / "second.csv"
    told = must("import", "customers", str(file), "--skip-bad", "--refused", str(second), data=company.data)
    assert "1 added" in told and "2 bad lines were left out" in told
    second.write_text(second.read_text("utf-8-sig").replace("361199", "361104").replace(",余干县", ",鄱阳县"))
    assert "2 added" in must("import", "customers", str(second), data=company.data)
    exported = tmp_path / "out.csv"
    must("export", "customers", str(exported), data=company.data)
    assert "'=丙" in exported.read_text("utf-8-sig") and "广信区" in exported.read_text("utf-8-sig")


def test_hostile_files_are_refused_in_one_line(company: Company, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "hostile.csv"
    hostile = {
        b"name\n" + b"x" * (2 << 20): "longer than 1 MB", b"," * 10_000: "more than 1,000 cells", b"PK\x03\x04\x14\x00": "workbook",
        b"name\nA\x00\n": "Line 2 holds a NUL", "客户名称\n".encode() + "余干县".encode("gb18030") + b"\n": "another encoding", b"": "no lines",
    }
    for content, word in hostile.items():
        file.write_bytes(content)
        done = run("import", "customers", str(file), data=company.data)
        assert done.returncode == 1 and word in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    with file.open("wb") as sparse:
        sparse.truncate(2 << 30)
    done = run("import", "customers", str(file), data=company.data)
    assert done.returncode == 1 and "larger than 512 MB" in done.stderr
    # A pipe is read like a file.
    assert "2 lines are right" in must("import", "customers", "-", "--dry-run", data=company.data, input="name\nA\nB\n")
