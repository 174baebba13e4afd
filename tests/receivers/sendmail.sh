# packages: sendmail-base sendmail-bin sendmail-cf m4 liblockfile1 libwrap0
# Sendmail with the limits that Debian's access map sets for a client that is not on its own machine: it greets after 5 s,
# takes 10 connections at once and 10 new ones in 10 minutes.
set -eu
d=$1 sink=$2 port=$3
. "$(dirname "$0")/../packages.sh"
users smmta smmsp
mkdir -p "/var/spool/mqueue" /etc/mail; chmod 700 "/var/spool/mqueue"
cat > "/etc/mail/sendmail.mc" <<MC
divert(0)dnl
VERSIONID(\`receiver')
OSTYPE(\`debian')dnl
DOMAIN(\`debian-mta')dnl
undefine(\`confHOST_STATUS_DIRECTORY')dnl
define(\`QUEUE_DIR', \`/var/spool/mqueue')dnl
define(\`confPID_FILE', \`/run/sendmail.pid')dnl
define(\`STATUS_FILE', \`')dnl
define(\`ALIAS_FILE', \`')dnl
define(\`confDOMAIN_NAME', \`sendmail.test')dnl
define(\`confCONNECTION_RATE_WINDOW_SIZE', \`10m')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confSERVICE_SWITCH_FILE', \`/etc/mail/service.switch')dnl
define(\`SMART_HOST', \`esmtp:[127.0.0.1]')dnl
define(\`ESMTP_MAILER_ARGS', \`TCP \$h $sink')dnl
define(\`RELAY_MAILER_ARGS', \`TCP \$h $sink')dnl
FEATURE(\`no_default_msa')dnl
DAEMON_OPTIONS(\`Family=inet, Name=MTA, Port=$port, Addr=127.0.0.1')dnl
FEATURE(\`access_db', \`hash -T<TMPF> /etc/mail/access')dnl
FEATURE(\`greet_pause', \`0')dnl
FEATURE(\`delay_checks', \`friend', \`n')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`conncontrol', \`nodelay', \`terminate')dnl
FEATURE(\`ratecontrol', \`nodelay', \`terminate')dnl
FEATURE(\`nouucp', \`reject')dnl
MAILER(\`smtp')dnl
MC
# It asks for its own full name and for nothing else.
printf '127.0.0.1 localhost\n127.0.1.1 sendmail.test %s\n' "$(hostname)" > /etc/hosts
printf 'hosts\tfiles\n' > /etc/mail/service.switch
m4 /usr/share/sendmail/cf/m4/cf.m4 "/etc/mail/sendmail.mc" > /etc/mail/sendmail.cf
printf 'GreetPause:127.0.0.1\t5000\nClientConn:127.0.0.1\t10\nClientRate:127.0.0.1\t10\nConnect:127.0.0.1\tRELAY\n' |
    /usr/libexec/sendmail/makemap hash "/etc/mail/access"
exec /usr/libexec/sendmail/sendmail -bD -q1m
