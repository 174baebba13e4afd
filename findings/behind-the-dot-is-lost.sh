#!/bin/bash
# Courier and chasquid announce PIPELINING. With MAIL, RCPT and DATA behind the dot of a mail in one packet, as RFC 2920
# allows, both answer the dot and never the three commands: what stood behind the dot is gone. Both sides then wait, the
# server for a command, the client for answers, until one of them gives up. In a packet of its own, the same is answered.
. "$(dirname "$0")/shared.bash"
both() {
    talk "$1" <<'PY'
import sys, time, smtp
sink, port = map(int, sys.argv[1:3])
smtp.receive(sink)
client, replies = smtp.one_and_the_next(port)
lost = len(replies) == 2 and (replies[0] or "").startswith("250") and replies[1] is None
print("the same, the commands in a packet of their own:")
other = smtp.Client(port)
other.say("EHLO client.test")
for line in smtp.ENVELOPE:
    other.say(line)
other.send(smtp.mail(2))
time.sleep(0.2)
other.send("".join(line + "\r\n" for line in smtp.ENVELOPE))
apart = [other.answer() for _ in range(4)]
print("answers:", *(smtp.show(reply) for reply in apart), sep="\n  ")
apart_works = [(reply or "")[:3] for reply in apart] == ["250", "250", "250", "354"]
smtp.verdict(lost and apart_works, "each command of a group is answered, wherever packets begin and end (RFC 2920 3.2)")
PY
}
seen=0
serve courier courier-authdaemon=0.71.4-1+b2 courier-authlib-userdb=0.71.4-1+b2 courier-authlib=0.71.4-1+b2 \
    courier-base=1.0.16-3+b6 courier-mta=1.0.16-3+b6 libcourier-unicode4=2.1.2-2+b2 libidn12=1.41-1
both courier || seen=1
serve chasquid chasquid=1.11-2+b2
both chasquid || seen=1
exit $seen
