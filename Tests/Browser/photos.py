"""What people hold out when a page asks for a photo."""

from __future__ import annotations

import pathlib
import subprocess

from playwright.sync_api import Browser


def a_photo(chromium: Browser, width: int = 1200, height: int = 900) -> bytes:
    """A name plate as a phone sees it, JPEG."""
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.set_content("""<body style="margin:0;height:100vh;background:linear-gradient(160deg,#5b6670,#2d343a);display:grid;place-items:center">
      <div style="background:#d9dcdf;border:3px solid #888;border-radius:12px;padding:5vw;font:600 4vw/1.6 'Noto Sans CJK SC'">
      数字化医用 X 射线摄影系统<br>DR-8500　SN DR25-100042<br>220 V～ 50 Hz　3 kVA</div>""")
    photo = page.screenshot(type="jpeg", quality=88)
    page.close()
    return photo


def huge(folder: pathlib.Path) -> pathlib.Path:
    """20 million pixels of noise, which no compression helps: more than 10 MB."""
    raw, photo = folder / "noise.v", folder / "整个机房.jpg"
    subprocess.run(["vips", "gaussnoise", raw, "5000", "4000", "--mean", "128", "--sigma", "60"], check=True)
    subprocess.run(["vips", "cast", raw, f"{folder}/noise8.v", "uchar"], check=True)
    subprocess.run(["vips", "copy", f"{folder}/noise8.v", f"{photo}[Q=90]"], check=True)
    assert photo.stat().st_size > 10_000_000, photo.stat().st_size
    return photo


def heic(folder: pathlib.Path, photo: bytes) -> pathlib.Path:
    """As telephones from Cupertino take them; Chromium cannot read it."""
    source, picture = folder / "source.jpg", folder / "IMG_0042.HEIC"
    source.write_bytes(photo)
    subprocess.run(["heif-enc", source, "-o", picture], check=True, capture_output=True)
    return picture


def renamed_program(folder: pathlib.Path) -> pathlib.Path:
    program = folder / "现场照片.jpg"
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 56 + b"\x40\x00\x00\x00PE\x00\x00" + bytes(4_000))
    return program
