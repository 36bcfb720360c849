"""What is changed behind the program's back is found by `verify`, which names row and stream, or by a witness."""

from __future__ import annotations

import json
import pathlib
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from weibao import Company, must, run, wait_until

pytestmark = pytest.mark.sqlite


class Intruder:
    """Someone with the database file and SQL, who drops whatever guards stand in the way."""

    def __init__(self, data: pathlib.Path) -> None:
        self.database = sqlite3.connect(data / "weibao.sqlite", isolation_level=None)
        self.database.execute("PRAGMA foreign_keys = OFF")
        for (name,) in self.database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('journal', 'personal')").fetchall():
            self.database.execute(f'DROP TRIGGER "{name}"')

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.database.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> None:
        assert self.database.execute(sql, values).rowcount > 0, sql


@pytest.fixture
def intruder(company: Company) -> Iterator[Intruder]:
    must("verify", data=company.data)
    intruder = Intruder(company.data)
    yield intruder
    intruder.database.close()


def found(company: Company, *names: str) -> str:
    """Verify fails and names all of these."""
    done = run("verify", data=company.data)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert [name for name in names if name not in said] == [], said
    return said


def findings(company: Company) -> list[dict[str, Any]]:
    """What a verify that fails says, as JSON."""
    done = run("verify", "--json", data=company.data)
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads(done.stdout)["report"]["findings"]


def named(company: Company, kind: str) -> set[tuple[int | None, str | None]]:
    """Row and stream of each finding of a kind."""
    return {(finding.get("sequence"), finding.get("stream")) for finding in findings(company) if finding["kind"] == kind}


CASE_EVENT = "SELECT sequence, stream, version, body FROM journal WHERE stream LIKE 'request/%' AND length(body) > 20 ORDER BY sequence LIMIT 1 OFFSET 3"
KINDS = "branch contact customer department equipment key model policy request site staff work-order".split()


def one_byte_other(text: str, chance: random.Random) -> str:
    data = bytearray(text.encode())
    place = chance.choice([place for place, byte in enumerate(data) if byte < 128])
    data[place] = ord("x") if data[place] != ord("x") else ord("y")
    return data.decode()


def test_there_are_streams_of_every_kind(intruder: Intruder) -> None:
    assert [kind for (kind,) in intruder.rows("SELECT DISTINCT substr(stream, 1, instr(stream, '/') - 1) FROM journal ORDER BY 1")] == KINDS


@pytest.mark.parametrize("seed", range(3))
def test_one_changed_byte_of_any_row_is_found_and_no_other_row_blamed(company: Company, intruder: Intruder, seed: int) -> None:
    """Two rows of each kind of stream, drawn by chance."""
    chance, changed = random.Random(seed), set()
    for kind in KINDS:
        rows = intruder.rows("SELECT sequence, stream, body FROM journal WHERE stream LIKE ? ORDER BY sequence", f"{kind}/%")
        for sequence, stream, body in chance.sample(rows, min(2, len(rows))):
            intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", one_byte_other(body, chance), sequence)
            changed.add((sequence, stream))
    assert named(company, "altered") == changed


def test_one_changed_byte_of_the_oldest_and_of_the_newest_row_is_found(company: Company, intruder: Intruder) -> None:
    chance, changed = random.Random(7), set()
    for sequence, stream, body in intruder.rows(
        "SELECT sequence, stream, body FROM journal WHERE sequence IN ((SELECT min(sequence) FROM journal), (SELECT max(sequence) FROM journal))"):
        intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", one_byte_other(body, chance), sequence)
        changed.add((sequence, stream))
    assert len(changed) == 2 and named(company, "altered") == changed


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "staff:someone-else"), ("behalf", "staff:someone-else"), ("device", "another"), ("occurred", 1_700_000_000_000),
        ("recorded", 1_700_000_000_000), ("kind", "commented"), ("schema", 99), ("hash", "0" * 64), ("previous_hash", "f" * 64),
    ])
def test_a_change_of_any_column_is_found(company: Company, intruder: Intruder, column: str, value: object) -> None:
    ((sequence, stream, _, _),) = intruder.rows(CASE_EVENT)
    intruder.change(f"UPDATE journal SET {column} = ? WHERE sequence = ?", value, sequence)
    assert (sequence, stream) in named(company, "altered")


@pytest.mark.parametrize("column", ["stream", "version"])
def test_a_row_moved_to_another_place_of_the_journal_is_found(company: Company, intruder: Intruder, column: str) -> None:
    ((sequence, stream, _, _),) = intruder.rows(CASE_EVENT)
    value = 4711 if column == "version" else stream[:-1] + ("0" if stream[-1] != "0" else "1")
    intruder.change(f"UPDATE journal SET {column} = ? WHERE sequence = ?", value, sequence)
    assert sequence in [row for row, _ in named(company, "altered")]
    found(company, stream)


