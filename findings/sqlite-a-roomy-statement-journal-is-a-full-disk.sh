#!/bin/bash
# SQLITE_CONFIG_STMTJRNL_SPILL says how many bytes of a statement's journal stay in memory before it goes to a temporary file (64 KiB by
# default). Above 128 KiB, a statement whose journal outgrows the setting fails with SQLITE_FULL, "database or disk is full", on a disk
# with plenty of room: what was kept in memory is handed over as one write, and the function that writes takes lengths of 17 bits.
# Up to 128 KiB, and with -1 (never to a file), the same statement succeeds. Rule: https://sqlite.org/c3ref/c_config_covering_index_scan.html
# names no upper limit.
#
# Software: SQLite as in the Python package apsw, pinned below, from PyPI. Expected: 4,000 rows inserted with 65536, 131072 and -1,
# "database or disk is full" with 262144 and 1048576.
# Exit 0: still so. Exit 1: it behaves otherwise now. Needs python3 with venv, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check apsw==3.53.0.0
cd "$folder"

# One statement of many rows, which could fail at any of them, inside a transaction: so it has a journal of its own.
cat >insert.py <<'PYTHON'
import sys
import apsw

apsw.shutdown()
apsw.config(apsw.SQLITE_CONFIG_STMTJRNL_SPILL, int(sys.argv[1]))
apsw.initialize()
db = apsw.Connection(f"spill{sys.argv[1]}.db")
db.execute("PRAGMA journal_mode = WAL").fetchall()
db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)").fetchall()
with db:
    db.executemany("INSERT INTO t VALUES (?, ?)", ((n, f"{n * 7919 % 40009:020}") for n in range(40_000)))
db.execute("BEGIN").fetchall()
try:
    db.execute("INSERT INTO t (name) SELECT name || 'x' FROM t WHERE id % 10 = 0").fetchall()
    db.execute("COMMIT").fetchall()
    print("inserted", db.execute("SELECT COUNT(*) - 40000 FROM t").fetchall()[0][0])
except apsw.FullError as error:
    print(error)
PYTHON

echo "SQLite $(venv/bin/python -c 'import apsw; print(apsw.sqlite_lib_version())'), free here: $(df -h --output=avail . | tail -1 | tr -d ' ')"
seen=""
for bytes in 65536 131072 -1 262144 1048576; do
    said=$(venv/bin/python insert.py "$bytes" 2>&1 | tail -1)
    printf '%8s: %s\n' "$bytes" "$said"
    seen+="$said;"
done
full="database or disk is full"
[ "$seen" = "inserted 4000;inserted 4000;inserted 4000;$full;$full;" ] || { echo "SQLite behaves otherwise now"; exit 1; }
