"""The small company that all tests of the real program begin with; those of Tests/Browser take it from here."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator

import pytest
from weibao import PASSWORD, ROLES, Client, Company, Server, must

SERVER = os.environ.get("WEIBAO_TEST_POSTGRES")
"""Set by Scripts/with-postgres: companies then lie on that server, each in a database of its own."""


def database_beside(data: pathlib.Path, template: str = "template0") -> str:
    """Makes a database for the company of a folder; its name."""
    name = f"company_{uuid.uuid4().hex}"
    subprocess.run(["psql", "-q", SERVER, "-c", f"CREATE DATABASE {name} TEMPLATE {template}"], check=True)
    (data.parent / "database.url").write_text(SERVER.replace("/postgres?", f"/{name}?"))
    return name


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Made once; tests that write get a copy of it."""
    data = tmp_path_factory.mktemp("template") / "data"
    if SERVER:
        database_beside(data)
    must("migrate", data=data)
    must("demo", "--cases", "50", "--seed", "1", data=data, timeout=300)
    must("user", "add", "test-first", "--role", "administrator", "--password-stdin", data=data, input=PASSWORD + "\n")
    with Server(data) as server:
        first = server.client(must("token", "create", "--user", "test-first", data=data).strip())
        customer = first.get("/customers", params={"limit": 1}).json()["items"][0]["id"]
    belongs = {"hospital": ["--customer", customer], "partner": ["--partner", "测试合作单位"]}
    tokens = {}
    for role in ROLES:
        must("user", "add", f"test-{role}", "--role", role, "--password-stdin", *belongs.get(role, []), data=data, input=PASSWORD + "\n")
        tokens[role] = must("token", "create", "--user", f"test-{role}", data=data).strip()
    # A short service life signs the newest events.
    with Server(data):
        pass
    return Company(data, tokens, customer)


@pytest.fixture(scope="session")
def copy_of_company(template: Company) -> Callable[[pathlib.Path], Company]:
    def copy(folder: pathlib.Path) -> Company:
        shutil.copytree(template.data, folder / "data")
        if SERVER:
            name = (template.data.parent / "database.url").read_text().split("?")[0].rsplit("/", 1)[1]
            database_beside(folder / "data", name)
        return Company(folder / "data", template.tokens, template.customer)

    return copy


@pytest.fixture(scope="module")
def served(copy_of_company: Callable[[pathlib.Path], Company], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Server]]:
    """A served company that the tests of one file share; afterwards its record must stand (verify)."""
    company = copy_of_company(tmp_path_factory.mktemp("served"))
    with company.server() as server:
        yield company, server
    must("verify", data=company.data)


@pytest.fixture(scope="module")
def clients(served: tuple[Company, Server]) -> dict[str, Client]:
    """One client a role."""
    company, server = served
    return {role: server.client(token) for role, token in company.tokens.items()}


@pytest.fixture(scope="module")
def boss(clients: dict[str, Client]) -> Client:
    return clients["administrator"]
