"""An engineer's calendar of visits, read by a calendar program that is not ours (INT-6)."""

from __future__ import annotations

import datetime

import icalendar
import requests
from weibao import PASSWORD, Client, Company, Server


def test_another_program_reads_the_calendar(served: tuple[Company, Server], clients: dict[str, Client], boss: Client) -> None:
    server = served[1]
    # Of a name that is long enough to be folded in the middle, and of all that has to be escaped.
    hospital = "鄱阳湖区域医疗中心（原余干县、万年县联合医院）第三附属院区；门诊楼, B\\座" * 2
    customer = boss.post("/customers", {"name": hospital}).json()["id"]
    site = boss.post("/sites", {"customer": customer, "name": "住院部", "address": "余干县玉亭镇世纪大道8号"}).json()["id"]
    model = next(boss.everything("/models"))["id"]
    boss.post("/equipment", {"serialNumber": "ICS-1", "model": model, "customer": customer, "site": site})
    engineer = clients["engineer"].get("/me").json()["id"]
    case = boss.report(serialNumber="ICS-1", contact={"name": "不可外传", "phone": "13812345678"})["number"]
    boss.step(case, "accept")
    planned = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=3)).replace(microsecond=0)
    order = boss.step(case, "dispatch", engineer=engineer, plannedAt=planned.isoformat().replace("+00:00", "Z"))["workOrders"][0]
    browser = requests.Session()
    browser.headers["Origin"] = server.address
    assert browser.post(f"{server.address}/sign-in", data={"name": "test-engineer", "password": PASSWORD, "next": "/feed"}, timeout=60).status_code == 200
    token = browser.get(f"{server.address}/feed", timeout=60).text.split('name="token" value="')[1].split('"')[0]
    page = browser.post(f"{server.address}/feed/renew", data={"token": token}, timeout=60).text
    address = page.split('readonly value="')[1].split('"')[0]
    answer = requests.get(server.address + address, timeout=60)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")) and b"\n" not in answer.content.replace(b"\r\n", b"")
    assert "13812345678" not in answer.text and "不可外传" not in answer.text
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert not calendar.errors and "METHOD" not in calendar
    visits = list(calendar.walk("VEVENT"))
    assert len(visits) == 1
    visit = visits[0]
    assert not visit.errors and visit["UID"] == f"{order['id']}@weibao" and int(visit["SEQUENCE"]) == 0
    assert visit.decoded("DTSTART") == planned and visit.decoded("DTEND") == planned + datetime.timedelta(minutes=90)
    assert hospital in str(visit["SUMMARY"]) and hospital in str(visit["LOCATION"]) and "世纪大道8号" in str(visit["LOCATION"])
    assert case in str(visit["DESCRIPTION"]) and "ICS-1" in str(visit["DESCRIPTION"])
    again = requests.get(server.address + address, headers={"If-None-Match": answer.headers["ETag"]}, timeout=60)
    assert again.status_code == 304 and not again.content
    boss.post(f"/work-orders/{order['id']}/hand-back", {"reason": "改派"})
    moved = icalendar.Calendar.from_ical(requests.get(server.address + address, timeout=60).content).walk("VEVENT")[0]
    assert moved["UID"] == visit["UID"] and int(moved["SEQUENCE"]) > 0 and moved["STATUS"] == "CANCELLED"
    assert moved.decoded("LAST-MODIFIED") >= visit.decoded("LAST-MODIFIED")
    browser.post(f"{server.address}/feed/end", data={"token": token}, timeout=60)
    assert requests.get(server.address + address, timeout=60).status_code == 404
