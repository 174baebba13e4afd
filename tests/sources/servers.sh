#!/bin/bash
# packages: postfix dovecot-core dovecot-imapd dovecot-lmtpd libdb5.3 libicu72 libnsl2 libtirpc3 libtirpc-common libsasl2-2 libsasl2-modules-db libexttextcat-2.0-0 libexttextcat-data liblua5.4-0 libwrap0 libsodium23 libunwind8
# A Postfix and a Dovecot for many tests at once, inside a view of the files of their own; tests/sources.sh starts it. Where
# a mail goes is said by its domain, so that nothing is set up anew for a test:
#   W.pipe.test    to `facteur bounce` on its standard input, with the settings in DIR/worlds/W.pipe.test
#   wN.sock.test   by LMTP to the socket DIR/sockets/wN, N up to 99
#   tPORT.tcp.test by LMTP to that port
#   W.box.test     into the mailbox of x@W.box.test (password "secret"), which Dovecot serves with IMAP
#   hPORT.hop.test by SMTP to that port, the next hop
#   round.test     to this Postfix again
# The lines for master.cf are those of the manual. All times are short: what is put off is tried again each second.
set -eu
d=$1 program=$2 smtp=$3 imaps=$4 manual=$5
. "$(dirname "$0")/../packages.sh"
users dovecot dovenull postfix
grep -q '^postdrop:' /etc/group || echo 'postdrop:x:930:' >> /etc/group
sed -i '/^facteur:/d' /etc/passwd; echo 'facteur:x:5000:5000::/nonexistent:/usr/sbin/nologin' >> /etc/passwd
mkdir -p "$d/postfix/queue" "$d/postfix/data" "$d/log" "$d/dovecot" "$d/mail" "$d/sockets" "$d/worlds"
chown postfix "$d/postfix/data"; chown 5000:5000 "$d/mail"
# The folder in which it lies may be closed to the user facteur.
touch /usr/local/bin/facteur; mount --bind "$program" /usr/local/bin/facteur

# Postfix puts nothing of an address into the name of a transport, so each port and socket has its line.
{
    echo ".pipe.test facteur:"
    echo ".box.test lmtp:unix:$d/dovecot/lmtp"
    echo "round.test smtp:[127.0.0.1]:$smtp"
    read -r first last < /proc/sys/net/ipv4/ip_local_port_range
    awk -v first="$first" -v last="$last" 'BEGIN { for (p = first; p <= last; p++)
        printf "t%d.tcp.test lmtp:inet:127.0.0.1:%d\nh%d.hop.test smtp:[127.0.0.1]:%d\n", p, p, p, p }'
    for n in $(seq 99); do echo "w$n.sock.test lmtp:unix:$d/sockets/w$n"; done
} > "$d/postfix/transport"
cat > "$d/postfix/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $d/postfix/queue
data_directory = $d/postfix/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
mail_owner = postfix
maillog_file = $d/log/mail.log
maillog_file_prefixes = $d/log
myhostname = mx.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_client_connection_count_limit = 0
alias_maps =
alias_database =
notify_classes =
transport_maps = texthash:$d/postfix/transport
smtp_dns_support_level = disabled
smtp_host_lookup = native
lmtp_host_lookup = native
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
service_throttle_time = 1s
transport_retry_time = 1s
delay_warning_time = 1s
$(sed -n '/^facteur_destination_recipient_limit/p' "$manual")
CF
sed -E -e 's/^(smtp +inet .*)/#\1/' -e 's/^([a-z0-9-]+ +(unix|unix-dgram|inet) +[-yn] +[-yn] +)y/\1n/' \
    -e '/^(maildrop|uucp|ifmail|bsmtp|scalemail|mailman)/,$d' /usr/share/postfix/master.cf.dist > "$d/postfix/master.cf"
echo "127.0.0.1:$smtp inet n - n - - smtpd" >> "$d/postfix/master.cf"
sed -n '/^facteur *unix/,/^ /p' "$manual" | sed "s,/etc/facteur/facteur.toml,$d/worlds/\${nexthop}/facteur.toml," >> "$d/postfix/master.cf"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mailbox -addext subjectAltName=DNS:localhost \
    -addext basicConstraints=critical,CA:FALSE -keyout "$d/dovecot/key.pem" -out "$d/dovecot/cert.pem" 2>/dev/null
cat > "$d/dovecot/dovecot.conf" <<CF
protocols = imap lmtp
listen = 127.0.0.1
base_dir = $d/dovecot/run
state_dir = $d/dovecot/state
log_path = $d/log/dovecot.log
ssl = required
ssl_cert = <$d/dovecot/cert.pem
ssl_key = <$d/dovecot/key.pem
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=$d/mail/%d allow_all_users=yes
}
mail_location = maildir:$d/mail/%d
mail_max_userip_connections = 100
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
service lmtp {
  unix_listener $d/dovecot/lmtp {
    mode = 0666
  }
}
CF
dovecot -F -c "$d/dovecot/dovecot.conf" &
# What `postfix start-fg` does after a minute of looking at files, when the machine is busy. Not in this shell's place: a
# process that changes its user is not ended with the one that started it.
(cd "$d/postfix/queue" && mkdir -p active bounce corrupt defer deferred flush hold incoming maildrop pid private public saved trace)
chown -R postfix "$d/postfix/queue"; chown root "$d/postfix/queue" "$d/postfix/queue/pid"
MAIL_CONFIG=$d/postfix /usr/lib/postfix/sbin/master -s &
wait
