# packages: opensmtpd
# OpenSMTPD as Debian sets it up, handing on to a server on another port: no PIPELINING, 100 mails on a connection.
set -eu
d=$1 sink=$2 port=$3
. "$(dirname "$0")/../packages.sh"
users opensmtpd opensmtpq
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd; chmod 711 /var/spool/smtpd
cat > "$d/smtpd.conf" <<CF
listen on 127.0.0.1 port $port hostname opensmtpd.test
table dead { "nobody@example.org" }
action "on" relay host "smtp://127.0.0.1:$sink"
match from any for rcpt-to <dead> reject
match from any for any action "on"
CF
chmod 600 "$d/smtpd.conf"
exec smtpd -d -f "$d/smtpd.conf"
