"""Papers (REP-2): what WeasyPrint makes of a case is read back as text, as a picture, and through its QR code."""

from __future__ import annotations

import base64
import os
import pathlib
import re
import shutil
import struct
import subprocess
import zlib
from typing import Any

import pytest
from weibao import Client, Company, Server, must, problem

NAME = "𠮷㛃䶮𬱖"
"""Characters that names have and small fonts lack: beyond the first plane, and of Extensions A, B, E."""
EVIL = '无图像<img src="file:///etc/passwd"><script>alert(1)</script>'


def a_signature(width: int = 240, height: int = 80) -> str:
    """A stroke across, as a screen draws it: black on transparent, PNG."""
    rows = b"".join(
        b"\0" + b"".join(b"\0\0\0\xff" if abs(row - (10 + column // 4)) < 3 else b"\0\0\0\0" for column in range(width)) for row in range(height))
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()


def tool(*command: str, input: bytes = b"") -> bytes:
    done = subprocess.run(command, input=input, capture_output=True, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def text_of(pdf: bytes) -> str:
    """All text, without white space: lines are broken anywhere in Chinese."""
    return re.sub(r"\s", "", tool("pdftotext", "-layout", "-", "-", input=pdf).decode())


def info_of(pdf: bytes) -> dict[str, str]:
    lines = tool("pdfinfo", "-", input=pdf).decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def pictures_of(pdf: bytes, folder: pathlib.Path, resolution: int = 200) -> list[pathlib.Path]:
    tool("pdftoppm", "-r", str(resolution), "-gray", "-png", "-", str(folder / "page"), input=pdf)
    return sorted(folder.glob("page*.png"))


def paper(client: Client, number: str, **query: str) -> bytes:
    answer = client.get(f"/requests/{number}/repair-report.pdf", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


@pytest.fixture(scope="module")
def told(boss: Client) -> str:
    """A case with a visit, told to its confirmation; its number."""
    machine = next(item for item in boss.everything("/equipment") if item["customer"])
    engineer = boss.get("/staff?role=engineer&limit=1").json()["items"][0]["id"]
    number = boss.report(summary=EVIL, serialNumber=machine["serialNumber"], contact={"name": NAME, "phone": "0791-86001234"})["number"]
    boss.step(number, "accept")
    boss.step(number, "attempt", level="phone", result="failed", note="电话指导重启无效")
    boss.step(number, "locate", cause="hardware", part="高压发生器")
    order = boss.step(number, "dispatch", engineer=engineer)["workOrders"][0]["id"]
    boss.step(number, "arrive")
    boss.step(number, "propose", remedy="更换高压发生器")
    boss.step(number, "agree", contact=NAME, how="signature")
    record = {"work": "更换高压发生器并校准", "parts": ["HV-2207 高压发生器"], "readings": [{"name": "管电压", "value": "80.1", "unit": "kV", "passed": True}]}
    assert boss.post(f"/work-orders/{order}/record", record).status_code == 200
    boss.step(number, "clear", cause="hardware", remedy="更换高压发生器，试机正常")
    boss.step(number, "leave")
    boss.step(number, "confirm", contact=NAME, how="signature", signature=a_signature())
    return number


def test_the_repair_report_is_a4_with_its_fonts_inside_and_rare_characters_of_names(boss: Client, told: str) -> None:
    pdf = paper(boss, told)
    info = info_of(pdf)
    assert "A4" in info["Page size"] and told in info["Title"], info
    text = text_of(pdf)
    for words in ["维修单", told, NAME, "高压发生器", "HV-2207", "电话指导重启无效", "管电压", "80.1kV", "响应(SLA-1)", "客户单位（盖章）", "维修工程师（签字）"]:
        assert words.replace(" ", "") in text, f"{words} is not in {text}"
    assert '<imgsrc="file:///etc/passwd">' in text and "root:" not in text
    fonts = tool("pdffonts", "-", input=pdf).decode().splitlines()[2:]
    assert "240" in tool("pdfimages", "-list", "-", input=pdf).decode(), "the drawn signature is not in it"
    assert fonts and all("Noto" in line and "yes yes yes" in line for line in fonts), fonts


def test_the_same_case_gives_the_same_bytes_also_after_a_restart(copy_of_company: Any, tmp_path: pathlib.Path) -> None:
    company = copy_of_company(tmp_path)
    made = []
    for _ in range(2):
        with company.server() as server:
            client = server.client(company.tokens["administrator"])
            made.append(paper(client, client.get("/requests?state=closed&limit=1").json()["items"][0]["number"]))
    assert made[0] == made[1]


def test_the_picture_reads_as_chinese_and_its_code_leads_to_the_case(boss: Client, told: str, tmp_path: pathlib.Path) -> None:
    first = pictures_of(paper(boss, told), tmp_path)[0]
    assert tool("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(first)).decode().strip() == f"weibao:{told}"
    seen = re.sub(r"\s", "", tool("tesseract", str(first), "-", "-l", "chi_sim", "--psm", "4").decode())
    assert told.replace("-", "") in seen.replace("-", "").replace("—", "")
    found = [words for words in ["维修单", "客户单位", "故障现象", "处理方案", "更换高压发生器", "电话指导重启无效"] if words in seen]
    assert len(found) >= 5, seen


def test_the_code_holds_the_public_address_and_the_head_the_company(company: Company, tmp_path: pathlib.Path) -> None:
    with company.server("--public-url", "https://weibao.example.com/", "--company-name", "江西赣鄱医疗设备有限公司") as server:
        client = server.client(company.tokens["administrator"])
        number = client.report()["number"]
        pdf = paper(client, number)
        first = pictures_of(pdf, tmp_path)[0]
        assert tool("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", str(first)).decode().strip() == f"https://weibao.example.com/requests/{number}"
        assert "江西赣鄱医疗设备有限公司" in text_of(pdf)


def test_a_long_case_repeats_the_heads_of_its_tables_and_numbers_its_pages(boss: Client) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    for index in range(60):
        boss.step(number, "attempt", level="phone", result="failed", note=f"第 {index} 次电话指导，重启后仍然无效")
    pdf = paper(boss, number)
    pages = int(info_of(pdf)["Pages"])
    assert 2 <= pages <= 4
    for page in range(1, pages + 1):
        text = re.sub(r"\s", "", tool("pdftotext", "-f", str(page), "-l", str(page), "-layout", "-", "-", input=pdf).decode())
        assert f"第{page}页，共{pages}页" in text and number in text
        if "次电话指导" in text:
            assert "时间级别结果经过人员" in text, text


def test_english(boss: Client, told: str) -> None:
    text = text_of(paper(boss, told, lang="en"))
    assert "Repairreport" in text and "Serviceengineer(signature)" in text and NAME in text and "维修单" not in text
    problem(boss.get(f"/requests/{told}/repair-report.pdf", params={"lang": "fr"}), 422)


def test_who_may_not_read_the_case_gets_no_paper(boss: Client, clients: dict[str, Client]) -> None:
    number = boss.report()["number"]
    for role in ["partner", "hospital"]:
        problem(clients[role].get(f"/requests/{number}/repair-report.pdf"), 404)
    problem(Client(boss.address, None).get(f"/requests/{number}/repair-report.pdf"), 401)


def test_without_weasyprint_the_pdf_is_503_with_a_clear_word_and_the_page_prints(company: Company, tmp_path: pathlib.Path) -> None:
    # A PATH with nothing but what the runner itself needs.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "prlimit").symlink_to(shutil.which("prlimit"))
    with company.server(env=os.environ | {"PATH": str(tmp_path / "bin")}) as server:
        client = server.client(company.tokens["administrator"])
        number = client.report()["number"]
        answer = client.get(f"/requests/{number}/repair-report.pdf")
        assert problem(answer, 503)["code"] == "paper.no-printer" and int(answer.headers["Retry-After"]) > 0
        page = client.get(f"//requests/{number}/repair-report", headers={"Accept": "text/html"})
        assert page.status_code == 200 and number in page.text and "paper.css" in page.text
