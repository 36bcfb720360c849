#!/usr/bin/env python3
"""Checks a weibao case file by itself: no database, no network, nothing but Python 3.

Usage: python3 check.py FILE [--key KEY]      exit 0: all holds; 1: something does not (it is named); 2: wrong usage.
"""

import hashlib
import json
import re
import sys

LIMIT = 512 << 20


class Fault(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Fault(what)


# ---- the archive: plain ustar in one possible form -------------------------------------------------------------------

def header(name, size):
    block = bytearray(512)

    def put(text, at):
        block[at:at + len(text)] = text.encode()

    put(name, 0)
    put("000644 ", 100)
    put("000000 ", 108)
    put("000000 ", 116)
    put("%011o " % size, 124)
    put("%011o " % 0, 136)
    put("        ", 148)
    put("0", 156)
    put("ustar", 257)
    put("00", 263)
    put("000000 ", 329)
    put("000000 ", 337)
    put("%06o" % sum(block), 148)
    block[154:156] = b"\0 "
    return bytes(block)


def entries(data):
    need(len(data) <= LIMIT and len(data) % 512 == 0 and len(data) >= 1024, "the archive is not as long as it must be")
    found, offset = [], 0
    while data[offset]:
        head = data[offset:offset + 512]
        try:
            name = head[:100].split(b"\0")[0].decode("ascii")
            size = int(head[124:135].decode("ascii"), 8)
        except ValueError:
            raise Fault("the head of an entry is damaged") from None
        need(size >= 0 and head == header(name, size), "the head of %r is damaged" % name)
        end = offset + 512 + size
        after = offset + 512 + (size + 511) // 512 * 512
        need(after + 1024 <= len(data) and not any(data[end:after]), "the end of %s is damaged" % name)
        need(name not in dict(found), "%s is there twice" % name)
        found.append((name, data[offset + 512:end]))
        offset = after
    need(len(data) == offset + 1024 and not any(data[offset:]), "the end of the archive is damaged")
    return found


def sha(data):
    return hashlib.sha256(data).hexdigest()


def manifest(found):
    names = [name for name, _ in found]
    need(names[-2:] == ["manifest.json", "manifest.sha256"], "it has no manifest: it is no case file")
    files = dict(found)
    need(sha(files["manifest.json"]).encode() == files["manifest.sha256"], "manifest.json is not as it was written")
    said = json.loads(files["manifest.json"])
    need(said.get("format") == "weibao-case", "manifest.json is not one of a case file")
    need(said.get("version") == 1, "the case file is of another format version")
    need([entry["name"] for entry in said["entries"]] == names[:-2], "the manifest names other entries than there are")
    for entry in said["entries"]:
        data = files[entry["name"]]
        need(entry["size"] == len(data) and entry["sha256"] == sha(data), "%s is not as it was written" % entry["name"])
    return said["case"], files


def lines(files, name):
    need(name in files, "%s is missing" % name)
    return [json.loads(line) for line in files[name].decode("utf-8").split("\n") if line]


# ---- the record ------------------------------------------------------------------------------------------------------

def fields(*values):
    """Each as its length (8 bytes, big-endian), then its bytes; numbers in decimal, nothing as empty."""
    data = b""
    for value in values:
        text = b"" if value is None else str(value).encode()
        data += len(text).to_bytes(8, "big") + text
    return data


def chains(events, number):
    heads, named = {}, set()
    for event in events:
        version, hash_ = heads.get(event["stream"], (0, ""))
        own = sha(fields(*(event[name] for name in (
            "previousHash", "stream", "version", "kind", "schema", "actor", "behalf", "device", "occurred", "recorded", "body"))))
        need(event["version"] == version + 1 and event["previousHash"] == hash_ and event["hash"] == own,
             "event %s of %s does not fit its chain" % (event["version"], event["stream"]))
        heads[event["stream"]] = (event["version"], own)
        if event["stream"].startswith("request/") and event["kind"] == "dispatched":
            named.add("work-order/" + json.loads(event["body"])["workOrder"])
        if event["stream"].startswith("request/") and event["kind"] == "absorbed":
            named.add("request/" + json.loads(event["body"])["request"])
    need(events and events[0]["kind"] == "reported" and json.loads(events[0]["body"])["number"] == number,
         "the record is not that of %s" % number)
    need(named | {events[0]["stream"]} == set(heads), "the streams are not those that the case names")
    return heads


# ---- the seals: Ed25519 (RFC 8032) in plain arithmetic ------------------------------------------------------------------

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    x = (a[1] - a[0]) * (b[1] - b[0]) % P
    y = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    need(y < P, "a key or signature is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and not (x == 0 and sign), "a key or signature is no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point(BASE_Y.to_bytes(32, "little"))


def signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(point(signature[:32]), times(h, point(public)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def seals(files):
    keys = {}
    for key in lines(files, "keys.jsonl"):
        public = bytes.fromhex(key["publicKey"])
        need(sha(public)[:16] == key["id"], "a key in keys.jsonl is not what its id says")
        keys[key["id"]] = public
    checkpoints = {}
    for c in lines(files, "checkpoints.jsonl"):
        own = sha(fields("weibao checkpoint 1", *(c[name] for name in (
            "number", "firstSequence", "lastSequence", "count", "root", "leaves", "previousHash", "keyId", "sealedAt"))))
        message = ("weibao checkpoint 1\n" + own).encode()
        need(own == c["hash"] and c["keyId"] in keys and signed(keys[c["keyId"]], message, bytes.fromhex(c["signature"])),
             "the signature of checkpoint %s does not hold" % c["number"])
        checkpoints[c["number"]] = c
    return keys, checkpoints


def under(event, proof, checkpoint):
    """The way from the event's leaf to the root (RFC 6962)."""
    if not (checkpoint["firstSequence"] <= event["sequence"] <= checkpoint["lastSequence"]):
        return False
    place, last = proof["index"], checkpoint["count"] - 1
    if not 0 <= place <= last:
        return False
    node = hashlib.sha256(b"\0" + event["sequence"].to_bytes(8, "big") + event["hash"].encode()).digest()
    for beside in proof["path"]:
        other = bytes.fromhex(beside)
        if len(other) != 32 or last == 0:
            return False
        if place % 2 or place == last:
            node = hashlib.sha256(b"\1" + other + node).digest()
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            node = hashlib.sha256(b"\1" + node + other).digest()
        place, last = place // 2, last // 2
    return last == 0 and node.hex() == checkpoint["root"]


NAMED = re.compile(r'"(name|phone|email|signature)":"([0-9a-f]{64})"')


def persons(found, events):
    """Every value that an event names is here, whole, under its own name, or was erased by an event that says so."""
    named = {pair for event in events for pair in NAMED.findall(event["body"])}
    erased = {hash_ for event in events if event["kind"] == "corrected" for hash_ in json.loads(event["body"]).get("erased") or []}
    seen, people = set(), 0
    for person in found:
        field, hash_ = person["field"], person["hash"]
        need((field, hash_) in named, "personal.jsonl has a %s that no event names" % field)
        need(hash_ not in seen, "a %s is in personal.jsonl twice" % field)
        seen.add(hash_)
        if person["value"] is None:
            need(hash_ in erased, "a %s is missing from personal.jsonl, and no event says that it was erased" % field)
            continue
        salt = bytes.fromhex(person["salt"] or "")
        # With a salt of another length bytes could move between salt and value under one hash.
        need(len(salt) == 32 and sha(salt + person["value"].encode()) == hash_,
             "a %s in personal.jsonl is not the one that was recorded" % field)
        people += 1
    need(seen == {hash_ for _, hash_ in named}, "personal.jsonl lacks a value that an event names")
    return people


def attachments(files, events):
    """Every file that is attached and not erased is here under its hash, with the size that was recorded; and no other."""
    attached, erased = [], set()
    for event in events:
        if event["stream"].startswith("request/") and event["kind"] == "attached":
            attached.append(json.loads(event["body"]))
        if event["stream"].startswith("request/") and event["kind"] == "attachment-erased":
            erased.add(json.loads(event["body"])["attachment"])
    held = {body["sha256"]: body["size"] for body in attached if body["attachment"] not in erased}
    for hash_, size in held.items():
        need("files/" + hash_ in files, "the attached file %s is missing" % hash_)
        data = files["files/" + hash_]
        need(len(data) == size and sha(data) == hash_, "the file %s is not what was attached" % hash_)
    for name in files:
        need(not name.startswith("files/") or name[len("files/"):] in held, "%s is attached by no event" % name)
    return len(held)


def check(data, known=None):
    number, files = manifest(entries(data))
    print("ok  the archive is whole: every hash holds")
    events = lines(files, "events.jsonl")
    heads = chains(events, number)
    print("ok  the record of %s: %d events in %d streams, every link holds" % (number, len(events), len(heads)))
    keys, checkpoints = seals(files)
    print("ok  the seals: %d checkpoints signed by %s" % (len(checkpoints), ", ".join(sorted(keys))))
    proofs = {proof["sequence"]: proof for proof in lines(files, "proofs.jsonl")}
    for event in events:
        proof = proofs.get(event["sequence"])
        need(proof and proof["checkpoint"] in checkpoints and under(event, proof, checkpoints[proof["checkpoint"]]),
             "event %s of %s is under no seal" % (event["version"], event["stream"]))
    print("ok  every event is under a seal")
    people = persons(lines(files, "personal.jsonl"), events)
    print("ok  the people: %d names, phones and signatures are those that were recorded" % people)
    print("ok  the files: %d are those that were attached" % attachments(files, events))
    if known:
        need(all(known.lower() in (id_, public.hex()) for id_, public in keys.items()),
             "it is signed by %s, not by %s" % (", ".join(sorted(keys)), known))
        print("ok  the key is the one you named")
    else:
        print("--  whose key it is, only --key with an id that you know from elsewhere can tell")
    print("--  case.txt and papers/ are copies to read: no signature covers them, nor README.txt and check.py")


def main(arguments):
    known = None
    if len(arguments) == 3 and arguments[1] == "--key":
        known = arguments[2]
    elif len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            data = file.read(LIMIT + 1)
        check(data, known)
    except (Fault, OSError) as fault:
        print("check: %s" % fault, file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as fault:
        print("check: the file is not as it was written: %r" % fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