TWO_ROWS = {
    "of two streams": "SELECT sequence, stream, body FROM journal WHERE stream LIKE 'request/%' AND version = 1 ORDER BY sequence LIMIT 2",
    "of one stream": (
        "SELECT sequence, stream, body FROM journal WHERE version IN (2, 3) AND stream = "
        "(SELECT stream FROM journal WHERE stream LIKE 'request/%' AND version = 3 LIMIT 1) ORDER BY sequence"),
}


@pytest.mark.parametrize("two", TWO_ROWS)
def test_two_swapped_bodies_are_found(company: Company, intruder: Intruder, two: str) -> None:
    (first, second) = intruder.rows(TWO_ROWS[two])
    assert first[2] != second[2]
    intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", first[2], second[0])
    intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", second[2], first[0])
    assert named(company, "altered") == {first[:2], second[:2]}


@pytest.mark.parametrize("two", TWO_ROWS)
def test_two_swapped_rows_are_found(company: Company, intruder: Intruder, two: str) -> None:
    """Whole rows change places: each still fits its own hash, and neither stands where it was sealed."""
    (first, second) = intruder.rows(TWO_ROWS[two])
    intruder.change("UPDATE journal SET sequence = -1 WHERE sequence = ?", first[0])
    intruder.change("UPDATE journal SET sequence = ? WHERE sequence = ?", first[0], second[0])
    intruder.change("UPDATE journal SET sequence = ? WHERE sequence = -1", second[0])
    assert {(first[0], second[1]), (second[0], first[1])} <= named(company, "moved")


def test_the_newest_rows_of_a_stream_cut_off_are_found(company: Company, intruder: Intruder) -> None:
    ((stream, newest),) = intruder.rows(
        "SELECT stream, max(version) FROM journal WHERE stream LIKE 'request/%' GROUP BY stream ORDER BY count(*) DESC LIMIT 1")
    rows = {row for (row,) in intruder.rows("SELECT sequence FROM journal WHERE stream = ? AND version > ?", stream, newest - 2)}
    intruder.change("DELETE FROM journal WHERE stream = ? AND version > ?", stream, newest - 2)
    assert len(rows) == 2 and {row for row, _ in named(company, "missing")} == rows
    assert stream in {finding.get("stream") for finding in findings(company)}


def test_a_row_cut_out_of_the_middle_of_a_stream_is_found(company: Company, intruder: Intruder) -> None:
    ((sequence, stream),) = intruder.rows("SELECT sequence, stream FROM journal WHERE stream LIKE 'request/%' AND version = 2 ORDER BY sequence LIMIT 1")
    intruder.change("DELETE FROM journal WHERE sequence = ?", sequence)
    assert {row for row, _ in named(company, "missing")} == {sequence}
    assert stream in {name for _, name in named(company, "gap")}


@pytest.mark.parametrize("left", ["with its row", "and its row"])
def test_a_whole_stream_cut_out_is_found(company: Company, intruder: Intruder, left: str) -> None:
    """With the row that was made from it gone too, the checkpoints still know which rows there were, and personal values whose they were."""
    ((stream,),) = intruder.rows("SELECT stream FROM journal WHERE stream LIKE 'request/%' AND version = 1 ORDER BY sequence LIMIT 1")
    rows = {row for (row,) in intruder.rows("SELECT sequence FROM journal WHERE stream = ?", stream)}
    intruder.change("DELETE FROM journal WHERE stream = ?", stream)
    if left == "and its row":
        intruder.change("DELETE FROM request WHERE id = ?", stream.removeprefix("request/"))
    said = findings(company)
    assert rows and {finding.get("sequence") for finding in said if finding["kind"] == "missing"} == rows
    assert stream in {finding.get("stream") for finding in said}


@pytest.mark.parametrize(("field", "column"), [("phone", "value"), ("name", "value"), ("name", "salt")])
def test_a_changed_personal_value_is_found(company: Company, intruder: Intruder, field: str, column: str) -> None:
    ((hash, subject),) = intruder.rows("SELECT hash, subject FROM personal WHERE value IS NOT NULL AND field = ? ORDER BY hash LIMIT 1", field)
    changed = "value = '0791-00000001'" if column == "value" else "salt = zeroblob(32)"
    intruder.change(f"UPDATE personal SET {changed} WHERE hash = ?", hash)
    (finding,) = findings(company)
    assert (finding["kind"], finding["stream"], finding["key"]) == ("personal", subject, hash)


