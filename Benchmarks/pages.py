"""Measures the server's time for every page on companies that Benchmarks/size.py has made; replaces its table in Benchmarks/RESULTS.md.

    python3 Benchmarks/pages.py --home DIR [--large N] [--seconds 5] [--rounds 3] [--write]

Asks each page by its session's cookie over HTTP on loopback, as one reader at a time, of the large company; the mark is 30 ms at p99 with
1,000,000 cases. Addresses that a company's data decide (a case, a machine, a word to look for) are many and asked in turn, so that no cache
has them all. Needs a release build and wrk (Scripts/setup bench). PostgreSQL as size.py says.
"""

from __future__ import annotations

import argparse
import http.client
import os
import pathlib
import re
import statistics
import urllib.parse

import size

PASSWORD = "weibao-demo"
# Page by page: who looks at it, and its addresses; names in braces are filled from the company.
PAGES: dict[str, tuple[str, list[str]]] = {
    "sign-in": ("", ["/sign-in"]),
    "cases": ("dispatcher", ["/requests"]),
    "cases, filtered": ("dispatcher", ["/requests?state=all&sort=-reportedAt", "/requests?state=closed", "/requests?state=all&customer={customer}", "/requests?state=open&branch={branch}"]),
    "cases, looked for": ("call-taker", ["/requests?find={word}"]),
    "case": ("dispatcher", ["/requests/{case}"]),
    "repair report": ("engineer", ["/requests/{case}/repair-report"]),
    "notices": ("quality", ["/notices"]),
    "desk": ("call-taker", ["/desk", "/desk?find={word}", "/desk?fresh=1&equipment={machine}"]),
    "board": ("dispatcher", ["/board", "/board?branch={branch}", "/board?case={open}"]),
    "my day": ("engineer", ["/my-day"]),
    "registers": ("administrator", ["/registers", "/registers/customers", "/registers/equipment", "/registers/customers?find={word}", "/registers/equipment?find={word}", "/registers/equipment/{machine}"]),
    "help": ("dispatcher", ["/help/cases"]),
}


class Reader:
    """Sessions of the demonstration's users."""

    def __init__(self, node: size.Node) -> None:
        self.node, self.cookies = node, {"": ""}

    def cookie(self, role: str) -> str:
        if role not in self.cookies:
            name, password = ("admin", PASSWORD) if role == "administrator" else (role, PASSWORD)
            connection = http.client.HTTPConnection("127.0.0.1", self.node.port)
            body = urllib.parse.urlencode({"name": name, "password": password, "next": "/"})
            connection.request("POST", "/sign-in", body, {
                "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.node.port}", "Host": f"127.0.0.1:{self.node.port}"})
            answer = connection.getresponse()
            answer.read()
            found = re.search(r"weibao-session=[^;]+", answer.getheader("Set-Cookie") or "")
            if not found:
                raise SystemExit(f"pages: {name} cannot sign in: {answer.status}")
            self.cookies[role] = found[0]
        return self.cookies[role]

    def ask(self, role: str, path: str) -> int:
        """The status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port)
        connection.request("GET", path, headers={"Cookie": self.cookie(role), "Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        return answer.status


def addresses(node: size.Node, patterns: list[str]) -> list[str]:
    """Up to 200 of each pattern, with different values."""
    values = {
        "case": [one["number"] for sort in ("number", "-reportedAt") for one in node.get(f"/requests?sort={sort}&limit=100")["items"]],
        "open": [one["number"] for one in node.get("/requests?state=open&limit=100")["items"]],
        "machine": [one["id"] for one in node.get("/equipment?limit=100")["items"]],
        "customer": [one["id"] for one in node.get("/customers?limit=50")["items"]],
        "branch": [one["id"] for one in node.get("/branches?limit=50")["items"]],
        "word": [urllib.parse.quote(word[:length]) for word in size.TYPED for length in range(1, len(word) + 1)],
    }
    found = []
    for pattern in patterns:
        name = re.search(r"\{(\w+)\}", pattern)
        found += [pattern.replace(name[0], value) for value in values[name[1]]] if name else [pattern]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=pathlib.Path, required=True)
    parser.add_argument("--binary", type=pathlib.Path, default=size.ROOT / ".build/release/weibao")
    parser.add_argument("--large", type=int, default=size.SIZES["large"], help="cases of the company")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    size.SIZES["large"] = chosen.large
    chosen.home.mkdir(exist_ok=True)
    node = size.Node(chosen.binary, chosen.home, "large")
    node.prepare()
    node.start()
    reader = Reader(node)
    figures: dict[str, list[dict[str, float]]] = {}
    try:
        for page, (role, patterns) in PAGES.items():
            statuses = {path: reader.ask(role, path) for path in addresses(node, patterns)}
            asked = [path for path, status in statuses.items() if status == 200]
            if not asked:
                size.say(f"{page}: left out, it answers {sorted(set(statuses.values()))}")
                continue
            if len(asked) < len(statuses):
                size.say(f"{page}: {len(statuses) - len(asked)} of {len(statuses)} addresses answer {sorted(set(statuses.values()) - {200})}, left out")
            node.paths("page").write_text("".join(f"{path}\n" for path in asked))
            for _ in range(chosen.rounds):
                figures.setdefault(page, []).append(node.read("page", 1, chosen.seconds, cookie=reader.cookie(role)))
            size.say(f"{page}: " + ", ".join(f"p{percent} {statistics.median(one[percent] for one in figures[page]):.1f} ms" for percent in ("50", "99")))
    finally:
        node.stop()
    engine = "PostgreSQL" if size.POSTGRES else "SQLite"
    title = f"## Every page, on {engine} with {chosen.large:,} cases"
    lines = [
        title,
        f"`Benchmarks/pages.py`, release build, {os.cpu_count()} cores shared with the client (wrk), load {os.getloadavg()[1]:.1f}; milliseconds over HTTP with one "
        f"reader, median of {chosen.rounds} rounds. Mark: 30 ms at p99.", "", "| page | p50 | p99 |", "| --- | --- | --- |",
    ]
    for page, rounds in figures.items():
        lines.append(f"| {page} | " + " | ".join(f"{statistics.median(one[percent] for one in rounds):.1f}" for percent in ("50", "99")) + " |")
    text = "\n".join(lines) + "\n"
    print(text)
    if chosen.write:
        results = size.ROOT / "Benchmarks/RESULTS.md"
        before = re.sub(rf"\n*{re.escape(title)}\n.*?(?=\n## |\Z)", "\n", results.read_text(), flags=re.S)
        results.write_text(before.rstrip() + "\n\n" + text)


if __name__ == "__main__":
    main()
