"""The served OpenAPI document is true: generated calls find no 5xx and no answer outside its schemas."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest
from weibao import Company, Server, must

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
SECONDS = os.environ.get("WEIBAO_SCHEMATHESIS_SECONDS", "75")


def schemathesis(server: Server, token: str, folder: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            pathlib.Path(sys.executable).with_name("schemathesis"), "run", f"{server.address}/api/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-time", SECONDS, "--generation-database", "none",
            "--request-timeout", "30", "--warnings", "off", "--no-color", "--seed", "20261123", "--no-shrink", *options,
        ],
        cwd=folder, capture_output=True, text=True, timeout=float(SECONDS) * 4 + 120, env=os.environ | {"NO_PROXY": "127.0.0.1"})


@pytest.mark.slow
def test_no_answer_is_5xx_or_outside_the_document(company: Company, tmp_path: pathlib.Path) -> None:
    with company.server() as server:
        done = schemathesis(server, company.tokens["administrator"], tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "15")
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    print(done.stdout[-1_500:])
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
