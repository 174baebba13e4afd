#!/bin/bash
# Postfix hands mails to a program (pipe). When somebody kills that program the mail is kept and tried again (4.3.0). When Postfix
# kills it, because it takes longer than command_time_limit (default 1000 s), the mail is refused for good (5.3.0): a program that
# waits for a database loses its mail. A report about another mail, which has no sender, is then nowhere.
. "$(dirname "$0")/shared.bash"
packages="postfix=3.7.11-0+deb12u1 libdb5.3=5.3.28+dfsg2-1 libicu72=72.1-3+deb12u1 libnsl2=1.3.0-2 libtirpc3=1.3.3+ds-1
    libtirpc-common=1.3.3+ds-1 libsasl2-2=2.1.28+dfsg-10+deb12u1 libsasl2-modules-db=2.1.28+dfsg-10+deb12u1"
unpack "$folder/postfix" $packages 2>/dev/null || { echo "these packages cannot be had:" $packages >&2; exit 3; }
echo "server:" ${packages%% *}
d=$folder/postfix/run port=$(free_port) sink=0
mkdir -p "$d/queue" "$d/data"; chmod 755 "$folder/postfix" "$d"
printf '#!/bin/sh\nkill -KILL $$\n' > "$d/killed"; printf '#!/bin/sh\nexec sleep 60\n' > "$d/waits"; chmod +x "$d/killed" "$d/waits"
cat > "$d/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $d/queue
data_directory = $d/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
maillog_file = $d/log
maillog_file_prefixes = $d
myhostname = mx.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
transport_maps = inline:{ killed.test=killed: waits.test=waits: }
waits_time_limit = 2s
CF
cat > "$d/setup" <<SH
. "$here/../tests/packages.sh"
users postfix
grep -q '^postdrop:' /etc/group || echo 'postdrop:x:930:' >> /etc/group
sed -E -e 's/^(smtp +inet .*)/#\1/' -e 's/^([a-z0-9-]+ +(unix|unix-dgram|inet) +[-yn] +[-yn] +)y/\1n/' \
    -e '/^(maildrop|uucp|ifmail|bsmtp|scalemail|mailman)/,\$d' /usr/share/postfix/master.cf.dist > "$d/master.cf"
echo "127.0.0.1:$port inet n - n - - smtpd" >> "$d/master.cf"
for name in killed waits; do printf '%s unix - n n - - pipe\n  user=nobody argv=%s\n' \$name "$d/\$name" >> "$d/master.cf"; done
chown postfix "$d/data"
postfix -c "$d" start-fg &
wait
SH
alone "$folder/postfix" "$d" bash "$d/setup"
listens "$port" || listens "$port" || listens "$port" || { cat "$d/out" "$d/log" >&2; exit 3; }
talk "$d/log" <<'PY'
import re, sys, smtp
port, log = int(sys.argv[2]), sys.argv[3]
client = smtp.Client(port)
client.say("EHLO client.test")
seen = {}
for name in ("killed", "waits"):
    for line in ("MAIL FROM:<>", f"RCPT TO:<somebody@{name}.test>", "DATA"):
        client.say(line)
    client.send(smtp.mail(1))
    client.answer()
    def ended():
        found = re.search(rf"to=<somebody@{name}.test>.*(dsn=\S+, status=.*)", open(log).read())
        seen[name] = found and found.group(1)
        return found
    smtp.wait(ended, 20)
    print(f"{name}: {seen[name]}")
killed, waits = seen["killed"] or "", seen["waits"] or ""
smtp.verdict(
    killed.startswith("dsn=4.3.0, status=deferred (Command died with signal 9") and
    waits.startswith("dsn=5.3.0, status=bounced (Command time limit exceeded"),
    "pipe(8) and postconf(5) name the limit and not what becomes of the mail; both programs were ended by the same signal")
PY
