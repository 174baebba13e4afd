#!/bin/bash
# SQLite names its log after the database file, by the name it was opened with. A symbolic link is followed first; a second
# hard link is not, so two programs that open one file by two names have two logs, see nothing of each other, and what one
# of them committed durably can be gone, or the file damaged, though every statement succeeded.
#
# Software: SQLite as in the Python package apsw, pinned below, from PyPI. Expected: the second name does not see the first
# one's committed row, while a symbolic link does; afterwards a committed row is missing or integrity_check complains.
# Exit 0: still so. Exit 1: it behaves otherwise now. Needs python3 with venv, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check apsw==3.46.1.0
cd "$folder"

# What a program of its own does with the name it knows: prints what it sees; with `write`, adds 200 rows.
cat >other.py <<'PYTHON'
import json, sys
import apsw

db = apsw.Connection(sys.argv[1])
db.execute("PRAGMA synchronous = FULL").fetchall()
print(json.dumps([row[0] for row in db.execute("SELECT who FROM t")]))
if sys.argv[2] == "write":
    for n in range(200):
        db.execute("INSERT INTO t VALUES (?)", (f"second {n:03} " + "x" * 200,))
PYTHON

cat >first.py <<'PYTHON'
import json, os, subprocess, sys
import apsw

def opened(name):
    db = apsw.Connection(name)
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.execute("PRAGMA synchronous = FULL").fetchall()
    return db

def other(name, what):
    done = subprocess.run([sys.executable, "other.py", name, what], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]

print("SQLite", apsw.sqlite_lib_version())
first = opened("a.db")
first.execute("CREATE TABLE t (who TEXT)")
first.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
os.symlink("a.db", "soft.db")
os.link("a.db", "hard.db")
first.execute("INSERT INTO t VALUES ('first')")
soft, hard = other("soft.db", "read"), other("hard.db", "write")
print("by a symbolic link is seen:", soft)
print("by a hard link is seen:    ", hard)
print("logs:                      ", sorted(name for name in os.listdir(".") if name.endswith("-wal")))
for n in range(200):
    first.execute("INSERT INTO t VALUES (?)", (f"first {n:03} " + "y" * 200,))
first.close()
try:
    after = opened("a.db")
    check = [row[0] for row in after.execute("PRAGMA integrity_check")][0]
    kept = [row[0].split()[0] for row in after.execute("SELECT who FROM t")]
except apsw.Error as error:
    check, kept = str(error), []
print(f"afterwards {kept.count('first')} of 201 rows of the first name, {kept.count('second')} of 200 of the second;",
      f"integrity_check: {check}")
lost = kept.count("second") < 200 or kept.count("first") < 201 or check != "ok"
sys.exit(0 if soft == ["first"] and hard == [] and lost else 1)
PYTHON
venv/bin/python first.py
