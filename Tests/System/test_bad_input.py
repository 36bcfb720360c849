"""Bad input gets the 4xx that the interface names, and leaves nothing half done."""

from __future__ import annotations

import concurrent.futures
import uuid
from typing import Any

import pytest
from weibao import Client, Company, Server, a_report, must, problem


@pytest.fixture(scope="module")
def case(boss: Client) -> dict[str, Any]:
    return boss.report()


@pytest.fixture(autouse=True)
def nothing_half_done(boss: Client, case: dict[str, Any]) -> Any:
    """The case of this file is untouched by everything that was refused."""
    before = boss.get(f"/requests/{case['id']}").json()["version"]
    yield
    assert boss.get(f"/requests/{case['id']}").json()["version"] == before


@pytest.fixture
def no_new_case(boss: Client, case: dict[str, Any]) -> Any:
    """What is refused leaves no case behind: numbers grow, and the newest stays the newest."""

    def newest() -> list[str]:
        return [item["id"] for item in boss.get("/requests?sort=-reportedAt&limit=200").json()["items"]]

    before = newest()
    yield
    assert newest() == before


def raw(client: Client, body: bytes, path: str = "/requests", kind: str = "application/json") -> Any:
    return client.call("POST", path, data=body, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b'{"kind": "support",}', b'{"kind": support}', b'{"kind": "support"} {}', b"[" * 100_000, b'{"a":' * 50_000,
        b'{"kind": "supp\xff\xfe"}', b'{"kind": "\xc3\x28"}', b'{"summary": "\xed\xa0\x80"}', b"\x00\x00",
    ],
    ids=lambda body: repr(body[:24]))
def test_what_is_not_json_or_not_utf8_is_400(boss: Client, body: bytes, no_new_case: None) -> None:
    problem(raw(boss, body), 400)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"17", b"null", b"true"])
def test_what_is_not_an_object_is_refused(boss: Client, body: bytes, no_new_case: None) -> None:
    assert raw(boss, body).status_code in (400, 422)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("kind", "repair"), ("kind", 1), ("kind", None), ("kind", ["support"]),
        ("summary", ""), ("summary", 7), ("summary", "x" * 10_000), ("summary", "bell \a"), ("summary", "nul \0"), ("summary", "del \x7f"),
        ("summary", {"text": "x"}),
        ("contact", "李敏"), ("contact", []),
        ("urgency", "high"), ("channel", "fax"), ("harm", "a little"),
        ("serialNumber", "no-such-machine"), ("serialNumber", 17),
        ("equipment", "no-such-machine"), ("customer", "nobody"), ("site", "nowhere"),
        ("reportedAt", "2026-02-30T08:00:00Z"), ("reportedAt", "2026-13-01T08:00:00Z"), ("reportedAt", "yesterday"),
        ("reportedAt", "2026-11-23T25:00:00Z"), ("reportedAt", 1_790_000_000), ("reportedAt", "2999-01-01T00:00:00Z"),
    ],
    ids=lambda value: repr(value)[:40])
def test_a_wrong_field_is_422_and_named(boss: Client, field: str, value: Any, no_new_case: None) -> None:
    errors = problem(boss.post("/requests", a_report(**{field: value})), 422)["errors"]
    assert any(error["field"] == field or error["field"].startswith(f"{field}.") for error in errors), errors
    assert all(error["message"] for error in errors)


@pytest.mark.parametrize("field", ["kind", "summary", "contact"])
def test_a_missing_field_is_422_and_named(boss: Client, field: str, no_new_case: None) -> None:
    body = a_report()
    del body[field]
    assert field in [error["field"] for error in problem(boss.post("/requests", body), 422)["errors"]]


@pytest.mark.parametrize("contact", [{"name": "李敏"}, {"name": "李敏", "phone": "1", "fax": "2"}, {"name": 1, "phone": "1"}])
def test_a_wrong_contact_is_422_and_named(boss: Client, contact: dict[str, Any], no_new_case: None) -> None:
    errors = problem(boss.post("/requests", a_report(contact=contact)), 422)["errors"]
    assert all(error["field"].startswith("contact") for error in errors), errors


def test_a_field_given_twice_is_refused_or_read_once(boss: Client) -> None:
    answer = raw(boss, b'{"kind":"support","kind":"parts","summary":"x","contact":{"name":"a","phone":"1"}}')
    assert answer.status_code in (201, 400, 422)


def test_a_field_of_10_mb_is_413(boss: Client, no_new_case: None) -> None:
    problem(boss.post("/requests", a_report(description="x" * 10_000_000)), 413)


def test_another_content_type_is_415(boss: Client, no_new_case: None) -> None:
    problem(raw(boss, b"kind=support", kind="application/x-www-form-urlencoded"), 415)
    problem(raw(boss, b"<request/>", kind="application/xml"), 415)


