#!/bin/bash
# One digest to many subscribers by the real program, through a real mail server on loopback, and then the books of both
# sides beside each other: what Facteur recorded, what the server logged. Each recipient must stand in them exactly once.
# Everything is set up by the commands that an operator types.
#
#   tests/relay.sh FACTEUR [postfix|smtp-sink] [COUNT]     FACTEUR: the program; COUNT: subscribers
#
# postfix (100,000): Debian's Postfix, which queues each mail on disk and hands it on to its `discard` transport.
# smtp-sink (10,000): the test receiver that Postfix comes with; it counts, and notes each envelope.
# Needs root (both servers change to a user of their own) and the package postfix. Writes only to a temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
program=$(readlink -f "$1") sink=${2:-postfix} count=${3:-}
case $sink in
    postfix) count=${count:-100000} ;;
    smtp-sink) count=${count:-10000} ;;
    *) echo "relay.sh: no receiver is called $sink" >&2; exit 2 ;;
esac
PATH=$PATH:/usr/sbin
[ "$(id -u)" = 0 ] || { echo "relay.sh: must run as root" >&2; exit 1; }
command -v "$sink" >/dev/null || { echo "relay.sh: $sink is not here: apt-get install postfix" >&2; exit 1; }
CONNECTIONS=32
# Seconds that the whole send may take: 50 mails a second, and two minutes.
PATIENCE=$((count / 50 + 120))

folder=$(mktemp -d "${TMPDIR:-/tmp}/facteur-relay.XXXXXX")
chmod 755 "$folder"
serving="" sinking=""
clean() {
    local code=$?
    for pid in $serving $sinking; do kill "$pid" 2>/dev/null || true; done
    wait
    "$here/receivers.sh" stop "$folder"
    rm -rf "$folder"
    exit $code
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

facteur() { "$program" --config "$folder/facteur.toml" "$@"; }
address() { seq -f "reader.%.0f@example.test" "$1"; }
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo $port
}

# --- the receivers: start, wait until all is through, write what they saw --------------------------------------------

# As many processes as there are connections, no pause for the sake of the queue.
postfix_start() { # PORT
    "$here/receivers.sh" postfix "$folder" "$1" "default_process_limit = 200
in_flow_delay = 0
default_transport = discard:
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_message_rate_limit = 0
message_size_limit = 0" >/dev/null
    log=$folder/postfix/log/mail.log
}

# Until nothing is queued any more: the log then has a line for the end of each mail.
postfix_settle() {
    local until=$((SECONDS + PATIENCE))
    while [ -n "$(find "$folder"/postfix/queue/{maildrop,incoming,active,deferred,hold} -type f -print -quit)" ]; do
        [ $SECONDS -lt $until ] || { echo "relay.sh: Postfix's queue does not empty" >&2; return 1; }
        sleep 1
    done
    sleep 1
}

postfix_books() {
    sed -n 's/.* to=<\([^>]*\)>.* status=sent .*/\1/p' "$log" > "$folder/received"
    sed -n 's/.*\/cleanup\[.* message-id=<\([^>]*\)>.*/\1/p' "$log" > "$folder/message-ids"
    compare "Postfix: mails taken from Facteur" "$(grep -c '/smtpd\[.*: client=' "$log")"
    compare "Postfix: mails activated in its queue (from=)" "$(grep -c '/qmgr\[.* from=<.*(queue active)' "$log")"
    compare "Postfix: mails removed when done with" "$(grep -c '/qmgr\[.*: removed$' "$log")"
    compare "Postfix: mails deferred, bounced or refused" "$(grep -cE 'status=(deferred|bounced)|: reject: ' "$log")" 0
}

smtp-sink_start() { # PORT
    mkdir "$folder/sink"; chown nobody "$folder/sink"
    (cd "$folder/sink" && exec smtp-sink -u nobody -c -D mails "127.0.0.1:$1" 256) > "$folder/counters" &
    sinking=$!
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
    echo "relay.sh: smtp-sink does not answer" >&2; return 1
}

smtp-sink_settle() { kill "$sinking"; wait "$sinking" 2>/dev/null || true; sinking=""; }

