"""kill -9 at any instant: nothing answered is lost, nothing is there twice, start-up needs no hand."""

from __future__ import annotations

import collections
import concurrent.futures
import http.client
import json
import os
import random
import threading
import time

import pytest
from weibao import Company, Server, a_report, must

KILLS = 20
CLIENTS = 64
SECONDS = float(os.environ.get("WEIBAO_CRASH_SECONDS", "40"))


class Writer(threading.Thread):
    """Reports cases one after the other; a case without an answer is sent again with the same key until it has one."""

    def __init__(self, number: int, server: Server, token: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.server, self.token, self.stop = number, server, token, stop
        self.answered: dict[str, str] = {}
        self.resent = 0
        self.strange: list[str] = []

    def run(self) -> None:
        connection = None
        count = 0
        while not self.stop.is_set():
            key = f"crash-{self.number}-{count}"
            count += 1
            while True:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
                answer = send(connection, self.token, key)
                if answer and answer[0] == 201:
                    self.answered[key] = answer[1]["number"]
                    break
                if answer and answer[0] not in (409, 429, 503):
                    self.strange.append(f"{key}: {answer}")
                    return
                # No answer: the server died. It will be back.
                if not answer:
                    connection.close()
                    connection = None
                self.resent += 1
                time.sleep(0.02)


def send(connection: http.client.HTTPConnection, token: str, key: str) -> tuple[int, dict] | None:
    try:
        connection.request(
            "POST", "/api/v1/requests", body=json.dumps(a_report(summary=key)),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return None


def check_answered(writers: list[Writer], server: Server, token: str, chance: random.Random) -> None:
    """Every answered case is there once, with the number that was answered, and its key answers it again."""
    assert [strange for writer in writers for strange in writer.strange] == []
    answered = {key: number for writer in writers for key, number in writer.answered.items()}
    print(f"{len(answered)} cases answered, {sum(writer.resent for writer in writers)} sent again")
    assert len(answered) > 20

    def once_more(keys: list[str]) -> list[str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        answers = [(key, send(connection, token, key)) for key in keys]
        return [f"{key}: {answer}" for key, answer in answers if answer is None or answer[0] != 201 or answer[1]["number"] != answered[key]]

    again = chance.sample(sorted(answered), min(len(answered), 3_000))
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        wrong = [line for lines in pool.map(once_more, [again[place::CLIENTS] for place in range(CLIENTS)]) for line in lines]
    assert wrong == []

    found = collections.Counter()
    numbers = {}
    for case in server.client(token).everything("/requests?sort=number"):
        if case["summary"].startswith("crash-"):
            found[case["summary"]] += 1
            numbers[case["summary"]] = case["number"]
    assert {key: count for key, count in found.items() if count > 1} == {}
    assert numbers == answered


@pytest.mark.slow
def test_nothing_answered_is_lost_and_nothing_doubled_by_kill_9(company: Company) -> None:
    chance = random.Random(20261123)
    server = company.server().start()
    stop = threading.Event()
    token = company.tokens["administrator"]
    writers = [Writer(number, server, token, stop) for number in range(CLIENTS)]
    for writer in writers:
        writer.start()
    end, kills = time.monotonic() + SECONDS, 0
    while kills < KILLS or time.monotonic() < end:
        # Not a wait for something: the instant of the kill is what is drawn.
        time.sleep(chance.uniform(0.01, 0.8))
        server.kill()
        server.start()
        kills += 1
    stop.set()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive()
    try:
        print(f"{kills} kills")
        assert kills >= KILLS
        # Every client got answers, and the kills did cut off calls: else this test would say nothing.
        assert all(writer.answered for writer in writers)
        assert sum(writer.resent for writer in writers) >= KILLS
        check_answered(writers, server, token, chance)
    finally:
        server.stop()
    must("verify", data=company.data, timeout=300)
