#!/bin/bash
# What the browser tests need: Debian's chromium with chromium-driver, and axe-core (a package of npm, unpacked into target/browser).
#   tests/browser.sh fetch    installs what is missing (as root, or with sudo), says what it could not
# The tests themselves say so where a part is missing, and are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
AXE=4.14.1
[ "${1:-}" = fetch ] || { sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 2; }

if ! command -v chromedriver >/dev/null || ! command -v chromium >/dev/null; then
    if command -v apt-get >/dev/null; then
        sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo -n"
        { $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends \
            chromium chromium-driver fonts-dejavu-core; } >&2 || true
    fi
    command -v chromedriver >/dev/null || echo "browser.sh: chromium-driver is not here and could not be installed" >&2
fi
if [ ! -f target/browser/axe.min.js ]; then
    mkdir -p target/browser
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    if command -v npm >/dev/null && (cd "$folder" && npm pack --silent "axe-core@$AXE" >/dev/null 2>&1); then
        tar -xzf "$folder/axe-core-$AXE.tgz" -C "$folder" package/axe.min.js
        mv "$folder/package/axe.min.js" target/browser/axe.min.js
    else
        echo "browser.sh: axe-core $AXE could not be fetched with npm" >&2
    fi
fi
exit 0
