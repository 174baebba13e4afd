# What the scripts here share; each sources it. In: pinned packages and a server of tests/receivers. Out: a running server.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../tests/packages.sh"
[ "$(id -u)" = 0 ] || { echo "must run as root" >&2; exit 2; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/facteur-finding.XXXXXX"); chmod 755 "$folder"
clean() {
    local code=$? run
    for run in "$folder"/*/run; do [ -d "$run" ] && end "$run"; done
    rm -rf "$folder"
    exit $code
}
trap clean EXIT
trap 'exit 130' INT TERM

# Unpacks and starts the server that tests/receivers/NAME.sh sets up; sets `sink` and `port`.
serve() { # NAME PACKAGE=VERSION...
    local name=$1; shift
    unpack "$folder/$name" "$@" 2>/dev/null || { echo "these packages cannot be had: $*" >&2; exit 3; }
    echo "server: $*"
    mkdir -p "$folder/$name/run"; chmod 755 "$folder/$name" "$folder/$name/run"
    sink=$(free_port) port=$(free_port)
    alone "$folder/$name" "$folder/$name/run" bash "$here/../tests/receivers/$name.sh" "$folder/$name/run" "$sink" "$port"
    listens "$port" || { cat "$folder/$name/run/out" >&2; exit 3; }
}

# A conversation with it, in Python with smtp.py.
talk() { PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 python3 - "$sink" "$port" "$@"; }
