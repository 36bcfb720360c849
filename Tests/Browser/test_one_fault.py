"""One fault from the call to the close, played by four people in front of their own screens, in zh and again in en."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from people import People
from playwright.sync_api import expect
from steps import speaks, take
from weibao import Client


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_fault_is_played_by_four_people(people: People, colleague: Callable[[str], Client], language: str) -> None:
    desk = people("call-taker", language, traced=True)
    board = people("dispatcher", language, traced=True)
    phone = people("engineer", language, width=390, traced=True)
    number = colleague("call-taker").report(summary="开机后无图像")["number"]
    take(desk, number, "accept")
    take(desk, number, "acknowledge", contact="李敏", how="phone")
    take(desk, number, "respond")
    take(desk, number, "attempt", level="phone", result="failed", note="重启两次没有用")
    speaks(desk.page, language)
    engineer = colleague("engineer").get("/me").json()["id"]
    take(board, number, "dispatch", engineer=engineer)
    for step, fields in [
        ("depart", {}), ("arrive", {}), ("locate", {"cause": "hardware", "part": "供电板"}), ("propose", {"remedy": "更换供电板"}),
        ("agree", {"contact": "李敏", "how": "phone"}), ("record", {"work": "换好", "parts": "PB-2207"}),
        ("clear", {"cause": "hardware", "remedy": "更换供电板"}), ("leave", {}),
    ]:
        take(phone, number, step, **fields)
    take(desk, number, "confirm", contact="李敏", how="phone")
    take(people("service-manager", language), number, "sign-off")
    take(desk, number, "close")
    speaks(phone.page, language)
    expect(desk.page.locator("#story")).to_be_visible()
    assert colleague("call-taker").get(f"/requests/{number}").json()["state"] == "closed"