def test_a_deleted_personal_row_is_found(company: Company, intruder: Intruder) -> None:
    ((hash, subject),) = intruder.rows("SELECT hash, subject FROM personal WHERE value IS NOT NULL ORDER BY hash LIMIT 1")
    intruder.change("DELETE FROM personal WHERE hash = ?", hash)
    found(company, hash, subject)


def test_a_personal_value_erased_by_hand_is_found(company: Company, intruder: Intruder) -> None:
    """Only `forget` erases, and its event says so."""
    ((hash, subject),) = intruder.rows("SELECT hash, subject FROM personal WHERE value IS NOT NULL ORDER BY hash LIMIT 1")
    intruder.change("UPDATE personal SET value = NULL, salt = NULL, erased = 1 WHERE hash = ?", hash)
    found(company, hash, subject)


def test_an_event_added_by_hand_is_found(company: Company, intruder: Intruder) -> None:
    ((stream, version),) = intruder.rows("SELECT stream, max(version) FROM journal WHERE stream LIKE 'request/%' GROUP BY stream LIMIT 1")
    intruder.change(
        "INSERT INTO journal (stream, version, kind, schema, body, actor, behalf, device, occurred, recorded, previous_hash, hash) "
        "SELECT stream, version + 1, kind, schema, body, actor, behalf, device, occurred, recorded, hash, hash FROM journal "
        "WHERE stream = ? AND version = ?", stream, version)
    ((added,),) = intruder.rows("SELECT max(sequence) FROM journal")
    assert (added, stream) in named(company, "altered")


def test_a_changed_checkpoint_is_found(company: Company, intruder: Intruder) -> None:
    ((number, count),) = intruder.rows("SELECT min(number), count(*) FROM checkpoint")
    assert count > 0
    intruder.change("UPDATE checkpoint SET root = ? WHERE number = ?", "0" * 64, number)
    assert str(number) in [finding.get("key") for finding in findings(company) if finding["kind"] == "checkpoint"]


def test_a_checkpoint_cut_out_of_the_middle_is_found(company: Company) -> None:
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        for _ in range(3):
            client.report()
            wait_until(lambda: sealed(company.data), 10, "the checkpoint over the new events")
    intruder = Intruder(company.data)
    numbers = [number for (number,) in intruder.rows("SELECT number FROM checkpoint ORDER BY number")]
    assert len(numbers) >= 3
    must("verify", data=company.data)
    intruder.change("DELETE FROM checkpoint WHERE number = ?", numbers[1])
    intruder.database.close()
    assert "checkpoint" in {finding["kind"] for finding in findings(company)}


PROJECTIONS = {
    "branch": "name", "staff": "role", "customer": "name", "site": "name", "department": "name", "contact": "function", "model": "name",
    "equipment": "serial_number", "request": "state", "work_order": "state", "policy": "text",
}
FOUND_AND_REBUILT = ["changed", "deleted", "added"]


