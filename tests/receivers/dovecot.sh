# packages: dovecot-core dovecot-submissiond libexttextcat-2.0-0 libexttextcat-data liblua5.4-0 libwrap0
# Dovecot's submission service, which hands each mail on while its client waits. It wants a login: any name, password "secret".
set -eu
d=$1 sink=$2 port=$3
. "$(dirname "$0")/../packages.sh"
users dovecot dovenull
mkdir -p "$d/mail"; chown dovecot: "$d/mail"
cat > "$d/dovecot.conf" <<CF
protocols = submission
listen = 127.0.0.1
base_dir = /run/dovecot
log_path = /dev/stderr
hostname = dovecot.test
ssl = no
disable_plaintext_auth = no
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=dovecot gid=dovecot home=$d/mail
}
first_valid_uid = 100
mail_location = maildir:$d/mail
submission_relay_host = 127.0.0.1
submission_relay_port = $sink
submission_relay_trusted = yes
service submission-login {
  inet_listener submission {
    port = $port
  }
}
CF
exec dovecot -F -c "$d/dovecot.conf"