@pytest.mark.parametrize("wrong", ["no-such-case", "SR-20200101-0001", str(uuid.UUID(int=0)), "x" * 500, "..", "%00", "%ff", "'; DROP TABLE journal; --"])
def test_a_wrong_id_is_404(boss: Client, wrong: str) -> None:
    for answer in (boss.get(f"/requests/{wrong}"), boss.get(f"/requests/{wrong}/journal"), boss.post(f"/requests/{wrong}/accept")):
        assert answer.status_code in ((404,) if wrong.isascii() and "%" not in wrong else (400, 404)), (answer.status_code, answer.text)


def test_an_unknown_route_is_404_as_a_problem(boss: Client) -> None:
    problem(boss.get("/no-such-thing"), 404)
    problem(boss.post("/requests/x/no-such-step"), 404)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=-1", "limit=many", "sort=colour", "state=lost", "cursor=!!", "cursor=AAAA"])
def test_a_wrong_query_item_is_refused(boss: Client, query: str) -> None:
    assert boss.get(f"/requests?{query}").status_code in (400, 422)


def test_a_step_that_the_state_does_not_allow_is_409_with_state_and_steps(boss: Client, case: dict[str, Any]) -> None:
    body = problem(boss.post(f"/requests/{case['id']}/close"), 409)
    assert body["state"] == "reported"
    assert {"accept", "change", "comment", "cancel", "merge"} <= set(body["steps"])
    assert "close" not in body["steps"]


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("cancel", {}, "reason"), ("cancel", {"reason": ""}, "reason"), ("comment", {"text": "x", "loud": True}, "loud"),
        ("comment", {"text": "later", "occurredAt": "2027-12-31T00:00:00Z"}, "occurredAt"),
        ("change", {"urgency": "urgent"}, "urgency"), ("merge", {"into": "no-such-case", "reason": "double"}, "into"),
    ])
def test_a_wrong_step_body_is_422_and_named(boss: Client, case: dict[str, Any], step: str, body: dict[str, Any], field: str) -> None:
    assert field in [error["field"] for error in problem(boss.post(f"/requests/{case['id']}/{step}", body), 422)["errors"]]


def test_steps_check_their_codes_and_people(boss: Client) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    problem(boss.post(f"/requests/{number}/locate", {"cause": "gremlins"}), 422)
    problem(boss.post(f"/requests/{number}/dispatch", {"engineer": str(uuid.uuid4())}), 422)
    problem(boss.post(f"/requests/{number}/attempt", {"level": "phone", "result": "maybe"}), 422)
    problem(boss.post(f"/requests/{number}/pause", {"reason": "weather"}), 422)


@pytest.mark.parametrize("signature", ["http://example.com/a.png", "data:image/png;base64,!!!", "data:image/png;base64," + "A" * 300_000])
def test_a_signature_is_a_small_png_or_nothing(boss: Client, signature: str) -> None:
    number = boss.report()["number"]
    boss.step(number, "accept")
    boss.step(number, "clear", cause="operation", remedy="说明了操作方法")
    assert boss.post(f"/requests/{number}/confirm", {"contact": "李敏", "how": "signature", "signature": signature}).status_code in (413, 422)
    assert boss.get(f"/requests/{number}").json()["state"] == "cleared"


def test_two_people_at_once_the_second_is_told_412(boss: Client) -> None:
    answer = boss.post("/requests", a_report())
    number, seen = answer.json()["number"], answer.headers["ETag"]
    first = boss.post(f"/requests/{number}/accept", headers={"If-Match": seen})
    assert first.status_code == 200 and first.headers["ETag"] != seen
    problem(boss.post(f"/requests/{number}/respond", headers={"If-Match": seen}), 412)
    assert boss.post(f"/requests/{number}/respond", headers={"If-Match": first.headers["ETag"]}).status_code == 200


def at_once(count: int, call: Any) -> list[Any]:
    with concurrent.futures.ThreadPoolExecutor(count) as hands:
        return list(hands.map(call, range(count)))


def test_many_people_at_once_and_one_wins(served: tuple[Company, Server], boss: Client) -> None:
    """None of the steps is lost, none is taken twice."""
    number, token = boss.report()["number"], served[0].tokens["administrator"]
    answers = at_once(16, lambda _: served[1].client(token).post(f"/requests/{number}/accept"))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 15
    events = [item["event"] for item in boss.everything(f"/requests/{number}/journal")]
    assert events == ["reported", "accepted"]


