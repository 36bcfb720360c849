"""The served OpenAPI document is true: generated calls find no 5xx and no answer outside its schemas."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
from weibao import Company, Server, must

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
SECONDS = os.environ.get("WEIBAO_SCHEMATHESIS_SECONDS", "75")


ROOMS = "requests work-orders branches staff customers sites departments contacts models equipment notices".split()


def settings(server: Server, token: str) -> str:
    """Half of the calls name things that there are: without, nearly all of them would end at 404 and try nothing."""
    client, text = server.client(token), ""
    for _ in range(3):
        number = client.report()["number"]
        client.step(number, "accept")
    engineer = client.get("/staff?role=engineer&limit=1").json()["items"][0]["id"]
    client.step(number, "dispatch", engineer=engineer)
    bindings = ""
    for room in ROOMS:
        items = client.get(f"/{room}", params={"limit": 5} | ({"sort": "-reportedAt"} if room == "requests" else {})).json()["items"]
        if not items:
            continue
        text += f"[dictionaries.{room}]\nvalues = {json.dumps([item['id'] for item in items])}\n\n"
        bindings += f'[[operations]]\ninclude-path-regex = "^/api/v1/{room}/"\n'
        bindings += f'parameters = {{ "path.id" = {{ dictionary = "{room}", probability = 0.5 }} }}\n\n'
    return text + bindings


def schemathesis(server: Server, token: str, folder: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("schemathesis"), "--config-file", str(folder / "schemathesis.toml"), "run", f"{server.address}/api/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-time", SECONDS, "--generation-database", "none",
            "--request-timeout", "30", "--warnings", "off", "--no-color", "--seed", "20261123", "--no-shrink", *options,
        ],
        cwd=folder, capture_output=True, text=True, timeout=float(SECONDS) * 4 + 120, env=os.environ | {"NO_PROXY": "127.0.0.1"})


@pytest.mark.slow
def test_no_answer_is_5xx_or_outside_the_document(company: Company, tmp_path: pathlib.Path) -> None:
    with company.server() as server:
        token = company.tokens["administrator"]
        (tmp_path / "schemathesis.toml").write_text(settings(server, token))
        client = server.client(token)
        paths = client.get("//api/openapi.json").json()["paths"]
        operations = {(method.upper(), path) for path, item in paths.items() for method in item}
        done = schemathesis(server, token, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "15")
        answered = client.get("//metrics").text
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    print(done.stdout[-1_500:])
    # That all was well means something: every operation was tried, and calls got as far as an answer of their own.
    called = set(re.findall(r'weibao_http_requests_total\{method="(\w+)",route="([^"]+)"', answered))
    assert operations - called == set()
    statuses = collections.Counter()
    for status, count in re.findall(r'status="?(\d{3})[^}]*\} (\d+)', answered):
        statuses[status] += int(count)
    print(dict(statuses))
    assert {"200", "201", "404", "409", "422"} <= set(statuses) and statuses["200"] > 200, statuses
    must("verify", data=company.data)


def test_the_document_is_openapi_3_1(served: tuple[Company, Server]) -> None:
    document = served[1].client(None).get("//api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] and document["info"]["version"]


def test_every_step_of_the_interface_is_in_the_document(served: tuple[Company, Server]) -> None:
    paths = served[1].client(None).get("//api/openapi.json").text
    steps = (
        "accept acknowledge respond attempt locate raise dispatch depart arrive leave propose agree remote-start remote-end pause resume clear "
        "confirm reject sign-off standby close reopen cancel merge change comment").split()
    assert [step for step in steps if f"/{step}\"" not in paths.replace("\\/", "/")] == []
