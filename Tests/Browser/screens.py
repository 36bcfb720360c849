"""Every screen, in one table: where it is, who stands before it, and what it has to show."""

from __future__ import annotations

import dataclasses
import pathlib
import tempfile
from collections.abc import Callable

from people import Person
from photos import a_photo
from playwright.sync_api import Browser
from steps import label_of, link_of
from weibao import Client


@dataclasses.dataclass(frozen=True)
class Screen:
    name: str
    role: str | None
    """Of the demonstration's user who looks at it; nobody signed in where None."""
    address: str
    """With names of the scene in braces."""
    shows: str
    """A selector of what the page is for; seen with script and without."""
    status: int = 200

    def __str__(self) -> str:
        return self.name

    @property
    def expected(self) -> list[str]:
        return [] if self.status == 200 else [f"status {self.status}", f"status of {self.status}"]


SCREENS = [
    Screen("sign-in", None, "/sign-in", "form[action='/sign-in'] #password"),
    Screen("cases", "dispatcher", "/requests", "table.strips tr.strip"),
    Screen("cases-filtered", "service-manager", "/requests?state=all&kind=support", "table.strips tr.strip"),
    Screen("cases-empty", "engineer", "/requests?state=reported&kind=renewal", ".empty"),
    Screen("cases-found", "call-taker", "/requests?find=余干", ".found li a"),
    Screen("case", "dispatcher", "/requests/{case}", "#story li"),
    Screen("case-closed", "call-taker", "/requests/{closed}", "#story li"),
    Screen("case-hospital", "hospital", "/requests/{theirs}", "#steps"),
    Screen("board", "dispatcher", "/board", "#list tr.strip"),
    Screen("board-case", "dispatcher", "/board?case={second}", "#side .about-case"),
    Screen("devices", "dispatcher", "/devices", "h1"),
    Screen("my-day", "engineer", "/my-day", ".day li, article.job"),
    Screen("my-job", "engineer", "/my-day/{order}", "#big-step"),
    Screen("my-unsent", "engineer", "/my-day/unsent", "h1"),
    Screen("desk", "call-taker", "/desk?fresh=1", "#case-form"),
    Screen("desk-found", "call-taker", "/desk?fresh=1&find=余干", "#found .hit"),
    Screen("desk-machine", "call-taker", "/desk?fresh=1&equipment={machine}", "#card [data-equipment]"),
    Screen("inbound", "call-taker", "/inbound", ".empty"),
    Screen("notices", "quality", "/notices", ".notices li"),
    Screen("notices-escalated", "service-manager", "/notices", "h1"),
    Screen("roster", "dispatcher", "/roster", ".week section"),
    Screen("repair-report", "engineer", "/requests/{case}/repair-report", "h1"),
    Screen("on-time", "service-manager", "/insight/on-time?from=2026-01&to=2026-12", ".rates tbody tr"),
    Screen("on-time-customers", "service-manager", "/insight/on-time?by=customer&from=2026-01&to=2026-12", ".rates tbody tr"),
    Screen("on-time-empty", "service-manager", "/insight/on-time?from=2020-01", ".empty"),
    Screen("cases-missed", "service-manager", "/requests?promise=missed&from=2026-01&to=2026-12", ".figure"),
    Screen("wall-screens", "service-manager", "/wall/screens", "form.filters"),
    Screen("feed", "engineer", "/feed", "main form button"),
    Screen("registers", "admin", "/registers", ".shelves li"),
    Screen("customers", "dispatcher", "/registers/customers", "table.records .open"),
    Screen("machines", "call-taker", "/registers/equipment?state=in-use", "table.records .open"),
    Screen("staff", "service-manager", "/registers/staff", "table.records .open"),
    Screen("customers-found", "call-taker", "/registers/customers?find=余干", "table.records .open"),
    Screen("customers-empty", "call-taker", "/registers/customers?find=qqqq", ".empty"),
    Screen("customer", "service-manager", "/registers/customers/{customer}", "#history li"),
    Screen("machine", "engineer", "/registers/equipment/{machine}", "#history li"),
    Screen("machine-form", "dispatcher", "/registers/equipment/{machine}/edit", "form.editing"),
    Screen("staff-form", "service-manager", "/registers/staff/new", "form.editing"),
    Screen("customer-merge", "service-manager", "/registers/customers/{customer}/merge", "form.editing"),
    Screen("import", "service-manager", "/registers/customers/import", "#import-file"),
    Screen("users", "admin", "/registers/users", "table.records .open"),
    Screen("user", "admin", "/registers/users/{engineer}", "#new-password"),
    Screen("user-form", "admin", "/registers/users/new", "form.editing"),
    Screen("help", "dispatcher", "/help/cases", ".help-lines li"),
    Screen("styleguide", "dispatcher", "/styleguide", "main h2"),
    Screen("labels", "call-taker", "/labels", "form[role='search']"),
    Screen("labels-customer", "call-taker", "/labels?customer={customer}", "table.machines tbody tr"),
    Screen("label", None, "/m/{label}", ".tiles label"),
    Screen("parcel", None, "/c/{link}", ".parcel [aria-current=step]"),
    Screen("parcel-agree", None, "/c/{link}/agree", "#contact"),
    Screen("parcel-message", None, "/c/{link}/message", "#text"),
    Screen("parcel-badge", None, "/c/{link}/badge", ".valid"),
    Screen("link-closed", None, "/c/0123456789abcdefghjkmnpqrs", "h1", status=404),
    Screen("not-found", "dispatcher", "/nothing", "h1", status=404),
    Screen("not-allowed", "hospital", "/notices", "h1", status=403),
]


