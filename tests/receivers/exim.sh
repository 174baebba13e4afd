# packages: exim4-base exim4-daemon-light libidn12
# Exim with the limits of its own and Debian's half-hourly queue runner: from the 11th mail on a connection it only queues.
set -eu
d=$1 sink=$2 port=$3
. "$(dirname "$0")/../packages.sh"
users Debian-exim
mkdir -p "$d/spool" "$d/log"; chown -R Debian-exim: "$d"
cat > "$d/exim.conf" <<CF
keep_environment =
primary_hostname = exim.test
spool_directory = $d/spool
log_file_path = $d/log/%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
pid_file_path = $d/exim.pid
pipelining_advertise_hosts = *
tls_advertise_hosts =
smtp_accept_max = 100
host_lookup =
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = 5.1.1 no such user
       local_parts = nobody
  accept
begin routers
on:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = on
begin transports
on:
  driver = smtp
  port = $sink
  allow_localhost
  hosts_try_fastopen =
  hosts_avoid_tls = *
begin retry
* * F,1h,1s
CF
exec exim4 -C "$d/exim.conf" -bdf -q30m
