"""Full disk, read-only file, damaged page, a clock set back: said plainly, served as far as is safe, never guessed."""

from __future__ import annotations

import datetime
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess

import pytest
from weibao import Company, Server, a_report, must, problem, run, wait_until

pytestmark = pytest.mark.sqlite

INFINITE = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_after_kill_9_the_server_starts_without_a_hand(company: Company) -> None:
    server = company.server().start()
    number = server.client(company.tokens["administrator"]).report()["number"]
    server.kill()
    with server:
        assert server.client(company.tokens["administrator"]).get(f"/requests/{number}").status_code == 200
    must("verify", data=company.data)


def test_sigterm_stops_cleanly(company: Company) -> None:
    server = company.server().start()
    server.client(company.tokens["administrator"]).report()
    assert server.stop() == 0


def test_a_second_server_on_the_same_port_says_so(company: Company) -> None:
    with company.server() as server:
        second = run("serve", "--listen", f"127.0.0.1:{server.port}", data=company.data, timeout=30)
        assert second.returncode == 1
        assert second.stderr.count("weibao: ") == 1
        assert server.client(company.tokens["administrator"]).get("/requests").status_code == 200


def test_rebuild_refuses_while_a_server_runs(company: Company) -> None:
    with company.server():
        done = run("rebuild", data=company.data)
        assert done.returncode == 1 and done.stderr.count("\n") == 1


@pytest.fixture
def small_disk(company: Company) -> tuple[Company, Server]:
    """A server whose files may not grow beyond 1 MiB each, which is how a full disk looks from inside SQLite."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write that is too long fails with an error instead of a signal
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))

    server = company.server(preexec_fn=limit, restore_signals=False).start()
    yield company, server
    server.stop()


def test_when_the_disk_is_full_writes_get_503_and_reads_go_on(small_disk: tuple[Company, Server]) -> None:
    company, server = small_disk
    client = server.client(company.tokens["administrator"])
    answered, refused = [], None
    for count in range(2_000):
        answer = client.post("/requests", a_report(description="十" * 3_000, summary=f"disk {count}"))
        if answer.status_code != 201:
            refused = answer
            break
        answered.append(answer.json()["number"])
    assert refused is not None, "the disk never filled"
    problem(refused, 503)
    assert "Retry-After" in refused.headers
    assert client.get("/requests?state=open&sort=due&limit=50").status_code == 200
    assert client.get(f"/requests/{answered[-1]}").status_code == 200

    # There is room again: writes go on without a restart.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, INFINITE)
    wait_until(lambda: client.post("/requests", a_report()).status_code == 201, 20, "a write after there was room again")
    for number in answered:
        assert client.get(f"/requests/{number}").status_code == 200, number
    server.stop()
    must("verify", data=company.data)


def test_a_read_only_data_folder_is_said_plainly(company: Company) -> None:
    """Either it does not start and says why, or it serves reads and refuses writes."""
    server = company.server()
    if os.geteuid() == 0:
        mount = f'mount --bind "{company.data}" "{company.data}" && mount -o remount,bind,ro "{company.data}" && exec "$@"'
        server.wrapper = ["unshare", "--mount", "sh", "-c", mount, "sh"]
        if not shutil.which("unshare") or subprocess.run([*server.wrapper, "true"], capture_output=True).returncode:
            pytest.skip("this machine does not let root mount")
    else:
        for path in [company.data, *company.data.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        server.start()
    except AssertionError as ended:
        said = server.stderr.read_text()
        assert server.process.returncode == 1, ended
        assert said.count("weibao: ") == 1 and ("read" in said or "writ" in said), said
        return
    with server:
        client = server.client(company.tokens["administrator"])
        assert client.get("/requests").status_code == 200
        problem(client.post("/requests", a_report()), 503)


def test_a_damaged_page_is_found_and_nothing_is_guessed(company: Company) -> None:
    path = company.data / "weibao.sqlite"
    database = sqlite3.connect(path)
    ((number,),) = database.execute("SELECT number FROM request ORDER BY number LIMIT 1").fetchall()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = database.execute("PRAGMA page_size").fetchone()
    (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal'").fetchone()
    database.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(random.Random(1).randbytes(size))
    done = run("verify", data=company.data)
    assert done.returncode == 1 and "damaged" in done.stdout + done.stderr, done
    server = company.server()
    try:
        server.start()
    except AssertionError:
        assert server.stderr.read_text().count("weibao: ") == 1
        return
    with server:
        answer = server.client(company.tokens["administrator"]).get(f"/requests/{number}/journal")
        assert answer.status_code in (500, 503), answer.text
        problem(answer, answer.status_code)
        assert server.process.poll() is None


CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
  char text[32] = {0};
  int file = open(getenv("CLOCK_SHIFT"), O_RDONLY);
  if (file < 0) return 0;
  long seconds = read(file, text, sizeof text - 1) > 0 ? atol(text) : 0;
  close(file);
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  int result = clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return result;
}
"""


def test_a_clock_set_back_is_said_and_no_write_guesses_the_time(company: Company, tmp_path: pathlib.Path) -> None:
    """An hour back while serving, and before a start: nothing is written; the clock set right again, all goes on."""
    (tmp_path / "clock.c").write_text(CLOCK)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "clock.so", tmp_path / "clock.c", "-ldl"], check=True)
    shift = tmp_path / "shift"
    shift.write_text("3600")
    moved = {"env": os.environ | {"LD_PRELOAD": str(tmp_path / "clock.so"), "CLOCK_SHIFT": str(shift)}}
    token = company.tokens["administrator"]
    with company.server(**moved) as server:
        client = server.client(token)
        case = client.report()
        reported = datetime.datetime.fromisoformat(case["reportedAt"].replace("Z", "+00:00"))
        ahead = reported - datetime.datetime.now(datetime.timezone.utc)
        assert ahead > datetime.timedelta(minutes=50), "the clock was not moved, so this test would say nothing"

        shift.write_text("0")
        for answer in (client.post("/requests", a_report()), client.post(f"/requests/{case['number']}/accept")):
            assert problem(answer, 503)["code"] == "clock.set-back"
        # Whether a token still holds is a question of time too: a read may be refused, but it says why.
        read = client.get(f"/requests/{case['number']}")
        assert read.status_code == 200 or problem(read, 503)["code"] == "clock.set-back"
        assert client.get("//healthz").status_code == 200

        shift.write_text("3600")
        after = client.get(f"/requests/{case['number']}").json()
        assert (after["state"], after["version"]) == ("reported", case["version"])
        assert client.step(case["number"], "accept")["state"] == "accepted"

    shift.write_text("0")
    late = company.server(**moved)
    try:
        late.start()
        problem(late.client(token).post("/requests", a_report()), 503)
        late.stop()
    except AssertionError:
        said = late.stderr.read_text()
        assert late.process.returncode == 1 and said.count("\n") == 1 and "clock" in said, said
    done = run("doctor", data=company.data)
    assert done.returncode == 1 and "clock" in done.stdout + done.stderr
    must("verify", data=company.data)


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/weibao.sqlite").write_bytes(b"this is a shopping list, not a database\n" * 500)
    for command in ("migrate", "verify"):
        done = run(command, data=tmp_path / "data")
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done


def test_a_newer_database_is_refused(company: Company) -> None:
    """An old program never writes into a schema that it does not know."""
    with sqlite3.connect(company.data / "weibao.sqlite") as database:
        database.execute("INSERT INTO migration (name, applied) VALUES ('9999-from-the-future', 0)")
    database.close()
    done = run("migrate", data=company.data)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done
