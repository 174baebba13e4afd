# packages: chasquid
# chasquid, which has no smart host: example.org is its own domain, each address exists, a program hands on.
set -eu
d=$1 sink=$2 port=$3
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../packages.sh"
users chasquid
mkdir -p "$d/conf/domains/example.org" "$d/conf/hooks" "$d/conf/certs" "$d/data"
# Each address is an alias for a program that hands on; it is not told the envelope's sender.
printf '#!/bin/sh\ncase $1 in nobody@*) ;; *) echo "| %s %s carnet@example.net $1";; esac\n' "$here/hand-on" "$sink" > "$d/conf/hooks/alias-resolve"
chmod 755 "$d/conf/hooks/alias-resolve"
cat > "$d/conf/chasquid.conf" <<CF
hostname: "chasquid.test"
smtp_address: "127.0.0.1:$port"
data_dir: "$d/data"
mail_log_path: "<stderr>"
CF
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=chasquid.test -keyout "$d/key" -out "$d/cert" 2>/dev/null
mkdir "$d/conf/certs/chasquid.test"; cp "$d/cert" "$d/conf/certs/chasquid.test/fullchain.pem"; cp "$d/key" "$d/conf/certs/chasquid.test/privkey.pem"
chown -R chasquid: "$d"
exec setpriv --reuid chasquid --regid chasquid --clear-groups chasquid -config_dir "$d/conf"
