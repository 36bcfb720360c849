"""The world outside: a real SMTP server and a real HTTP receiver, that answer as they are told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import http.server
import pathlib
import ssl
import threading
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from weibao import free_port


class MailServer:
    """`refusals` are answered first, one a mail; `hold` keeps the answer back until it is set."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, starttls: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.raw: list[bytes] = []
        self.refusals: list[str] = []
        self.hold: threading.Event | None = None
        self.taken = threading.Event()
        self.scheme = "smtp+plain" if tls is None else "smtp" if starttls else "smtps"
        upgrade = {"tls_context": tls, "require_starttls": True} if starttls else {"ssl_context": tls}
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port(), **upgrade)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.raw.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.taken.set()
        if self.hold:
            while not self.hold.is_set():
                await asyncio.sleep(0.02)
        return "250 OK"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.controller.port}"

    def __enter__(self) -> MailServer:
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.hold:
            self.hold.set()
        self.controller.stop()


class Receiver:
    """Takes POSTs; `answers` are given first, one a call."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.usual = (200, b'{"errcode":0,"errmsg":"ok"}')
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.calls.append({"path": self.path, "headers": dict(self.headers), "body": body})
                status, answer = receiver.answers.pop(0) if receiver.answers else receiver.usual
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                try:
                    self.wfile.write(answer)
                except OSError:
                    pass  # it has heard enough

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def at(self, path: str) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["path"].split("?")[0] == path]

    def __enter__(self) -> Receiver:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()


def channels(folder: pathlib.Path, receiver: Receiver) -> pathlib.Path:
    """A file with a room of each format and a gateway."""
    file = folder / "channels.yaml"
    file.write_text(
        f"""
rooms:
  - {{name: 系统, url: "{receiver.url}/weibao", secret: s3cret, kinds: [harm, test]}}
  - {{name: 企业微信, url: "{receiver.url}/wecom?key=k", format: wecom, kinds: [harm]}}
  - {{name: 钉钉, url: "{receiver.url}/dingtalk?access_token=t", format: dingtalk, secret: SECabc, kinds: [harm]}}
sms:
  url: {receiver.url}/sms
  headers: {{Authorization: Bearer token}}
  body: '{{"mobile":"{{phone}}","text":"{{text}}"}}'
""",
        encoding="utf-8",
    )
    return file
