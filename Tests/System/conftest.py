from __future__ import annotations

import pathlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from weibao import PASSWORD, ROLES, Client, Company, Server, must


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Made once; tests that write get a copy of it."""
    data = tmp_path_factory.mktemp("template") / "data"
    must("migrate", data=data)
    must("demo", "--cases", "50", "--seed", "1", data=data, timeout=300)
    database = sqlite3.connect(data / "weibao.sqlite")
    ((customer,),) = database.execute("SELECT id FROM customer ORDER BY id LIMIT 1")
    database.close()
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
        return Company(folder / "data", template.tokens, template.customer)

    return copy


@pytest.fixture
def company(copy_of_company: Callable[[pathlib.Path], Company], tmp_path: pathlib.Path) -> Company:
    """A company of the test's own."""
    return copy_of_company(tmp_path)


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
