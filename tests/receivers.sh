#!/bin/bash
# Real mail servers on loopback ports, for tests/receivers.rs. All hand what they take on to a sink, so that a test can
# count it. Needs root (each server has its own users). Nothing is installed: each is unpacked into target/receivers and runs
# in a view of the files of its own (tests/packages.sh); tests/receivers/NAME.sh says how. Postfix alone must be installed.
#
#   tests/receivers.sh fetch [NAME...]                  gets what is missing: apt, npm, the Go module proxy
#   tests/receivers.sh names                            prints "NAME VERSION" for each that is there
#   tests/receivers.sh start NAME DIR SINK PORT         starts one
#   tests/receivers.sh postfix DIR PORT SETTINGS        starts a Postfix alone, with these lines more in its main.cf
#   tests/receivers.sh stop DIR                         stops what it started
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unpacked=${FACTEUR_RECEIVERS:-$here/target/receivers}
. "$here/tests/packages.sh"

every() { for file in "$here"/tests/receivers/*.sh; do basename "$file" .sh; done; }
wants() { sed -n "s/^# $2: //p" "$here/tests/receivers/$1.sh"; } # NAME KIND

fetch() { # NAME
    local folder=$unpacked/$1
    [ ! -f "$folder/version" ] || return 0
    mkdir -p "$folder"
    local packages npm go; packages=$(wants "$1" packages) npm=$(wants "$1" npm) go=$(wants "$1" go)
    if [ -n "$packages" ]; then
        unpack "$folder" $packages && version_of "$folder" "$(echo "$packages" | tr ' ' '\n' | grep -m1 -E 'submissiond|light|-bin|mta|^[a-z]*$')" > "$folder/version"
    elif [ -n "$npm" ]; then
        (cd "$folder" && npm install --omit=optional --ignore-scripts --no-audit --no-fund "$npm" >&2) && echo "${npm#*@}" > "$folder/version"
    else
        (cd "$folder" && go_program "$go") >&2 && echo "${go#*@v}" > "$folder/version"
    fi || echo "receivers.sh: $1 could not be had" >&2
}

# Builds a program into this folder, in a module that replaces what the program's own module does.
go_program() { # PATH@VERSION
    local module=${1%%/cmd/*}; module+=@${1#*@}
    [ -f go.mod ] || go mod init receivers
    local own; own=$(go mod download -json "$module" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
    sed -n 's/^replace \([^ ]*\) => \([^ ]*\) \([^ ]*\).*/\1=\2@\3/p' "$own" | while read -r line; do go mod edit -replace "$line"; done
    go get -tool "$1" && GOBIN=$PWD go install "${1%@*}"
}

names() {
    if [ "$(id -u)" != 0 ]; then echo "not root" >&2; return; fi
    if command -v postfix >/dev/null; then echo "postfix $(postconf -h mail_version)"; fi
    for name in $(every); do if [ -f "$unpacked/$name/version" ]; then echo "$name $(cat "$unpacked/$name/version")"; fi; done
}

start() { # NAME DIR SINK PORT
    if [ "$1" = postfix ]; then postfix_start "$2" "$4" "$(strict "$3")"; return; fi
    alone "$unpacked/$1" "$2" bash "$here/tests/receivers/$1.sh" "$2" "$3" "$4" "$unpacked/$1"
    listens "$4" || { cat "$2/out" >&2; return 1; }
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
    listens "$2" || { cat "$d"/log/* >&2; return 1; }
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

stop() { # DIR
    if [ -f "$1/postfix/main.cf" ]; then postfix -c "$1/postfix" stop >/dev/null 2>&1 || true; fi
    end "$1"
}

verb=${1:-}; [ $# = 0 ] || shift
case $verb in
fetch) [ $# -gt 0 ] || set -- $(every); for name in "$@"; do fetch "$name"; done ;;
names) names ;;
start) start "$@" ;;
postfix) postfix_start "$@" ;;
stop) stop "$1" ;;
*) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
