"""A real IMAP server (dovecot) for one test: on loopback, in a folder of its own, without rights of an administrator."""

from __future__ import annotations

import getpass
import imaplib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

from weibao import free_port, wait_until

PASSWORD = "a password, of the mailbox/%"

CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class MailServer:
    def __init__(self, *users: str) -> None:
        self.users = users or ("service",)

    def __enter__(self) -> MailServer:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weibao-mail-", dir="/tmp"))
        root = os.geteuid() == 0
        user = "nobody" if root else getpass.getuser()
        group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
        self.port = free_port()
        (self.folder / "mail").mkdir()
        (self.folder / "users").write_text("".join(f"{name}:{PASSWORD}\n" for name in self.users))
        (self.folder / "conf").write_text(CONFIGURATION.format(folder=self.folder, user=user, group=group, port=self.port))
        if root:
            for path in [self.folder, *self.folder.rglob("*")]:
                shutil.chown(path, user, group)
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        self.process = subprocess.Popen(
            [program, "-F", "-c", str(self.folder / "conf")], stderr=(self.folder.parent / f"{self.folder.name}.err").open("wb"),
            **({"user": user, "group": group, "extra_groups": []} if root else {}))
        wait_until(self.answers, 20, "dovecot")
        return self

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.folder.parent / f"{self.folder.name}.err").read_text()
        try:
            with self.box():
                return True
        except (OSError, imaplib.IMAP4.error):
            return False

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder.parent / f"{self.folder.name}.err").unlink(missing_ok=True)

    def box(self, user: str = "") -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.port)
        box.login(user or self.users[0], PASSWORD)
        box.select()
        return box

    def put(self, mail: bytes, user: str = "") -> None:
        with self.box(user) as box:
            answer, _ = box.append("INBOX", "", None, mail)
            assert answer == "OK"

    def unread(self, user: str = "") -> int:
        with self.box(user) as box:
            return len(box.search(None, "UNSEEN")[1][0].split())

    def count(self, user: str = "") -> int:
        with self.box(user) as box:
            return len(box.search(None, "ALL")[1][0].split())

    def address(self, user: str = "", port: int | None = None) -> str:
        password = PASSWORD.replace("%", "%25").replace("/", "%2F").replace(" ", "%20").replace(",", "%2C")
        return f"imap://{user or self.users[0]}:{password}@127.0.0.1:{port or self.port}/INBOX"


class HeldStore:
    """Stands between client and server, and lets no mail be marked as read: the moment between the commit and the mark."""

    def __init__(self, port: int) -> None:
        self.port, self.asked = port, threading.Event()

    def __enter__(self) -> HeldStore:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.own = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()

    def pump(self, source: socket.socket, target: socket.socket, watched: bool) -> None:
        try:
            while piece := source.recv(65_536):
                if watched and b"UID STORE" in piece:
                    self.asked.set()
                    continue
                target.sendall(piece)
        except OSError:
            pass
        finally:
            target.close()
