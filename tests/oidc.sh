#!/bin/bash
# A real provider of log-ins on loopback, npm's oidc-provider, for tests/oidc_real.rs. Nothing is installed: it is unpacked into
# target/oidc, once.
#   tests/oidc.sh fetch                       gets it, by npm
#   tests/oidc.sh missing                     prints why it cannot run here; nothing when it can
#   tests/oidc.sh start PORT BACK LOG         runs it until it is killed; BACK: where browsers are sent back to; LOG: what it says
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unpacked=${FACTEUR_OIDC:-$here/target/oidc}
VERSION=9.13.3

is_there() { grep -qs "\"version\": \"$VERSION\"" "$unpacked/node_modules/oidc-provider/package.json"; }

missing() {
    if ! command -v node >/dev/null; then echo "it needs node 20 or later"
    elif ! is_there; then echo "oidc-provider $VERSION is not here: run tests/oidc.sh fetch"
    fi
}

fetch() {
    if is_there; then return 0; fi
    if command -v npm >/dev/null; then
        rm -rf "$unpacked"
        mkdir -p "$unpacked"
        npm install --prefix "$unpacked" --no-audit --no-fund --ignore-scripts --no-save "oidc-provider@$VERSION" >&2 || rm -rf "$unpacked"
    fi
    is_there || echo "oidc.sh: oidc-provider $VERSION could not be had with npm; its tests are skipped" >&2
}

verb=${1:-}; [ $# = 0 ] || shift
case $verb in
fetch) fetch ;;
missing) missing ;;
start) exec env NODE_PATH="$unpacked/node_modules" node "$here/tests/oidc/provider.mjs" "$unpacked" "$1" "$2" >"$3" 2>&1 ;;
*) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