def test_every_projection_is_tried(intruder: Intruder) -> None:
    """A stream projects to one row of one table; a kind of stream with a table that is not tried below fails here."""
    tables = {name for (name,) in intruder.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {kind.replace("-", "_") for kind in KINDS} & tables == set(PROJECTIONS)


@pytest.mark.parametrize("how", FOUND_AND_REBUILT)
@pytest.mark.parametrize("table", PROJECTIONS)
def test_a_table_changed_behind_the_journals_back_is_found_and_rebuilt(company: Company, intruder: Intruder, table: str, how: str) -> None:
    column, before = PROJECTIONS[table], intruder.rows(f"SELECT * FROM {table} ORDER BY id")
    ((id,),) = intruder.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
    if how == "changed":
        intruder.change(f"UPDATE {table} SET {column} = ? WHERE id = ?", "reported" if table == "request" else "changed by hand", id)
    elif how == "deleted":
        intruder.change(f"DELETE FROM {table} WHERE id = ?", id)
    else:
        # A copy under another id, with nothing in the columns that are given once.
        unique = {"code", "badge_number", "uscc", "name", "serial_number", "number"}
        columns = [row[1] for row in intruder.rows(f"PRAGMA table_info({table})")]
        copied, id = ", ".join("'added by hand'" if name == "id" or name in unique else name for name in columns), "added by hand"
        intruder.change(f"INSERT INTO {table} SELECT {copied} FROM {table} ORDER BY id LIMIT 1")
    assert intruder.rows(f"SELECT * FROM {table} ORDER BY id") != before
    said = findings(company)
    assert {finding["kind"] for finding in said} == {"projection"}, said
    assert any(id in (finding.get("key") or "") + (finding.get("stream") or "") and finding.get("table") == table for finding in said), said
    must("rebuild", data=company.data)
    must("verify", data=company.data)
    assert intruder.rows(f"SELECT * FROM {table} ORDER BY id") == before


def test_the_newest_tail_cut_off_with_its_checkpoints_is_found_by_a_witness_only(
    company: Company, copy_of_company: Callable[[pathlib.Path], Company], tmp_path: pathlib.Path
) -> None:
    """The earlier state of the whole folder is exactly the later one with its tail and checkpoints cut off."""
    earlier = tmp_path / "earlier"
    shutil.copytree(company.data, earlier)
    with company.server() as server:
        server.client(company.tokens["administrator"]).report()
        wait_until(lambda: sealed(company.data), 10, "the checkpoint over the new events")
    witness = tmp_path / "witness"
    must("verify", "--save-witness", str(witness), data=company.data)
    must("verify", "--witness", str(witness), data=company.data)

    shutil.rmtree(company.data)
    shutil.copytree(earlier, company.data)
    must("verify", data=company.data)
    cut = run("verify", "--json", "--witness", str(witness), data=company.data)
    assert cut.returncode == 1, cut.stdout + cut.stderr
    assert {finding["kind"] for finding in json.loads(cut.stdout)["report"]["findings"]} == {"witness"}


def test_the_tail_cut_off_by_sql_with_all_that_knew_of_it_is_found_by_a_witness_only(company: Company, tmp_path: pathlib.Path) -> None:
    witness = tmp_path / "witness"
    with company.server() as server:
        wait_until(lambda: said(company.data) and sealed(company.data), 20, "what was overdue at the start is said")
        ((before,),) = sqlite3.connect(company.data / "weibao.sqlite").execute("SELECT max(last_sequence) FROM checkpoint")
        number = server.client(company.tokens["administrator"]).report(contact={"name": "李敏", "phone": "0791-1"})["number"]
        wait_until(lambda: sealed(company.data), 10, "the checkpoint over the new events")
    must("verify", "--save-witness", str(witness), data=company.data)
    intruder = Intruder(company.data)
    intruder.change("DELETE FROM personal WHERE subject IN (SELECT stream FROM journal WHERE sequence > ?)", before)
    intruder.change("DELETE FROM journal WHERE sequence > ?", before)
    intruder.change("DELETE FROM promise WHERE request_id = (SELECT id FROM request WHERE number = ?)", number)
    intruder.change("DELETE FROM request WHERE number = ?", number)
    assert run("verify", data=company.data).returncode == 1, "its checkpoints still know"
    intruder.change("DELETE FROM checkpoint WHERE last_sequence > ?", before)
    intruder.change("UPDATE sqlite_sequence SET seq = ? WHERE name = 'journal'", before)
    intruder.database.close()
    must("verify", data=company.data)
    cut = run("verify", "--witness", str(witness), data=company.data)
    assert cut.returncode == 1 and "witness" in cut.stdout + cut.stderr, cut.stdout + cut.stderr


def said(data: pathlib.Path) -> bool:
    """Whether the sweeper has raised what promises had to say by now: it writes to cases of its own accord."""
    database = sqlite3.connect(data / "weibao.sqlite")
    try:
        ((due,),) = database.execute("SELECT count(*) FROM request WHERE next_alarm <= ?", (int(time.time() * 1000) + 1_000,))
        return due == 0
    finally:
        database.close()


def sealed(data: pathlib.Path) -> bool:
    database = sqlite3.connect(data / "weibao.sqlite")
    try:
        ((last, newest),) = database.execute("SELECT (SELECT max(last_sequence) FROM checkpoint), (SELECT max(sequence) FROM journal)")
        return last == newest
    finally:
        database.close()


def test_forgetting_a_person_leaves_the_record_whole(company: Company) -> None:
    """Name and phone are gone from every table; the chain stands."""
    with company.server() as server:
        client = server.client(company.tokens["administrator"])
        contact = client.get("/contacts?limit=1").json()["items"][0]
    phone = contact.get("phone") or contact["name"]
    must("customers", "forget", contact["id"], "--dry-run", data=company.data)
    must("customers", "forget", contact["id"], data=company.data)
    must("verify", data=company.data)
    database = sqlite3.connect(company.data / "weibao.sqlite")
    left = database.execute("SELECT count(*) FROM personal WHERE subject = ? AND value IS NOT NULL", (f"contact/{contact['id']}",)).fetchone()[0]
    journal = database.execute("SELECT count(*) FROM journal WHERE body LIKE ?", (f"%{phone}%",)).fetchone()[0]
    database.close()
    assert (left, journal) == (0, 0)
