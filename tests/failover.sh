#!/bin/bash
# What becomes of a digest when its database goes back in time, on real PostgreSQL servers. Loopback only; everything is
# started and ended by id. Outside CI: a minute or two each, and Python 3 for the mail server.
#
#   tests/failover.sh PROGRAM promoted [PEOPLE]   three workers send; the primary is killed, and a standby is promoted that
#                                                 was LAG seconds behind (1)
#   tests/failover.sh PROGRAM killed [PEOPLE]     the same, and one worker is killed with it and started again afterwards:
#                                                 what it knew is gone, so everything is held until `facteur resume`
#   tests/failover.sh PROGRAM restored [PEOPLE]   pg_dump in mid-send, restored beside the original and started there
#   tests/failover.sh PROGRAM all [PEOPLE]
#
# Prints how many were sent to twice, how many never, and what was held. PEOPLE: 20,000.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
program=$(readlink -f "$1") people=${3:-20000} lag=${LAG:-1}
bin=$("$here/postgres.sh" --programs)
as=()
if [ "$(id -u)" = 0 ]; then
    user=postgres; id -u "$user" >/dev/null 2>&1 || user=nobody
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME=/tmp)
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/facteur-failover.XXXXXX"); chmod 755 "$folder"
mkdir "$folder/pg"; [ ${#as[@]} = 0 ] || chown "$user" "$folder/pg"
started=()
finish() {
    local code=$?
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for data in "$folder"/pg/*/; do "${as[@]}" "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true; done
    wait 2>/dev/null || true
    if [ "$code" = 0 ]; then rm -rf "$folder"; else echo "what was said is in $folder" >&2; fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$folder"

port=$((21000 + RANDOM % 9000))
next_port() { port=$((port + 1)); while (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done; }
tool() { python3 "$here/failover.py" "$@" >>"$folder/tools.log" 2>&1 & started+=($!); }
answers() { for _ in $(seq 100); do (echo >"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "nothing at port $1" >&2; exit 1; }
server() { # NAME PORT
    "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/$1" -w -l "$folder/pg/$1.log" -o "-p $2 -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories='$folder/pg' -c max_connections=300 -c wal_level=replica" start </dev/null >/dev/null
}
new_server() { # NAME PORT
    "${as[@]}" "$bin/initdb" -D "$folder/pg/$1" -U facteur -A trust -E UTF8 --locale=C --no-sync >/dev/null
    server "$1" "$2"
}
sql() { "$bin/psql" -X -q -A -t "postgres://facteur@127.0.0.1:$1/$2" -c "$3"; }
config() { # FILE DATABASE-URL SINK
    cat >"$folder/$1.toml" <<TOML
base_url = "https://news.example.org"
listen = "127.0.0.1:0"
database.url = "$2"
database.state_dir = "$folder/$1.state"
smtp.host = "127.0.0.1"
smtp.port = $3
smtp.tls = "none"
smtp.connections = 10
digests.settle_s = 0
dns.servers = []
doctor.daily = false
doctor.first_digest_above = 0
warmup.first_day = 0
TOML
}
facteur() { local name=$1; shift; "$program" "$@" --config "$folder/$name.toml"; }
worker() { # NAME LOG: a process that sends
    "$program" serve --roles schedule,delivery --config "$folder/$1.toml" >"$folder/$2.log" 2>&1 &
    started+=($!)
}
mails() { if [ -f "$folder/$1" ]; then wc -l <"$folder/$1"; else echo 0; fi; }
wait_for() { # WHAT SECONDS COMMAND…
    local what=$1 limit=$2 begin; begin=$(date +%s); shift 2
    until "$@"; do
        if [ $(($(date +%s) - begin)) -gt "$limit" ]; then echo "not within $limit s: $what"; return 1; fi
        sleep 0.05
    done
}
has_mails() { [ "$(mails "$1")" -ge "$2" ]; }
is_held() { [ "$(sql "$1" "$2" "SELECT COUNT(*) FROM instance WHERE name = 'hold'" 2>/dev/null || true)" = 1 ]; }
ended() { [ "$(sql "$1" "$2" "SELECT COUNT(*) FROM digest WHERE state = 'finished'" 2>/dev/null || true)" = 1 ]; }
tally() { # JOURNAL
    local all each
    all=$(mails "$1"); each=$(cut -d' ' -f1 "$folder/$1" | sort -u | wc -l)
    echo "mails $all, sent twice $((all - each)), lost $((people - each)) of $people"
}
digest() { # NAME PORT DATABASE
    facteur "$1" newsletter add news --name News --from "News <news@example.org>" --language en --postal "1 Main Street" >/dev/null
    sql "$2" "$3" "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
        SELECT 1, 'p' || i || '@example.org', 'p' || i || '@example.org', 'en', 'confirmed',
               (SELECT MIN(id) FROM schedule), 1, 1 FROM generate_series(1, $people) AS i"
    printf '# News of today\n\nSomething new.\n' | facteur "$1" post add news - >/dev/null
    facteur "$1" digest send news --yes >/dev/null
}

# With `killed`: one worker dies with the primary.
promoted() {
    local name=${1:-promoted}
    next_port; local primary=$port; next_port; local standby=$port; next_port; local slow=$port
    next_port; local road=$port; next_port; local sink=$port
    new_server "$name-primary" "$primary"
    tool slow "$slow" "$primary" "$lag"; answers "$slow"
    "${as[@]}" "$bin/pg_basebackup" -h 127.0.0.1 -p "$primary" -U facteur -D "$folder/pg/$name-standby" -X stream -c fast
    "${as[@]}" tee "$folder/pg/$name-standby/standby.signal" </dev/null >/dev/null
    "${as[@]}" tee -a "$folder/pg/$name-standby/postgresql.auto.conf" >/dev/null <<<"primary_conninfo = 'host=127.0.0.1 port=$slow user=facteur'"
    server "$name-standby" "$standby"
    echo "$primary" >"$folder/$name.backend"; tool road "$road" "$folder/$name.backend"; answers "$road"
    tool sink "$sink" "$folder/$name.journal"; answers "$sink"
    config "$name" "postgres://facteur@127.0.0.1:$road/postgres" "$sink"
    digest "$name" "$road" postgres
    sleep "$lag"; sleep 1
    for n in 1 2 3; do worker "$name" "$name-worker-$n"; done
    local doomed=${started[-1]}
    wait_for "a third of the mails" 300 has_mails $name.journal $((people * 35 / 100))
    local pid; pid=$(head -1 "$folder/pg/$name-primary/postmaster.pid")
    local children; children=$(cat "/proc/$pid/task/$pid/children")
    # shellcheck disable=SC2086 # several ids
    kill -9 "$pid" $children
    if [ "$name" = killed ]; then kill -9 "$doomed"; wait "$doomed" 2>/dev/null || true; fi
    local at; at=$(mails "$name.journal")
    sleep 3
    "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/$name-standby" -w promote >/dev/null
    local knew; knew=$(sql "$standby" postgres "SELECT COUNT(*) FROM delivery WHERE state NOT IN (0, 4)")
    echo "$standby" >"$folder/$name.backend"
    local begin; begin=$(date +%s)
    if [ "$name" = killed ]; then
        worker killed killed-worker-4
        wait_for "everything is held" 60 is_held "$standby" postgres
        sleep 10
        local held; held=$(mails killed.journal)
        sleep 5
        echo "killed: held at $held mails, $(($(mails killed.journal) - held)) more in the 5 s after"
        facteur killed newsletter show news | grep ^held
        facteur killed resume --yes
        begin=$(date +%s)
    fi
    wait_for "the digest ends" 300 ended "$standby" postgres || true
    echo "$name: killed at $at mails; the standby had $knew rows closed (batches under way not counted)"
    echo "$name: $(tally "$name.journal"); ended $(($(date +%s) - begin)) s after the promotion, or the resume"
    echo "$name: digest $(sql "$standby" postgres "SELECT state FROM digest"), held $(sql "$standby" postgres "SELECT COUNT(*) FROM instance WHERE name = 'hold'")"
    grep -h -o -E "replicates to 1 standby|gone back in time|had forgotten these results.*" "$folder/$name"-worker-?.log | sort | uniq -c || true
    facteur "$name" fsck
}

restored() {
    next_port; local server=$port; next_port; local sink=$port; next_port; local other=$port
    new_server original "$server"
    tool sink "$sink" "$folder/original.journal"; tool sink "$other" "$folder/copy.journal"; answers "$sink"; answers "$other"
    config original "postgres://facteur@127.0.0.1:$server/postgres" "$sink"
    config copy "postgres://facteur@127.0.0.1:$server/beside" "$other"
    digest original "$server" postgres
    worker original original
    wait_for "a fifth of the mails" 300 has_mails original.journal $((people / 5))
    local at; at=$(mails original.journal)
    "$bin/pg_dump" -Fc "postgres://facteur@127.0.0.1:$server/postgres" >"$folder/dump"
    "$bin/createdb" -h 127.0.0.1 -p "$server" -U facteur beside
    "$bin/pg_restore" -d "postgres://facteur@127.0.0.1:$server/beside" "$folder/dump"
    worker copy copy
    wait_for "the copy is held" 60 is_held "$server" beside
    wait_for "the original ends" 300 ended "$server" postgres
    sleep 10
    echo "restored: dumped at $at mails; the original: $(tally original.journal)"
    echo "restored: the copy sent $(mails copy.journal) unasked; held $(sql "$server" beside "SELECT recipients FROM digest") recipients, digest $(sql "$server" beside "SELECT state FROM digest")"
    facteur copy newsletter show news | grep ^held
    facteur copy resume --yes
    wait_for "the copy ends" 300 ended "$server" beside
    echo "restored: after \`facteur resume\` the copy sent $(mails copy.journal)"
}

case $2 in
    promoted | killed) promoted "$2" ;;
    restored) restored ;;
    all) promoted; promoted killed; restored ;;
    *) echo "promoted, killed, restored or all" >&2; exit 2 ;;
esac
