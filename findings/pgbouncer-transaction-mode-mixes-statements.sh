#!/bin/bash
# PgBouncer before 1.21 in transaction mode hands the named prepared statements of one client to the next, although both
# speak the protocol correctly: each is told that a statement exists that it never made, or is missing that it made.
# From 1.21 on, max_prepared_statements (200 by itself from 1.24 on) keeps them apart; 0 brings the old behaviour back.
#
# Software: pgbouncer 1.18.0-1+deb12u1 from Debian 12 (apt) before a PostgreSQL of this machine; psycopg 3.2.10 from PyPI as the
# client. Expected: session mode is well, transaction mode fails with 42P05 or 26000. Exit 0: still so. Exit 1: it behaves
# otherwise now. Needs Debian 12, python3 with venv, setpriv as root, and the network. PostgreSQL is started by tests/postgres.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "${FACTEUR_TEST_DATABASE:-}" ] || exec tests/postgres.sh "$PWD/findings/$(basename "$0")"
folder=$(mktemp -d); bouncer=
trap '[ -z "$bouncer" ] || kill "$bouncer" 2>/dev/null || true; rm -rf "$folder"' EXIT
apt() { apt-get -q -o APT::Sandbox::User=root download "$1" >/dev/null; }
(cd "$folder" && apt pgbouncer=1.18.0-1+deb12u1 && dpkg -x pgbouncer_*.deb root &&
    for library in libevent-2.1-7 libc-ares2; do apt "$library" && dpkg -x ${library}_*.deb root; done)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "psycopg[binary]==3.2.10"
as=(); [ "$(id -u)" != 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
export LD_LIBRARY_PATH="$folder/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || uname -m)-linux-gnu:$folder/root/usr/lib/x86_64-linux-gnu"
"$folder/root/usr/sbin/pgbouncer" --version | head -1

behind=${FACTEUR_TEST_DATABASE##*:}; behind=${behind%%/*}
try() { # pool_mode
    local port=$((20000 + RANDOM % 12000))
    printf '%s\n' '[databases]' "* = host=127.0.0.1 port=$behind user=facteur" '[pgbouncer]' 'listen_addr = 127.0.0.1' \
        "listen_port = $port" 'unix_socket_dir =' 'auth_type = any' 'logfile =' "pool_mode = $1" >"$folder/$1.ini"
    chmod -R a+rX "$folder"
    "${as[@]}" "$folder/root/usr/sbin/pgbouncer" -q "$folder/$1.ini" 2>/dev/null & bouncer=$!
    "$folder/venv/bin/python" - "$port" "$1" <<'PYTHON'
import sys, time
import psycopg

def connect():
    for _ in range(100):
        try:
            return psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} dbname=postgres user=facteur", autocommit=True, prepare_threshold=0)
        except psycopg.OperationalError:
            time.sleep(0.05)
    sys.exit("PgBouncer does not answer")

one, two = connect(), connect()
told = set()
for n in range(3):
    for client, sql in ((one, "SELECT %s::int + 1"), (two, "SELECT %s::int * 2")):
        try:
            client.execute(sql, (n,)).fetchone()
        except psycopg.Error as error:
            told.add(f"{error.sqlstate} {str(error).strip()}")
print(f"{sys.argv[2]}:", "; ".join(sorted(told)) or "well")
PYTHON
    kill "$bouncer"; wait "$bouncer" 2>/dev/null || true; bouncer=
}
try session | tee "$folder/session"
try transaction | tee "$folder/transaction"
grep -q "well" "$folder/session" && grep -Eq "42P05|26000" "$folder/transaction"
