"""The interface that others script against, to the letter: names, shapes, words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from weibao import Client, Company, Server, problem

REQUEST = set(
    "id number kind urgency channel state level paused summary description harm customer site equipment contact branch owner policy reportedAt "
    "version workOrders targets steps mergedInto".split())
TARGET = set("id clause name owner start due state metAt usedSeconds pausedSeconds".split())
WORK_ORDER = set(
    "id number request state engineer partner dispatchedAt departedAt arrivedAt leftAt handedBackAt version steps".split())
JOURNAL = set("position stream version event schema occurredAt recordedAt actor behalf device data body previousHash hash".split())
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module")
def engineer(boss: Client) -> str:
    return boss.get("/staff?role=engineer&limit=1").json()["items"][0]["id"]


@pytest.fixture(scope="module")
def case(boss: Client, engineer: str) -> dict[str, Any]:
    """A case on a known machine with an engineer on his way."""
    machine = boss.get("/equipment?limit=1").json()["items"][0]
    number = boss.report(serialNumber=machine["serialNumber"], urgency="emergency", channel="hotline", harm="suspected")["number"]
    boss.step(number, "accept")
    boss.step(number, "respond")
    return boss.step(number, "dispatch", engineer=engineer)


def test_a_report_answers_201_with_the_request_and_its_tag(boss: Client) -> None:
    from weibao import a_report

    answer = boss.post("/requests", a_report())
    assert answer.status_code == 201 and answer.headers["ETag"]
    body = answer.json()
    assert REQUEST | {"possibleDuplicates"} <= set(body)
    assert re.fullmatch(r"SR-\d{8}-\d{4,}", body["number"])
    assert (body["kind"], body["urgency"], body["state"], body["level"], body["paused"]) == ("support", "normal", "reported", "phone", False)
    assert INSTANT.fullmatch(body["reportedAt"])


def test_a_request_has_its_fields(case: dict[str, Any]) -> None:
    assert REQUEST <= set(case)
    assert {"id", "name"} <= set(case["customer"])
    assert {"id", "serialNumber", "model"} <= set(case["equipment"])
    assert {"id", "name", "phone"} <= set(case["contact"])
    assert case["contact"]["name"] == "李敏"
    assert (case["state"], case["urgency"], case["harm"], case["level"]) == ("working", "emergency", "suspected", "on-site")
    assert {"attempt", "pause", "clear", "comment"} <= set(case["steps"]) and "accept" not in case["steps"]


def test_targets_have_their_fields(case: dict[str, Any]) -> None:
    targets = {target["id"]: target for target in case["targets"]}
    assert all(TARGET <= set(target) for target in targets.values())
    assert (targets["respond"]["state"], targets["respond"]["clause"]) == ("met", "SLA-1")
    assert targets["dispatch"]["state"] == "met"
    assert all(target["state"] in ("running", "paused", "met", "missed", "dropped") for target in targets.values())
    assert INSTANT.fullmatch(targets["respond"]["due"]) and INSTANT.fullmatch(targets["respond"]["metAt"])


def test_a_work_order_has_its_fields(boss: Client, case: dict[str, Any], engineer: str) -> None:
    (order,) = case["workOrders"]
    assert WORK_ORDER <= set(order)
    assert (order["state"], order["engineer"]["id"]) == ("dispatched", engineer)
    assert {"id", "name"} <= set(order["engineer"])
    found = boss.get(f"/work-orders/{order['id']}")
    assert found.status_code == 200 and found.json()["number"] == order["number"]
    assert boss.get(f"/work-orders/{order['number']}").json()["id"] == order["id"]


def test_id_and_number_name_the_same_case(boss: Client, case: dict[str, Any]) -> None:
    by_id, by_number = boss.get(f"/requests/{case['id']}"), boss.get(f"/requests/{case['number']}")
    assert by_id.json() | {"targets": []} == by_number.json() | {"targets": []}
    assert by_id.headers["ETag"] == by_number.headers["ETag"]


def test_a_journal_item_has_its_fields(boss: Client, case: dict[str, Any]) -> None:
    items = list(boss.everything(f"/requests/{case['number']}/journal"))
    assert all(JOURNAL <= set(item) for item in items)
    assert [item["event"] for item in items][:3] == ["reported", "accepted", "responded"]
    assert isinstance(items[0]["data"], dict) and isinstance(items[0]["body"], str)
    assert re.fullmatch("[0-9a-f]{64}", items[0]["hash"]) and items[0]["previousHash"] == ""


def test_a_chain_can_be_checked_by_anyone(boss: Client, case: dict[str, Any]) -> None:
    import datetime
    import hashlib

    def milliseconds(text: str) -> int:
        instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (instant - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(milliseconds=1)

    previous = ""
    for item in boss.everything(f"/requests/{case['number']}/journal"):
        if not item["stream"].startswith("request/"):
            continue
        sum = hashlib.sha256()
        for field in (
            previous, item["stream"], item["version"], item["event"], item["schema"], item["actor"], item["behalf"], item["device"],
            milliseconds(item["occurredAt"]), milliseconds(item["recordedAt"]), item["body"]):
            text = b"" if field is None else str(field).encode()
            sum.update(len(text).to_bytes(8, "big") + text)
        assert (item["previousHash"], item["hash"]) == (previous, sum.hexdigest())
        previous = item["hash"]
    assert previous


def test_lists_page_without_gap_or_repetition(boss: Client) -> None:
    whole = [item["id"] for item in boss.everything("/equipment")]
    assert len(whole) == len(set(whole)) > 200
    pieces, cursor = [], None
    for _ in range(5):
        page = boss.get("/equipment", params={"limit": 7} | ({"cursor": cursor} if cursor else {})).json()
        pieces += [item["id"] for item in page["items"]]
        cursor = page["next"]
        assert re.fullmatch("[A-Za-z0-9_-]+", cursor)
    assert pieces == whole[:35]


@pytest.mark.parametrize("sort", ["due", "-reportedAt", "number"])
def test_cases_are_sorted_and_filtered(boss: Client, case: dict[str, Any], sort: str) -> None:
    items = boss.get(f"/requests?state=open&sort={sort}&limit=50").json()["items"]
    assert items and all(item["state"] in ("reported", "accepted", "working", "cleared", "confirmed") for item in items)
    if sort == "number":
        assert [item["number"] for item in items] == sorted(item["number"] for item in items)
    if sort == "-reportedAt":
        assert [item["reportedAt"] for item in items] == sorted((item["reportedAt"] for item in items), reverse=True)


@pytest.mark.parametrize("register", ["branches", "staff", "customers", "sites", "departments", "contacts", "models", "equipment"])
def test_registers_list_and_read(boss: Client, register: str) -> None:
    page = boss.get(f"/{register}?limit=3")
    assert page.status_code == 200 and set(page.json()) >= {"items", "next"}
    for item in page.json()["items"]:
        found = boss.get(f"/{register}/{item['id']}")
        assert found.status_code == 200 and found.headers["ETag"] and found.json()["id"] == item["id"]


def test_equipment_has_its_fields(boss: Client) -> None:
    machine = boss.get("/equipment?limit=1").json()["items"][0]
    assert {"id", "serialNumber", "model", "customer", "site", "department", "state"} <= set(machine)
    assert {"id", "name"} <= set(machine["model"])


def test_staff_are_filtered_by_role_and_branch(boss: Client) -> None:
    engineers = boss.get("/staff?role=engineer&limit=200").json()["items"]
    assert engineers and all(person["role"] == "engineer" for person in engineers)
    branch = boss.get("/branches?limit=1").json()["items"][0]["id"]
    assert boss.get(f"/staff?branch={branch}").status_code == 200


def test_search_finds_a_case_by_number_and_a_machine_by_serial_number(boss: Client, case: dict[str, Any]) -> None:
    found = boss.get("/search", params={"q": case["number"]}).json()
    assert {"items", "more"} <= set(found)
    assert {"type", "id", "number", "title", "snippet"} <= set(found["items"][0])
    assert case["id"] in [item["id"] for item in found["items"]]
    found = boss.get("/search", params={"q": case["equipment"]["serialNumber"]}).json()
    assert case["equipment"]["id"] in [item["id"] for item in found["items"]]


def test_changes_are_read_in_order_and_once(boss: Client) -> None:
    page = boss.get("/changes", params={"limit": 200}).json()
    assert {"items", "next"} <= set(page)
    positions = [item["position"] for item in page["items"]]
    assert positions and len(positions) == len(set(positions))
    more = boss.get("/changes", params={"after": page["next"] or positions[-1], "limit": 10}).json()
    assert not {item["position"] for item in more["items"]} & set(positions)


def test_late_steps_keep_their_time_and_old_ones_need_a_manager(boss: Client, clients: dict[str, Client]) -> None:
    import datetime

    now = datetime.datetime.now(datetime.timezone.utc)

    def ago(**length: float) -> str:
        return (now - datetime.timedelta(**length)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    number = clients["call-taker"].report(reportedAt=ago(hours=3))["number"]
    clients["call-taker"].step(number, "accept", occurredAt=ago(hours=2, minutes=50))
    after = clients["call-taker"].step(number, "respond", occurredAt=ago(hours=2))
    (respond,) = [target for target in after["targets"] if target["id"] == "respond"]
    assert respond["state"] == "met"
    assert clients["call-taker"].post(f"/requests/{number}/comment", {"text": "old", "occurredAt": ago(hours=5)}).status_code in (403, 409)
    body = problem(boss.post(f"/requests/{number}/accept", {"occurredAt": ago(hours=1)}), 409)
    assert body["state"] and body["steps"]


def test_both_numbers_of_merged_cases_answer(boss: Client) -> None:
    first, second = boss.report()["number"], boss.report()["number"]
    merged = boss.step(second, "merge", into=first, reason="同一故障")
    assert merged["state"] == "merged" and merged["mergedInto"]
    assert boss.get(f"/requests/{second}").json()["mergedInto"] in (first, boss.get(f"/requests/{first}").json()["id"])
    problem(boss.post(f"/requests/{first}/merge", {"into": second, "reason": "back"}), 409)


def test_unconfirmed_cases_close_only_by_a_manager_with_a_reason(boss: Client, clients: dict[str, Client]) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    boss.step(number, "clear", cause="operation", remedy="说明了操作方法")
    assert clients["call-taker"].post(f"/requests/{number}/close", {"reason": "no answer"}).status_code in (403, 409)
    assert boss.post(f"/requests/{number}/close").status_code in (409, 422)
    assert boss.step(number, "close", reason="三次未联系上")["state"] == "closed"
    assert boss.step(number, "reopen", reason="又坏了")["state"] in ("accepted", "working")


def test_a_rejected_outcome_reopens(boss: Client) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    boss.step(number, "attempt", level="phone", result="solved")
    boss.step(number, "clear", cause="operation", remedy="说明了操作方法")
    assert boss.step(number, "reject", contact="李敏", reason="仍然没有图像")["state"] == "working"


def test_remote_work_needs_consent_and_the_customer_can_end_it(boss: Client) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    problem(boss.post(f"/requests/{number}/remote-start", {"tool": "向日葵", "purpose": "查看日志"}), 422)
    boss.step(number, "remote-start", consent="李敏", tool="向日葵", purpose="查看日志")
    boss.step(number, "attempt", level="phone", result="failed")
    boss.step(number, "remote-end", result="failed")
    events = [item["event"] for item in boss.everything(f"/requests/{number}/journal")]
    assert {"remote-started", "remote-ended", "remote-failed"} <= set(events)


def test_a_handed_back_job_frees_the_case_for_another(boss: Client, engineer: str) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    case = boss.step(number, "dispatch", engineer=engineer)
    order = case["workOrders"][0]["id"]
    answer = boss.post(f"/work-orders/{order}/hand-back", {"reason": "缺少备件"})
    assert answer.status_code == 200 and answer.json()["state"] == "handed-back"
    problem(boss.post(f"/requests/{number}/arrive"), 409)
    assert len(boss.step(number, "dispatch", engineer=engineer)["workOrders"]) == 2


def test_the_served_address_is_printed_as_one_line(served: tuple[Company, Server]) -> None:
    printed = served[1].stdout.read_text().splitlines()
    assert [line for line in printed if line.startswith(f"http://127.0.0.1:{served[1].port}")]
