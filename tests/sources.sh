#!/bin/bash
# A real Postfix and a real Dovecot on loopback, which bring back what Facteur sent: for tests/sources.rs. Needs root and a kernel
# with overlayfs. Nothing is installed: what this machine has not is unpacked into target/sources, and both run in a view of
# the files of their own (tests/packages.sh); tests/sources/servers.sh says how they are set up.
#
#   tests/sources.sh fetch                          gets what is missing, by apt
#   tests/sources.sh missing                        prints why they cannot run here; nothing when they can
#   tests/sources.sh start DIR PROGRAM SMTP IMAPS   starts both; PROGRAM: facteur; the others: ports
#   tests/sources.sh stop DIR                       stops them
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unpacked=${FACTEUR_SOURCES:-$here/target/sources}
. "$here/tests/packages.sh"

packages=$(sed -n 's/^# packages: //p' "$here/tests/sources/servers.sh")

# What makes up both is there: /usr/lib/dovecot/lmtp is in a package of its own.
are_in() { [ -x "$1/usr/lib/postfix/sbin/master" ] && [ -x "$1/usr/lib/dovecot/lmtp" ] && [ -x "$1/usr/lib/dovecot/imap" ]; } # ROOT

missing() {
    if [ "$(id -u)" != 0 ]; then echo "it needs root, for the users of both servers"
    elif ! are_in "" && ! are_in "$unpacked/root"; then echo "Postfix and Dovecot are not here: run tests/sources.sh fetch, or install postfix, dovecot-imapd and dovecot-lmtpd"
    elif ! unshare --mount true 2>/dev/null; then echo "it needs a view of the files of its own (unshare --mount)"
    fi
}

fetch() {
    if are_in "" || are_in "$unpacked/root"; then return 0; fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then echo "sources.sh: $(missing)" >&2; return 0; fi
    rm -rf "$unpacked"
    # Lists that are too old name packages that are gone.
    unpack "$unpacked" $packages || { apt-get update -q >&2 && unpack "$unpacked" $packages; } || rm -rf "$unpacked"
    are_in "$unpacked/root" || echo "sources.sh: Postfix and Dovecot could not be had; their tests are skipped" >&2
}

start() { # DIR PROGRAM SMTP IMAPS
    local folder=$unpacked; if are_in ""; then folder=$unpacked/none; fi
    SHOWN="$(dirname "$1") $2" alone "$folder" "$1" bash "$here/tests/sources/servers.sh" "$@" "$here/docs/operator.md"
    for port in "$3" "$4"; do
        # A busy machine takes its time.
        listens "$port" || listens "$port" || listens "$port" || listens "$port" || { cat "$1/out" "$1"/log/* >&2; return 1; }
    done
}

verb=${1:-}; [ $# = 0 ] || shift
case $verb in
fetch) fetch ;;
missing) missing ;;
start) start "$@" ;;
stop) end "$1" ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