def test_the_same_key_many_times_at_once_is_one_case(served: tuple[Company, Server], boss: Client) -> None:
    key, token = {"Idempotency-Key": f"at-once-{uuid.uuid4()}"}, served[0].tokens["administrator"]
    summary = f"at once {uuid.uuid4()}"
    answers = at_once(16, lambda _: served[1].client(token).post("/requests", a_report(summary=summary), headers=key))
    assert {answer.status_code for answer in answers} <= {201, 409}, [answer.text for answer in answers]
    assert len({answer.json()["number"] for answer in answers if answer.status_code == 201}) == 1
    assert [item["summary"] for item in boss.get("/requests?sort=-reportedAt&limit=50").json()["items"]].count(summary) == 1


def test_a_change_of_a_register_names_the_version_it_changes(boss: Client) -> None:
    machine = boss.get("/equipment?limit=1").json()["items"][0]
    path = f"/equipment/{machine['id']}"
    tag = boss.get(path).headers["ETag"]
    number = f"SN-{uuid.uuid4()}"
    problem(boss.call("PATCH", path, json={"serialNumber": number}), 428)
    changed = boss.call("PATCH", path, json={"serialNumber": number}, headers={"If-Match": tag})
    assert changed.status_code == 200 and changed.json()["serialNumber"] == number
    problem(boss.call("PATCH", path, json={"serialNumber": number + "x"}, headers={"If-Match": tag}), 412)
    assert boss.get(path).json()["serialNumber"] == number


def test_the_same_key_and_body_is_answered_the_same(boss: Client) -> None:
    key = {"Idempotency-Key": f"again-{uuid.uuid4()}"}
    first, second = boss.post("/requests", a_report(), headers=key), boss.post("/requests", a_report(), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert second.content == first.content


def test_a_refusal_is_replayed_too(boss: Client) -> None:
    key = {"Idempotency-Key": f"refused-{uuid.uuid4()}"}
    first = boss.post("/requests", a_report(kind="repair"), headers=key)
    problem(first, 422)
    assert boss.post("/requests", a_report(kind="repair"), headers=key).status_code == 422


def test_the_same_key_with_another_body_is_422(boss: Client) -> None:
    key = {"Idempotency-Key": f"other-{uuid.uuid4()}"}
    assert boss.post("/requests", a_report(summary="one"), headers=key).status_code == 201
    problem(boss.post("/requests", a_report(summary="two"), headers=key), 422)


def test_the_same_key_of_another_user_or_path_is_another_key(boss: Client, clients: dict[str, Client]) -> None:
    key = {"Idempotency-Key": f"shared-{uuid.uuid4()}"}
    mine, theirs = boss.post("/requests", a_report(), headers=key), clients["call-taker"].post("/requests", a_report(), headers=key)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["number"] != theirs.json()["number"]
    assert boss.post(f"/requests/{mine.json()['number']}/accept", headers=key).status_code == 200


def test_a_key_that_is_too_long_is_refused(boss: Client) -> None:
    assert boss.post("/requests", a_report(), headers={"Idempotency-Key": "k" * 255}).status_code == 201
    assert boss.post("/requests", a_report(), headers={"Idempotency-Key": "k" * 256}).status_code in (400, 422)


@pytest.mark.parametrize("token", [None, "", "garbage", "x" * 5_000, "Bearer", "../../etc/passwd"])
def test_without_a_good_token_it_is_401(served: tuple[Company, Server], token: str | None) -> None:
    client = served[1].client(token)
    problem(client.get("/requests"), 401)
    problem(client.post("/requests", a_report()), 401)


@pytest.mark.sqlite
def test_a_token_that_has_expired_is_401(copy_of_company: Any, tmp_path: Any) -> None:
    """Ages every token of a copy behind the program's back: its rows are operational, no part of the record."""
    import sqlite3

    company = copy_of_company(tmp_path)
    with sqlite3.connect(company.data / "weibao.sqlite") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%token%'")]
        aged = 0
        for table in tables:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            for column in columns:
                if "expire" in column:
                    aged += database.execute(f"UPDATE {table} SET {column} = 1").rowcount
    database.close()
    assert aged, "no table of tokens with an expiry"
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        assert "expired" in problem(client.get("/requests"), 401)["code"]
        problem(client.post("/requests", a_report()), 401)


def test_problems_speak_the_language_of_the_caller(boss: Client) -> None:
    chinese = problem(boss.get("/requests/no-such-case", headers={"Accept-Language": "zh-CN"}), 404)
    english = problem(boss.get("/requests/no-such-case", headers={"Accept-Language": "en"}), 404)
    assert chinese["code"] == english["code"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["title"] + chinese["detail"])
    assert english["detail"].isascii()


def test_the_record_stands_after_all_this(served: tuple[Company, Server]) -> None:
    must("verify", data=served[0].data)
