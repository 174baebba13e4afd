#!/bin/bash
# What some tests need besides, as Debian's packages: PgBouncer, a second verifier of DKIM signatures, and `ip`, which makes networks.
#   tests/peers.sh fetch    installs what is missing (as root, or with sudo), says what it could not
# The tests themselves say so where one is missing, and are skipped.
set -euo pipefail
[ "${1:-}" = fetch ] || { sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 2; }

missing=()
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
/usr/bin/python3 -c 'import dkim, nacl.signing' 2>/dev/null || missing+=(python3-dkim python3-nacl)
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || missing+=(iproute2)
[ ${#missing[@]} -gt 0 ] || exit 0
if command -v apt-get >/dev/null; then
    sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo -n"
    # PgBouncer is not to run as a service of this machine: `RUNLEVEL=1` tells Debian's scripts not to start it.
    { $sudo apt-get update -q && $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"; } >&2 || true
fi
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || echo "peers.sh: pgbouncer is not here and could not be installed" >&2
/usr/bin/python3 -c 'import dkim, nacl.signing' 2>/dev/null || echo "peers.sh: python3-dkim and python3-nacl are not here and could not be installed" >&2
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || echo "peers.sh: ip (iproute2) is not here and could not be installed" >&2
exit 0
