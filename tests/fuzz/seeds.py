#!/usr/bin/env python3
"""Seeds for `make fuzz`, of the samples in tests/data: seeds.py FOLDER writes FOLDER/TARGET/NAME."""
import json
import pathlib
import re
import struct
import sys

here = pathlib.Path(__file__).resolve().parent.parent / "data"
out = pathlib.Path(sys.argv[1])


def write(target, name, content):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def part(mail, kind):
    """The body of the first part of this type."""
    found = re.search(rb"Content-Type: " + kind + rb"[^\n]*\n(?:[^\n]+\n)*\n(.*?)\n--", mail, re.S | re.I)
    return found.group(1) if found else b""


for file in sorted((here / "bounces").glob("*.eml")):
    mail = file.read_bytes()
    write("report", file.stem, mail)
    fields = part(mail, b"message/feedback-report")
    if fields:
        write("feedback", file.stem, fields + b"\0" + part(mail, b"(?:message/rfc822|text/rfc822-headers)"))

posts = json.loads((here / "hooks" / "signed.json").read_text())
providers = sorted({post["provider"] for post in posts})
assert len(providers) == 13, "the first byte of a seed is a provider's place among all"
for number, post in enumerate(posts):
    head = "\n".join(f"{name}: {value}" for name, value in post["headers"].items())
    content = bytes([providers.index(post["provider"])]) + f"{head}\n\n{post['body']}".encode()
    write("hook", f"{number:02}-{post['provider']}", content)


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def answer(kind, *records):
    """A response about a.example (RFC 1035 section 4.1); each record: name, type, data."""
    question = name("a.example") + struct.pack("!HH", kind, 1)
    body = b"".join(name(of) + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for of, kind, data in records)
    return struct.pack("!6H", 7, 0x8180, 1, len(records), 0, 0) + question + body


def text(*parts):
    return b"".join(bytes([len(each)]) + each.encode() for each in parts)


A, NS, CNAME, PTR, MX, TXT, AAAA = 1, 2, 5, 12, 15, 16, 28
for label, content in {
    "a": answer(A, ("a.example", A, bytes([192, 0, 2, 1]))),
    "aaaa": answer(AAAA, ("a.example", AAAA, bytes(15) + b"\1")),
    "mx": answer(MX, *(("a.example", MX, struct.pack("!H", at) + name(f"mx{at}.example")) for at in (10, 20))),
    "null-mx": answer(MX, ("a.example", MX, b"\0\0\0")),
    "ns": answer(NS, ("a.example", NS, name("ns.example"))),
    "ptr": answer(PTR, ("a.example", PTR, name("host.example"))),
    "chain": answer(TXT, ("a.example", CNAME, name("b.example")), ("b.example", TXT, text("v=DKIM1; p=AB", "CD"))),
    "spf": answer(TXT, ("a.example", TXT, text("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:b.example/24//64 include:%{d}.c.example ?mx -all"))),
    "dmarc": answer(TXT, ("a.example", TXT, text("v=DMARC1; p=quarantine; sp=none; rua=mailto:d@a.example!10m; pct=50; adkim=s"))),
    "nobody": struct.pack("!6H", 7, 0x8183, 1, 0, 0, 0) + name("a.example") + struct.pack("!HH", TXT, 1),
    "dkim-text": b"v=DKIM1; k=rsa; h=sha256; s=email; t=y; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ==",
    "spf-text": b"v=spf1 redirect=_spf.example exp=why.example",
}.items():
    write("dns", label, content)
