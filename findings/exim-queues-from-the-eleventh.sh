#!/bin/bash
# Exim answers each mail of a connection with the same "250 OK id=…". The first ten are delivered at once; from the eleventh
# on they are only queued (smtp_accept_queue_per_connection, default 10) until a queue runner comes by, with Debian's
# settings up to half an hour later. A client cannot tell: a sender that reuses connections has most of its mails late.
. "$(dirname "$0")/shared.bash"
serve exim exim4-base=4.96-15+deb12u11 exim4-daemon-light=4.96-15+deb12u11 libidn12=1.41-1
talk <<'PY' && seen=0 || seen=$?
import sys, smtp
sink, port = map(int, sys.argv[1:])
smtp.receive(sink)
client = smtp.Client(port)
client.say("EHLO client.test")
accepted = 0
for number in range(1, 21):
    for line in smtp.ENVELOPE:
        client.say(line)
    client.send(smtp.mail(number))
    reply = client.answer()
    accepted += reply.startswith("250 OK id=")
    if number in (1, 10, 11, 20):
        print(f"answer to mail {number}: {reply}")
client.say("QUIT")
smtp.wait(lambda: len(smtp.Receiver.taken) >= 20, 10)
print(f"accepted: {accepted}; delivered within 10 s: {len(smtp.Receiver.taken)}")
smtp.verdict(accepted == 20 and len(smtp.Receiver.taken) == 10, "none is broken: 250 promises delivery, not when; no reply says that it will be late")
PY
grep -m1 'no immediate delivery' "$folder"/exim/run/log/* || { echo "its log says nothing of it: it has changed" >&2; seen=1; }
exit $seen
