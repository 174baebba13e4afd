#!/bin/bash
# Real mail servers on loopback ports, for tests/receivers.rs: Debian's Postfix, OpenSMTPD and Exim. All hand what they take
# on to a sink, so that a test can count it. Needs root (each server has its own users).
#
#   tests/receivers.sh fetch                            unpacks OpenSMTPD and Exim into target/receivers (apt, no install);
#                                                       Postfix must be installed: apt-get install postfix
#   tests/receivers.sh start DIR SINK PORT PORT PORT    starts what is there; prints "NAME PORT" for each
#   tests/receivers.sh postfix DIR PORT SETTINGS        starts a Postfix alone, with these lines more in its main.cf
#   tests/receivers.sh stop DIR                         stops what it started
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unpacked=${FACTEUR_RECEIVERS:-$here/target/receivers}

fetch() {
    mkdir -p "$unpacked/debs"; cd "$unpacked/debs"
    apt-get download -o APT::Sandbox::User=root opensmtpd exim4-base exim4-daemon-light libidn12 >&2
    for deb in *.deb; do dpkg -x "$deb" "$unpacked/root"; done
}

# A Postfix of its own beside the machine's: its own folders, one port on loopback, no local delivery.
postfix_start() { # DIR PORT SETTINGS
    local d=$1/postfix; command -v postfix >/dev/null || return 0
    mkdir -p "$d/queue" "$d/data" "$d/log"; chown postfix "$d/data"
    cat > "$d/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $d/queue
data_directory = $d/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
maillog_file = $d/log/mail.log
maillog_file_prefixes = $d/log
myhostname = postfix.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
smtpd_client_connection_count_limit = 0
import_environment = MAIL_CONFIG LANG=C
$3
CF
    sed -E -e 's/^(smtp +inet .*)/#\1/' -e 's/^([a-z0-9-]+ +(unix|unix-dgram|inet) +[-yn] +[-yn] +)y/\1n/' \
        -e '/^(maildrop|uucp|ifmail|bsmtp|scalemail|mailman)/,$d' /usr/share/postfix/master.cf.dist > "$d/master.cf"
    echo "127.0.0.1:$2 inet n - n - - smtpd" >> "$d/master.cf"
    postfix -c "$d" start >"$d/log/start" 2>&1 || { cat "$d/log/start" >&2; return 1; }
    answers "$2" && echo "postfix $2" || { cat "$d"/log/* >&2; return 1; }
}

# One refused recipient; nothing may come ahead of its turn; handed on to the sink.
strict() { # SINK
    cat <<CF
relayhost = [127.0.0.1]:$1
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_delay_reject = no
smtpd_recipient_restrictions = check_recipient_access inline:{ {nobody@example.org = 550 5.1.1 no such user} }, permit_mynetworks, reject
smtpd_data_restrictions = reject_unauth_pipelining
CF
}

# A private view of users, libraries, /var and /run: what the server needs there exists for it alone.
alone() { # DIR COMMAND...
    local d=$1; shift
    printf 'opensmtpd:x:911:911::/var/lib/opensmtpd/empty:/bin/false\nopensmtpq:x:912:912::/var/lib/opensmtpd/empty:/bin/false\nDebian-exim:x:913:913::/:/bin/false\n' \
        | cat /etc/passwd - > "$d/passwd"
    printf 'opensmtpd:x:911:\nopensmtpq:x:912:\nDebian-exim:x:913:\n' | cat /etc/group - > "$d/group"
    ldconfig -X -C "$d/ld.so.cache" "$unpacked/root/usr/lib/x86_64-linux-gnu"
    unshare --mount -- bash -c '
        d=$1; shift
        mount --bind "$d/passwd" /etc/passwd; mount --bind "$d/group" /etc/group
        mount --bind "$d/ld.so.cache" /etc/ld.so.cache
        for folder in lib spool run; do
            path=/var/$folder; [ $folder = run ] && path=$(readlink -f /var/run)
            mount -t tmpfs tmpfs "$path"
        done
        mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd; chmod 711 /var/spool/smtpd
        exec "$@"' alone "$d" "$@" >"$d/out" 2>&1 &
    echo $! >> "$d/pid"
}

opensmtpd_start() { # DIR SINK PORT
    local d=$1/opensmtpd program=$unpacked/root/usr/sbin/smtpd; [ -x "$program" ] || return 0
    mkdir -p "$d"
    cat > "$d/smtpd.conf" <<CF
listen on 127.0.0.1 port $3 hostname opensmtpd.test
table dead { "nobody@example.org" }
action "on" relay host "smtp://127.0.0.1:$2"
match from any for rcpt-to <dead> reject
match from any for any action "on"
CF
    chmod 600 "$d/smtpd.conf"
    alone "$d" "$program" -d -f "$d/smtpd.conf"
    answers "$3" && echo "opensmtpd $3" || { cat "$d/out" >&2; return 1; }
}

exim_start() { # DIR SINK PORT
    local d=$1/exim program=$unpacked/root/usr/sbin/exim4; [ -x "$program" ] || return 0
    mkdir -p "$d/spool" "$d/log"; chown -R 913:913 "$d/spool" "$d/log"
    cat > "$d/exim.conf" <<CF
exim_path = $program
keep_environment =
primary_hostname = exim.test
spool_directory = $d/spool
log_file_path = $d/log/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = $3
pid_file_path = $d/exim.pid
pipelining_advertise_hosts = *
tls_advertise_hosts =
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
queue_only = true
queue_run_max = 2
remote_max_parallel = 2
host_lookup =
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = 5.1.1 no such user
       local_parts = nobody
  accept
begin routers
on:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = on
begin transports
on:
  driver = smtp
  port = $2
  allow_localhost
  hosts_try_fastopen =
  hosts_avoid_tls = *
begin retry
* * F,1h,1s
CF
    alone "$d" "$program" -C "$d/exim.conf" -bdf -q1s
    answers "$3" && echo "exim $3" || { cat "$d/out" "$d"/log/* >&2; return 1; }
}

answers() { # PORT
    for _ in $(seq 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r -t 2 line <&3 && [[ $line == 220* ]]) 2>/dev/null; then return 0; fi
        sleep 0.1
    done
    return 1
}

stop() { # DIR
    if [ -f "$1/postfix/main.cf" ]; then postfix -c "$1/postfix" stop >/dev/null 2>&1 || true; fi
    for file in "$1"/*/pid; do
        [ -f "$file" ] && while read -r pid; do kill "$pid" 2>/dev/null || true; done < "$file"
    done
    return 0
}

case ${1:-} in
fetch) fetch ;;
start) shift
    [ "$(id -u)" = 0 ] || { echo "not root" >&2; exit 0; }
    postfix_start "$1" "$3" "$(strict "$2")"; opensmtpd_start "$1" "$2" "$4"; exim_start "$1" "$2" "$5" ;;
postfix) postfix_start "$2" "$3" "$4" ;;
stop) stop "$2" ;;
*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