def play(colleague: Callable[[str], Client], chromium: Browser) -> dict[str, str]:
    """Brings the company into a state where every screen has something to show; the names that the addresses need."""
    boss, desk, dispatcher, engineer = (colleague(role) for role in ("service-manager", "call-taker", "dispatcher", "engineer"))
    staff = list(boss.everything("/staff"))
    customer = next(one["customer"] for one in staff if one["role"] == "hospital" and one.get("customer"))
    machine = next(one for one in boss.everything("/equipment") if one["state"] == "in-use" and one["customer"] == customer)
    number = desk.report(
        summary="DR 开机后无图像，急诊等着用", description="早上第一例做完后黑屏，重启两次没有用", serialNumber=machine["serialNumber"], urgency="emergency",
        harm="suspected", contact={"name": "李敏", "phone": "0793-86001234"})["number"]
    desk.step(number, "accept")
    desk.step(number, "acknowledge", contact="李敏", how="phone")
    desk.step(number, "respond")
    desk.step(number, "attempt", level="phone", result="failed", note="换了网线，还是没有图像")
    who = engineer.get("/me").json()["id"]
    order = dispatcher.step(number, "dispatch", engineer=who)["workOrders"][0]["id"]
    for step in ("depart", "arrive"):
        answer = engineer.post(f"/work-orders/{order}/{step}")
        assert answer.status_code == 200, f"{step}: {answer.text}"
    engineer.step(number, "locate", cause="hardware", part="供电板")
    engineer.step(number, "propose", remedy="更换供电板，约一小时")
    dispatcher.step(number, "comment", text="供电板在余干站，黎师傅带上")
    file = engineer.call("POST", "/files", params={"name": "铭牌.jpg"}, data=a_photo(chromium), headers={"Content-Type": "application/octet-stream"})
    assert file.status_code == 201, file.text
    answer = engineer.post(f"/requests/{number}/attachments", {"file": file.json()["id"]})
    assert answer.status_code == 201, answer.text
    second = desk.report(summary="生化仪吸样针堵塞", customer=customer, contact={"name": "周芳", "phone": "0793-86001235"})["number"]
    desk.step(second, "accept")
    dispatcher.step(second, "dispatch", engineer=who)
    closed = next(one for one in boss.everything("/requests?state=closed") if one["kind"] == "support")
    theirs = desk.report(summary="B 超探头不识别", customer=customer)
    return {
        "case": number, "order": order, "second": second, "closed": closed["number"], "theirs": theirs["number"], "machine": machine["id"],
        "serial": machine["serialNumber"], "customer": customer, "engineer": who} | links(dispatcher, chromium, number, machine["id"])


def links(client: Client, chromium: Browser, number: str, machine: str) -> dict[str, str]:
    """The secrets of the machine's label and of the case's link, read from their codes as a telephone reads them."""
    context = chromium.new_context()
    context.add_cookies([{"name": "weibao-session", "value": client.session.cookies["weibao-session"], "url": client.address}])
    office = Person("office", context, context.new_page(), client.address)
    with tempfile.TemporaryDirectory() as folder:
        found = {"link": link_of(office, number, pathlib.Path(folder)), "label": label_of(office, machine, pathlib.Path(folder))}
    context.close()
    return {name: address.rsplit("/", 1)[1] for name, address in found.items()}

