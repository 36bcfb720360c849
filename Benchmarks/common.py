"""What several measurements share: a served company, what the program takes, and its table in Benchmarks/RESULTS.md."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import subprocess
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
PASSWORD = "a long password of mine\n"


class Bench:
    """A release build and the folder of one company. `WEIBAO_BIN` names another binary."""

    def __init__(self, data: pathlib.Path) -> None:
        self.data, self.binary = data, os.environ.get("WEIBAO_BIN", str(ROOT / ".build/release/weibao"))

    def run(self, *arguments: str, input: str = "") -> str:
        return subprocess.run([self.binary, *arguments, "--data", str(self.data)], input=input, text=True, check=True, capture_output=True).stdout.strip()

    def administrator(self) -> str:
        """Its token."""
        self.run("user", "add", "wang", "--role", "administrator", "--password-stdin", input=PASSWORD)
        return self.run("token", "create", "--user", "wang")

    @contextlib.contextmanager
    def served(self) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """The server, and its port."""
        process = subprocess.Popen(
            [self.binary, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            yield process, int(process.stdout.readline().strip().rsplit(":", 1)[1])
        finally:
            process.terminate()
            process.wait(60)


def resident(process: subprocess.Popen[str]) -> float:
    """MiB of memory."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def cpu(process: subprocess.Popen[str]) -> float:
    """Seconds of processor time that it has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def replace_table(mark: str, title: str, lines: list[str]) -> None:
    """In RESULTS.md, between two comments; with its title at the end where it is new."""
    path = ROOT / "Benchmarks/RESULTS.md"
    text, block = path.read_text(), f"<!-- {mark} -->\n" + "\n".join(lines) + f"\n<!-- /{mark} -->"
    if f"<!-- {mark} -->" in text:
        text = re.sub(rf"<!-- {mark} -->.*?<!-- /{mark} -->", lambda _: block, text, flags=re.S)
    else:
        text = f"{text.rstrip()}\n\n## {title}\n{block}\n"
    path.write_text(text)
