"""What SpamAssassin and rspamd say of mails, for tests/filters.sh.

In: RSPAMD_PORT FOLDER; FOLDER/NAME.eml. Out: rules and sums of each, by each way that it may have come; exit 1 when one
costs more than its limit.
"""

import email.utils
import json
import pathlib
import re
import subprocess
import sys
import urllib.request

# Points that a mail may cost by SpamAssassin's local rules and by rspamd's symbols; what they take off (a list, a trusted
# network) does not count, it would hide what is wrong.
SPAMASSASSIN, RSPAMD = 0.1, 1.1
FROM, TO = "carnet@example.org", "reader@example.net"
# Where it came from: through a relay that says where it had it from; through one that hides it, so that Facteur's words are
# the first; from a trusted machine. The addresses are public ones, since rules know those that are for examples only.
INSIDE, OUTSIDE = ("news.example.org", "93.184.215.14", "relay.example.org"), ("relay.example.org", "93.184.215.15", "mx.example.net")
WAYS = {"by a relay": (OUTSIDE, INSIDE), "at once": (OUTSIDE,), "trusted": (("localhost", "127.0.0.1", "mx.example.net"),)}


def received(mail, *hops):
    """The mail with the lines that the servers on its way write, the last one first."""
    lines = [f"Received: from {host} ({host} [{ip}])\r\n\tby {by} (Postfix) with ESMTPS id 4Q2Zx93Kz1z1\r\n"
             f"\tfor <{TO}>; {email.utils.formatdate()}\r\n" for host, ip, by in hops]
    return "".join(lines).encode() + mail


def spamassassin(mail):
    """Rules and their points."""
    command = ["spamassassin", "--local", "--nocreate-prefs", "--prefspath=/dev/null", "--cf=report_safe 0"]
    command += ["--cf=fold_headers 0", "--cf=add_header all Points _TESTSSCORES(,)_", "--cf=use_bayes 0"]
    answer = subprocess.run(command, input=mail, capture_output=True, check=True).stdout
    points = re.search(rb"^X-Spam-Points: (.*?)\r?$", answer, re.MULTILINE)[1].decode()
    return {rule: float(score) for rule, score in (one.split("=") for one in points.split(",") if "=" in one)}


def rspamd(mail, port):
    """Symbols and their points."""
    host, ip, _ = OUTSIDE
    headers = {"From": FROM, "Rcpt": TO, "IP": ip, "Helo": host, "Hostname": host}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/checkv2", data=mail, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        symbols = json.load(answer)["symbols"]
    return {name: symbol["score"] for name, symbol in symbols.items()}


def costs(rules):
    return round(sum(score for score in rules.values() if score > 0), 2)


def shown(rules):
    """What costs or earns something, the dearest first."""
    return ", ".join(f"{rule} {score:+g}" for rule, score in sorted(rules.items(), key=lambda r: -r[1]) if score) or "–"


def main():
    port, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    over = 0
    for file in sorted(folder.glob("*.eml")):
        mail = file.read_bytes()
        said = {way: spamassassin(received(mail, *hops)) for way, hops in WAYS.items()}
        symbols = rspamd(received(mail, *WAYS["by a relay"]), port)
        wrong = [f"SpamAssassin {way}" for way, rules in said.items() if costs(rules) > SPAMASSASSIN]
        wrong += ["rspamd"] * (costs(symbols) > RSPAMD)
        over += len(wrong)
        print(f"{file.stem}: {'OVER THE LIMIT: ' + ', '.join(wrong) if wrong else 'within the limits'}")
        for way, rules in said.items():
            print(f"  SpamAssassin, {way}: costs {costs(rules)}, in all {sum(rules.values()):.2f}: {shown(rules)}")
        print(f"  rspamd: costs {costs(symbols)}, in all {sum(symbols.values()):.2f}: {shown(symbols)}")
    print(f"limits of what a mail may cost: SpamAssassin {SPAMASSASSIN}, rspamd {RSPAMD}")
    sys.exit(1 if over else 0)


main()