smtp-sink_books() {
    sed -n 's/^X-Rcpt-Args: <\([^>]*\)>.*/\1/p' "$folder/sink/mails" > "$folder/received"
    sed -n 's/^Message-ID: <\([^>]*\)>.*/\1/p' "$folder/sink/mails" > "$folder/message-ids"
    compare "smtp-sink: its count (mesg=)" "$(tr '\r' '\n' < "$folder/counters" | sed -n 's/.*mesg=\([0-9]*\).*/\1/p' | tail -1)"
}

# --- the books ---------------------------------------------------------------------------------------------------------

wrong=0
compare() { # WHAT SEEN [EXPECTED]
    local expected=${3:-$count} mark=ok
    [ "$2" = "$expected" ] || { mark="NOT $expected"; wrong=$((wrong + 1)); }
    printf '%-60s %10s  %s\n' "$1" "$2" "$mark"
}

set_up() { # PORT
    cat > "$folder/facteur.toml" <<TOML
base_url = "https://news.example.test"
listen = "127.0.0.1:0"
[database]
url = "sqlite://$folder/facteur.db"
[smtp]
host = "127.0.0.1"
port = $1
tls = "none"
connections = $CONNECTIONS
[dns]
servers = []
[doctor]
daily = false
first_digest_above = 0
[warmup]
first_day = 0
[digests]
settle_s = 0
[log]
level = "warn"
TOML
    { echo email; address "$count" | sort -R --random-source=/dev/zero; } > "$folder/readers.csv"
    { printf '# The postman comes every morning\n\n'; for n in $(seq 40); do
        printf 'Whatever the weather, he brings letter %s: an invoice, a card, sometimes a parcel from far away.\n\n' "$n"
    done; } > "$folder/post.md"
    facteur newsletter add carnet --name "Carnet" --from "Carnet <carnet@news.example.test>" --language en --every week --zone UTC \
        --postal "1 Main Street" >/dev/null
    facteur import carnet "$folder/readers.csv" --confirmed-elsewhere "list of the relay test" | head -2
    facteur post add carnet "$folder/post.md" >/dev/null
}

# The seconds that it took are printed on the way.
send() {
    facteur digest send carnet --yes >/dev/null
    local began=$SECONDS
    "$program" --config "$folder/facteur.toml" serve --roles delivery & serving=$!
    timeout $PATIENCE "$program" --config "$folder/facteur.toml" digest status carnet --watch >/dev/null ||
        { echo "relay.sh: the digest does not end in $PATIENCE s" >&2; facteur digest status carnet >&2; return 1; }
    echo "sent over $CONNECTIONS connections in $((SECONDS - began)) s"
    kill -TERM "$serving"; wait "$serving"; serving=""
}

facteur_books() {
    local status; status=$(facteur digest status carnet --json)
    field() { sed -n "s/^ *\"$1\": \"\{0,1\}\([^,\"]*\).*/\1/p" <<< "$status" | head -1; }
    compare "Facteur: state of the digest" "$(field state)" finished
    compare "Facteur: recipients" "$(field recipients)"
    compare "Facteur: accepted" "$(field accepted)"
    compare "Facteur: open, refused, skipped or in doubt" \
        $(($(field queued) + $(field started) + $(field deferred) + $(field refused) + $(field skipped) + $(field uncertain))) 0
    local checked
    if checked=$(facteur fsck); then checked=$(sed -n 's/.* with \([0-9]*\) recipients checked$/\1/p' <<< "$checked"); fi
    compare "Facteur: recipients that fsck found in order" "$checked"
}

recipients_once() {
    sort "$folder/received" > "$folder/received.sorted"
    compare "recipients on the other side" "$(wc -l < "$folder/received.sorted")"
    compare "  of them different ones" "$(uniq "$folder/received.sorted" | wc -l)"
    compare "  of them our subscribers" "$(address "$count" | sort | comm -12 - <(uniq "$folder/received.sorted") | wc -l)"
    compare "  different Message-IDs" "$(sort -u "$folder/message-ids" | wc -l)"
}

port=$(free_port)
"${sink}_start" "$port"
echo "one digest to $count subscribers through $sink"
set_up "$port"
send
"${sink}_settle"
facteur_books
"${sink}_books"
recipients_once
[ $wrong = 0 ] || { echo "relay.sh: $wrong of the counts differ" >&2; exit 1; }
echo "each of $count recipients stands in both books exactly once"
