#!/bin/bash
# Starts a PostgreSQL cluster of its own on a free loopback port in a temporary folder, runs the given command with
# FACTEUR_TEST_DATABASE set to its URL, stops it and removes the folder, whatever the command did.
#   tests/postgres.sh target/debug/deps/suite-… crash
#   tests/postgres.sh --programs    only prints the folder of PostgreSQL's programs
#   tests/postgres.sh --steered     prints the URL, then does what each line of its standard input says until that ends:
#                                   `stop fast`, `stop immediate`, `start`; answers `done` or `failed`
# FACTEUR_TEST_DATABASE already set: that server is used. fsync stays on: Facteur refuses to send without it.
# FACTEUR_TEST_POSTGRES_ALSO=ADDRESS: it listens there too, for clients in 198.18.0.0/15 (tests/harness/network.rs).
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
if [ -n "${FACTEUR_TEST_DATABASE:-}" ] && [ "$1" != --steered ] && [ "$1" != --programs ]; then exec "$@"; fi

# The newest version's programs: in PATH, or where Debian puts them.
find_programs() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin 2>/dev/null | sort -V | tail -1 || true)
    if [ -n "$found" ] && [ -x "$found/initdb" ]; then echo "$found"; return; fi
    if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then dirname "$(readlink -f "$(command -v initdb)")"; fi
}

bin=$(find_programs)
if [ -z "$bin" ] && command -v apt-get >/dev/null; then
    sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo -n"
    echo "postgres.sh: no initdb on this machine; installing postgresql with apt-get" >&2
    # create_main_cluster=false: only the programs are wanted, not a server that starts at boot.
    $sudo mkdir -p /etc/postgresql-common/createcluster.d 2>/dev/null &&
        echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.d/facteur-tests.conf >/dev/null || true
    { $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends postgresql; } >&2 || true
    bin=$(find_programs)
fi
if [ -z "$bin" ]; then
    echo "postgres.sh: PostgreSQL's initdb is not here and could not be installed." >&2
    echo "postgres.sh: install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server;" >&2
    echo "postgres.sh: macOS: brew install postgresql), or set FACTEUR_TEST_DATABASE=postgres://USER@HOST/DATABASE." >&2
    exit 1
fi

if [ "$1" = --programs ]; then echo "$bin"; exit 0; fi

# initdb refuses root: then it runs as the user postgres (or nobody).
as=()
if [ "$(id -u)" = 0 ]; then
    user=postgres; id -u "$user" >/dev/null 2>&1 || user=nobody
    as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env "HOME=/tmp")
fi
# In memory where there is plenty, as the tests' own files: nothing there is to outlast the machine, and a disk would only be
# waited for. TMPDIR names another place.
place=${TMPDIR:-/tmp}
if [ -z "${TMPDIR:-}" ] && room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }') &&
    memory=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null) &&
    [ "${room:-0}" -ge $((3 << 20)) ] && [ "${memory:-0}" -ge $((5 << 20)) ]; then place=/dev/shm; fi
folder=$(mktemp -d "$place/facteur-postgres.XXXXXX")
[ ${#as[@]} = 0 ] || chown "$user" "$folder"
cd "$folder"
stop() {
    local code=$?
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    cd /; rm -rf "$folder"
    exit $code
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"${as[@]}" "$bin/initdb" -D "$folder/data" -U facteur -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 1; }
also=${FACTEUR_TEST_POSTGRES_ALSO:-}
[ -z "$also" ] || echo "host all all 198.18.0.0/15 trust" >> "$folder/data/pg_hba.conf"
start() {
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" -o "-p $port -c listen_addresses=127.0.0.1${also:+,$also} \
        -c unix_socket_directories='$folder' -c fsync=on -c max_connections=1000 -c shared_buffers=256MB -c max_wal_size=256MB" start </dev/null >/dev/null 2>&1
}
# A free port can be lost to another program between the look and the start: try a few.
for try in 1 2 3 4 5; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if start; then started=1; break; fi
done
[ -n "${started:-}" ] || { cat "$folder/server.log" >&2; exit 1; }

cd "$OLDPWD"
export FACTEUR_TEST_DATABASE="postgres://facteur@127.0.0.1:$port/postgres"
# For tests that stop and start the server themselves.
export FACTEUR_TEST_POSTGRES_BIN="$bin" FACTEUR_TEST_POSTGRES_DATA="$folder/data"
if [ "$1" = --steered ]; then
    echo "$FACTEUR_TEST_DATABASE"
    while read -r verb mode; do
        case $verb in
            start) start && echo done || echo failed ;;
            stop) "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m "$mode" -w stop </dev/null >/dev/null 2>&1 && echo done || echo failed ;;
            *) echo failed ;;
        esac
    done
    exit 0
fi
echo "postgres.sh: $("$bin/postgres" --version | cut -d' ' -f3) at $FACTEUR_TEST_DATABASE" >&2
"$@"
