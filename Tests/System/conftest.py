from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest
from company import SERVER, boss, clients, copy_of_company, served, template  # noqa: F401 (fixtures)
from weibao import Company


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look into SQLite's file have no meaning on the other engine, and those of a server none without one."""
    for item in items:
        if SERVER and item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip(reason="looks into SQLite's file"))
        if not SERVER and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs Scripts/with-postgres"))


@pytest.fixture
def company(copy_of_company: Callable[[pathlib.Path], Company], tmp_path: pathlib.Path) -> Company:
    """A company of the test's own."""
    return copy_of_company(tmp_path)
