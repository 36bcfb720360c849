"""What is changed behind the program's back is found by `verify`, which names row and stream, or by a witness."""

from __future__ import annotations

import pathlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator

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


CASE_EVENT = "SELECT sequence, stream, version, body FROM journal WHERE stream LIKE 'request/%' AND length(body) > 20 ORDER BY sequence LIMIT 1 OFFSET 3"


def test_one_changed_byte_of_a_body_is_found(company: Company, intruder: Intruder) -> None:
    ((sequence, stream, version, body),) = intruder.rows(CASE_EVENT)
    place = next(place for place, letter in enumerate(body) if letter.isalnum())
    other = "x" if body[place] != "x" else "y"
    intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", body[:place] + other + body[place + 1 :], sequence)
    said = found(company, stream)
    assert str(sequence) in said or str(version) in said


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "staff:someone-else"), ("behalf", "staff:someone-else"), ("device", "another"), ("occurred", 1_700_000_000_000),
        ("recorded", 1_700_000_000_000), ("kind", "commented"), ("schema", 99), ("hash", "0" * 64), ("previous_hash", "f" * 64),
    ])
def test_a_change_of_any_column_is_found(company: Company, intruder: Intruder, column: str, value: object) -> None:
    ((sequence, stream, _, _),) = intruder.rows(CASE_EVENT)
    intruder.change(f"UPDATE journal SET {column} = ? WHERE sequence = ?", value, sequence)
    found(company, stream)


def test_two_swapped_bodies_are_found(company: Company, intruder: Intruder) -> None:
    (first, second) = intruder.rows("SELECT sequence, stream, body FROM journal WHERE stream LIKE 'request/%' AND version = 1 ORDER BY sequence LIMIT 2")
    intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", first[2], second[0])
    intruder.change("UPDATE journal SET body = ? WHERE sequence = ?", second[2], first[0])
    found(company, first[1], second[1])


def test_two_swapped_rows_are_found(company: Company, intruder: Intruder) -> None:
    (first, second) = intruder.rows("SELECT sequence, stream FROM journal WHERE stream LIKE 'request/%' AND version = 1 ORDER BY sequence LIMIT 2")
    intruder.change("UPDATE journal SET sequence = -1 WHERE sequence = ?", first[0])
    intruder.change("UPDATE journal SET sequence = ? WHERE sequence = ?", first[0], second[0])
    intruder.change("UPDATE journal SET sequence = ? WHERE sequence = -1", second[0])
    assert run("verify", data=company.data).returncode == 1


def test_the_newest_rows_of_a_stream_cut_off_are_found(company: Company, intruder: Intruder) -> None:
    ((stream, newest),) = intruder.rows(
        "SELECT stream, max(version) FROM journal WHERE stream LIKE 'request/%' GROUP BY stream ORDER BY count(*) DESC LIMIT 1")
    intruder.change("DELETE FROM journal WHERE stream = ? AND version > ?", stream, newest - 2)
    found(company, stream)


def test_a_whole_stream_cut_out_is_found(company: Company, intruder: Intruder) -> None:
    """Together with the row that was made from it: then only the checkpoints know that there was something."""
    ((stream, sequence),) = intruder.rows("SELECT stream, sequence FROM journal WHERE stream LIKE 'request/%' AND version = 1 ORDER BY sequence LIMIT 1")
    intruder.change("DELETE FROM journal WHERE stream = ?", stream)
    intruder.change("DELETE FROM request WHERE id = ?", stream.removeprefix("request/"))
    said = found(company)
    assert str(sequence) in said or stream in said


def test_a_changed_personal_value_is_found(company: Company, intruder: Intruder) -> None:
    ((hash, subject),) = intruder.rows("SELECT hash, subject FROM personal WHERE value IS NOT NULL AND field = 'phone' LIMIT 1")
    intruder.change("UPDATE personal SET value = '0791-00000001' WHERE hash = ?", hash)
    said = found(company)
    assert subject in said or hash in said


def test_a_deleted_personal_row_is_found(company: Company, intruder: Intruder) -> None:
    ((hash, subject),) = intruder.rows("SELECT hash, subject FROM personal WHERE value IS NOT NULL LIMIT 1")
    intruder.change("DELETE FROM personal WHERE hash = ?", hash)
    found(company)


def test_an_event_added_by_hand_is_found(company: Company, intruder: Intruder) -> None:
    ((stream, version),) = intruder.rows("SELECT stream, max(version) FROM journal WHERE stream LIKE 'request/%' GROUP BY stream LIMIT 1")
    intruder.change(
        "INSERT INTO journal (stream, version, kind, schema, body, actor, behalf, device, occurred, recorded, previous_hash, hash) "
        "SELECT stream, version + 1, kind, schema, body, actor, behalf, device, occurred, recorded, hash, hash FROM journal "
        "WHERE stream = ? AND version = ?", stream, version)
    found(company, stream)


def test_a_checkpoint_changed_or_cut_out_is_found(company: Company, intruder: Intruder) -> None:
    ((number, count),) = intruder.rows("SELECT min(number), count(*) FROM checkpoint")
    assert count > 0
    intruder.change("UPDATE checkpoint SET root = ? WHERE number = ?", "0" * 64, number)
    found(company)


PROJECTIONS = [("request", "state"), ("customer", "version"), ("equipment", "version"), ("staff", "version"), ("branch", "version")]


@pytest.mark.parametrize(("table", "column"), PROJECTIONS)
def test_a_table_changed_behind_the_journals_back_is_found_and_rebuilt(company: Company, intruder: Intruder, table: str, column: str) -> None:
    columns = [row[1] for row in intruder.rows(f"PRAGMA table_info({table})")]
    column = column if column in columns else next(name for name in columns if name not in ("id", "number"))
    before = intruder.rows(f"SELECT * FROM {table} ORDER BY id")
    ((id,),) = intruder.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
    new = "confirmed" if column == "state" else 4711
    intruder.change(f"UPDATE {table} SET {column} = ? WHERE id = ?", new, id)
    found(company, id)
    must("rebuild", data=company.data)
    must("verify", data=company.data)
    assert intruder.rows(f"SELECT * FROM {table} ORDER BY id") == before


def test_a_row_deleted_from_a_projection_is_found_and_rebuilt(company: Company, intruder: Intruder) -> None:
    ((id,),) = intruder.rows("SELECT id FROM request ORDER BY id LIMIT 1")
    intruder.change("DELETE FROM request WHERE id = ?", id)
    found(company, id)
    must("rebuild", data=company.data)
    must("verify", data=company.data)


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
    cut = run("verify", "--witness", str(witness), data=company.data)
    assert cut.returncode == 1, cut.stdout + cut.stderr


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
