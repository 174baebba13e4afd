#!/bin/bash
# Sendmail with GreetPause, ClientConn and ClientRate as in Debian's access map lets a client wait 5 s for its greeting, and
# answers one connection beyond the limit with 421 at once. So of eleven connections that a client opens together the last is
# refused first, while ten are neither greeted nor refused: a client that reads the 421 as "the server is down" and gives
# the others up never sends anything, and the connections that it opens anew use up the rate.
. "$(dirname "$0")/shared.bash"
serve sendmail liblockfile1=1.17-1+b1 libwrap0=7.6.q-32 m4=1.4.19-3 sendmail-base=8.17.1.9-2+deb12u2 \
    sendmail-bin=8.17.1.9-2+deb12u2 sendmail-cf=8.17.1.9-2+deb12u2
talk <<'PY'
import sys, time, smtp
sink, port = map(int, sys.argv[1:])
smtp.receive(sink)
began = time.monotonic()
clients = [smtp.Client(port, greeting=False) for _ in range(11)]
last = clients[10].answer()
refused_after = time.monotonic() - began
print(f"connection 11, after {refused_after:.1f} s: {smtp.show(last)}")
greetings = [client.answer() for client in clients[:10]]
greeted_after = time.monotonic() - began
print(f"connections 1 to 10, after {greeted_after:.1f} s: {greetings[0]}")
greeted = sum((reply or "").startswith("220") for reply in greetings)
print(f"greeted: {greeted} of 10")
smtp.verdict(
    (last or "").startswith("421") and refused_after < 2 and greeted == 10 and greeted_after > 4,
    "none is broken: a 421 is about its own connection (RFC 5321 3.8)",
)
PY
