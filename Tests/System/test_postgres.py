"""PostgreSQL goes down in the middle of everything, and two nodes write to one company (ORG-2)."""

from __future__ import annotations

import json
import os
import pathlib
import random
import subprocess
import threading
import time

import pytest
import requests
from test_crash import Writer, check_answered
from weibao import Company, Server, must, wait_until

pytestmark = pytest.mark.postgres


def restart_postgres() -> None:
    """Stops it as a power cut would, and starts it again."""
    home = os.environ["WEIBAO_TEST_POSTGRES_HOME"]
    control = ["/usr/lib/postgresql/15/bin/pg_ctl", "-D", f"{home}/data", "-w"]
    if os.getuid() == 0:
        control = ["runuser", "-u", "postgres", "--", *control]
    subprocess.run([*control, "-m", "immediate", "-l", f"{home}/data/log", "restart"], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_nothing_answered_is_lost_when_the_server_dies_or_the_database(company: Company) -> None:
    chance = random.Random(20261124)
    server = company.server().start()
    stop = threading.Event()
    token = company.tokens["administrator"]
    writers = [Writer(number, server, token, stop) for number in range(32)]
    for writer in writers:
        writer.start()
    for turn in range(6):
        time.sleep(chance.uniform(0.5, 2))
        if turn % 2:
            server.kill()
            server.start()
        else:
            restart_postgres()
    time.sleep(1)
    stop.set()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive()
    try:
        check_answered(writers, server, token, chance)
    finally:
        server.stop()
    must("verify", data=company.data, timeout=300)


@pytest.mark.slow
def test_two_nodes_on_one_company_give_each_number_once(company: Company, tmp_path: pathlib.Path) -> None:
    nodes = [company.server().start(), Server(company.data).start()]
    stop = threading.Event()
    token = company.tokens["administrator"]
    writers = [Writer(number, nodes[number % 2], token, stop) for number in range(32)]
    for writer in writers:
        writer.start()
    time.sleep(5)
    stop.set()
    for writer in writers:
        writer.join(60)
    try:
        check_answered(writers, nodes[0], token, random.Random(1))
        numbers = [number for writer in writers for number in writer.answered.values()]
        assert len(numbers) == len(set(numbers)) > 100
        # Ten cases, many hands: each step is answered, none with a 5xx.
        cases = numbers[:10]
        answers: list[int] = []

        def comment(place: int) -> None:
            client = nodes[place % 2].client(token)
            for count in range(10):
                answers.append(client.post(f"/requests/{cases[(place + count) % 10]}/comment", {"text": f"{place}-{count}"}).status_code)

        hands = [threading.Thread(target=comment, args=(place,)) for place in range(32)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join(120)
        assert set(answers) == {200} and len(answers) == 320
    finally:
        for node in nodes:
            node.stop()
    must("verify", data=company.data, timeout=300)


def test_a_screen_on_one_node_hears_of_a_change_made_on_another(company: Company) -> None:
    first, second = company.server().start(), Server(company.data).start()
    try:
        token = company.tokens["administrator"]
        stream = requests.get(f"{second.address}/api/v1/events", headers={"Authorization": f"Bearer {token}"}, stream=True, timeout=30)
        heard: list[dict[str, object]] = []

        def listen() -> None:
            for line in stream.iter_lines(chunk_size=1):
                if line.startswith(b"data: "):
                    heard.append(json.loads(line[6:]))

        threading.Thread(target=listen, daemon=True).start()
        here = first.client(token)
        case = here.report(summary="heard elsewhere")
        stream_name = f"request/{case['id']}"
        wait_until(lambda: any(change["stream"] == stream_name for change in heard), what="the other node's screen hears of the case")
        said = here.step(case["number"], "comment", text="and of what is said")
        wait_until(lambda: {"stream": stream_name, "version": said["version"]} in heard, what="and of what comes next")
    finally:
        first.stop()
        second.stop()
