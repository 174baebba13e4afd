#!/bin/bash
# What SpamAssassin and rspamd say of mails that the real program sends: a confirmation, a mail for one post (text, table,
# pictures) and a weekly digest, in French and in English. Prints the rules of each and the sums, and fails over a limit.
#
#   tests/filters.sh FACTEUR          FACTEUR: the program
#
# SpamAssassin runs its local rules, as it comes; rspamd runs on a loopback port, without the modules that ask the network
# or remember other mails: what stays is about the mail itself. Both are installed when they are missing (Debian, as root).
# Writes only to a temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
program=$(readlink -f "$1")
. "$here/packages.sh"

missing=()
command -v spamassassin >/dev/null || missing+=(spamassassin)
command -v rspamd >/dev/null || missing+=(rspamd)
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        { echo "filters.sh: not here: ${missing[*]}; as root: apt-get install --no-install-recommends ${missing[*]}" >&2; exit 1; }
    # Neither is to run as a service of this machine: `RUNLEVEL=1` tells Debian's scripts not to start it.
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/facteur-filters.XXXXXX")
running=()
clean() {
    local code=$?
    for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
    exit $code
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

facteur() { "$program" --config "$folder/facteur.toml" "$@"; }

# --- the programs -----------------------------------------------------------------------------------------------------

rspamd_start() { # PORT
    local d=$folder/rspamd module
    mkdir -p "$d"/{local.d,override.d,db,run}
    for module in arc asn dkim dkim_signing dmarc fuzzy_check greylist hfilter history_redis mx_check neural phishing \
        ratelimit rbl replies reputation spf surbl url_redirector; do
        echo 'enabled = false;' > "$d/local.d/$module.conf"
    done
    echo 'filters = "chartable,regexp"; dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }' > "$d/override.d/options.inc"
    echo 'classifier "bayes" { enabled = false; }' > "$d/override.d/statistic.conf"
    echo "bind_socket = \"127.0.0.1:$1\"; count = 1;" > "$d/override.d/worker-normal.inc"
    for module in controller proxy fuzzy; do echo 'enabled = false;' > "$d/override.d/worker-$module.inc"; done
    echo "type = \"file\"; filename = \"$d/log\"; level = \"warning\";" > "$d/override.d/logging.inc"
    local user=(); [ "$(id -u)" != 0 ] || user=(--insecure)
    rspamd --no-fork "${user[@]}" --config /etc/rspamd/rspamd.conf --var=LOCAL_CONFDIR="$d" --var=DBDIR="$d/db" \
        --var=RUNDIR="$d/run" --var=LOGDIR="$d" > "$d/out" 2>&1 & running+=($!)
    # It compiles its patterns first, which may take half a minute.
    listens "$1" || listens "$1" || listens "$1" || { cat "$d/out" "$d/log" >&2; echo "filters.sh: rspamd does not answer" >&2; return 1; }
}

add() { # LANGUAGE EVERY
    local name="Carnet du fournil"; [ "$1" = fr ] || name="Bakehouse notes"
    facteur newsletter add "$1-$2" --name "$name" --from "$name <carnet@example.org>" --language "$1" --every "$2" \
        --zone Europe/Paris --site https://example.org/ --postal "12 rue du Four, 35000 Rennes" >/dev/null
}

facteur_start() { # PORT
    local language
    mkdir "$folder/arrived" "$folder/mails"
    python3 "$here/filters/sink.py" "$1" "$folder/arrived" & running+=($!)
    listens "$1"
    cat > "$folder/facteur.toml" <<TOML
base_url = "https://news.example.org"
listen = "127.0.0.1:0"
[database]
url = "sqlite://$folder/facteur.db"
[smtp]
host = "127.0.0.1"
port = $1
tls = "none"
[dns]
servers = []
[doctor]
daily = false
first_digest_above = 0
[warmup]
first_day = 0
[digests]
settle_s = 0
[log]
level = "error"
TOML
    # The first of them makes the database.
    for language in fr en; do add $language post; add $language week; done
    "$program" --config "$folder/facteur.toml" serve --roles delivery >"$folder/serve" 2>&1 & running+=($!)
}

# --- the mails --------------------------------------------------------------------------------------------------------

# Waits for the one mail that was sent and names it.
arrived() { # NAME
    local file=
    for _ in $(seq 200); do
        file=$(find "$folder/arrived" -name '*.eml')
        [ -z "$file" ] || { mv "$file" "$folder/mails/$1.eml"; return; }
        sleep 0.1
    done
    cat "$folder/serve" >&2; echo "filters.sh: $1 does not arrive" >&2; return 1
}

mails() { # LANGUAGE
    local post
    facteur subscriber add "$1-post" reader@example.net >/dev/null
    arrived "$1-confirmation"
    facteur subscriber add "$1-post" reader@example.net --confirmed-elsewhere "test of the filters" >/dev/null
    facteur subscriber add "$1-week" reader@example.net --confirmed-elsewhere "test of the filters" >/dev/null
    for post in "$here/filters/$1"/*.md; do
        facteur post add "$1-week" "$post" >/dev/null
        facteur post add "$1-post" "$post" >/dev/null
        facteur digest send "$1-post" --yes >/dev/null
        arrived "$1-post-$(basename "$post" .md | sed 's/^[0-9]*-//')"
    done
    facteur digest send "$1-week" --yes >/dev/null
    arrived "$1-week"
}

rspamd_port=$(free_port) smtp_port=$(free_port)
rspamd_start "$rspamd_port"
facteur_start "$smtp_port"
mails fr
mails en
[ -z "${FILTERS_KEEP:-}" ] || cp "$folder"/mails/*.eml "$FILTERS_KEEP"
spamassassin --version | sed -n '1p'
rspamd --version | sed -n '1p'
python3 "$here/filters/score.py" "$rspamd_port" "$folder/mails"
