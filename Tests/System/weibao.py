"""The real program under test: its command line, its server, its API."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple 7"

ROLES = [
    "call-taker", "dispatcher", "engineer", "branch-manager", "service-manager", "storekeeper", "quality", "finance",
    "project-manager", "trainer", "customer-service", "general-manager", "administrator", "partner", "hospital",
]
OUTSIDE = ["partner", "hospital"]


def binary() -> pathlib.Path:
    """`WEIBAO_BIN`, else the newest build."""
    if named := os.environ.get("WEIBAO_BIN"):
        return pathlib.Path(named).resolve()
    built = [path for path in ROOT.glob(".build/*/weibao") if path.is_file()]
    if not built:
        raise FileNotFoundError("No weibao is built. Run `swift build`, or set WEIBAO_BIN.")
    return max(built, key=lambda path: path.stat().st_mtime)


def environment(data: pathlib.Path | None) -> dict[str, str]:
    """Where the company of a folder lies on a server, a file beside it says so."""
    named = data and data.parent / "database.url"
    return os.environ | ({"WEIBAO_DATABASE": named.read_text()} if named and named.exists() else {})


def run(*arguments: str, data: pathlib.Path | None = None, input: str | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    where = ["--data", str(data)] if data else []
    return subprocess.run(
        [str(binary()), *arguments, *where], input=input if input is not None else "", capture_output=True, text=True, timeout=timeout,
        env=environment(data))


def must(*arguments: str, **options: Any) -> str:
    """Runs one command that has to end well; its output."""
    done = run(*arguments, **options)
    assert done.returncode == 0, f"weibao {' '.join(arguments)} ended with {done.returncode}: {(done.stderr + done.stdout)[-2_000:]}"
    return done.stdout


def wait_until(condition: Callable[[], Any], seconds: float = 20, what: str = "it") -> Any:
    """Polls until the condition holds; its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise TimeoutError(f"waited {seconds} s for {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`weibao serve` on a data folder. `wrapper` runs it inside another program, such as strace."""

    def __init__(self, data: pathlib.Path, *options: str, wrapper: list[str] = [], **popen: Any) -> None:
        self.data, self.options, self.wrapper, self.popen = data, options, wrapper, popen
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self, seconds: float = 30) -> Server:
        self.stdout, self.stderr = self.data.parent / "serve.out", self.data.parent / "serve.err"
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            self.process = subprocess.Popen(
                [*self.wrapper, str(binary()), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}", *self.options],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, **({"env": environment(self.data)} | self.popen))

        def address() -> str | None:
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}: {self.stderr.read_text(errors='replace')}")
            found = re.search(r"https?://[\w.\[\]:-]+:\d+", self.stdout.read_text(errors="replace"))
            return found and found[0]

        self.address = wait_until(address, seconds, "the address that serve prints")
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def client(self, token: str | None) -> Client:
        return Client(self.address, token)


class Client:
    """The API as one user."""

    def __init__(self, address: str, token: str | None) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """`path` is under /api/v1 unless it starts with //, which means the root."""
        url = self.address + (path[1:] if path.startswith("//") else f"/api/v1{path}")
        return self.session.request(method, url, timeout=60, allow_redirects=False, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call("POST", path, json={} if body is None else body, **options)

    def step(self, case: str, name: str, **body: Any) -> dict[str, Any]:
        """A step that has to be allowed; the case after it."""
        answer = self.post(f"/requests/{case}/{name}", body)
        assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text}"
        return answer.json()

    def report(self, **changes: Any) -> dict[str, Any]:
        answer = self.post("/requests", a_report(**changes))
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return answer.json()

    def everything(self, path: str) -> Iterator[dict[str, Any]]:
        """All items of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
            assert page.status_code == 200, f"{path}: {page.status_code} {page.text}"
            yield from page.json()["items"]
            cursor = page.json()["next"]
            if cursor is None:
                return


def a_report(**changes: Any) -> dict[str, Any]:
    return {"kind": "support", "summary": "开机后无图像", "contact": {"name": "李敏", "phone": "0791-86001234"}} | changes


@dataclasses.dataclass
class Company:
    """A data folder with a demonstration company and one user of each role."""

    data: pathlib.Path
    tokens: dict[str, str]
    """By role."""
    customer: str
    """Whose user `hospital` is."""

    def server(self, *options: str, **popen: Any) -> Server:
        return Server(self.data, *options, **popen)


def problem(answer: requests.Response, status: int) -> dict[str, Any]:
    """Checks the shape of a refusal (RFC 9457); its body."""
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:600]}"
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json", answer.headers
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"] and body["detail"]
    return body
