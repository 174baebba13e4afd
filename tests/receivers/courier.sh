# packages: courier-mta courier-base courier-authdaemon courier-authlib courier-authlib-userdb libcourier-unicode4 libidn12
# Courier's ESMTP server, which relays for this machine.
set -eu
d=$1 sink=$2 port=$3
. "$(dirname "$0")/../packages.sh"
users courier
ln -s /usr/lib/courier/makedat /usr/bin/makedat
cd /etc/courier
echo courier.test > me; echo courier.test > defaultdomain; echo courier.test > locals; echo postmaster@courier.test > dsnfrom
echo ":[127.0.0.1],$sink /SECURITY=NONE" > esmtproutes
printf '127.0.0.1\tallow,RELAYCLIENT\n' > smtpaccess/default
mkdir -p /var/lib/courier/{allfilters,filters,msgq,msgs,track,tmp} /run/courier esmtpacceptmailfor.dir aliases
chown -R courier: /var/lib/courier /run/courier /etc/courier
chmod 770 /var/lib/courier/tmp
chmod 4755 /usr/lib/courier/courier/submitmkdir; chown courier: /usr/lib/courier/courier/submitmkdir
chown root:courier /usr/sbin/sendmail; chmod 2755 /usr/sbin/sendmail
sed -i -e "s/^ADDRESS=.*/ADDRESS=127.0.0.1/" -e "s/^PORT=.*/PORT=$port/" -e 's/^MAXPERIP=.*/MAXPERIP=40/' -e 's/^MAXPERC=.*/MAXPERC=40/' \
    -e 's/^BOFHCHECKDNS=.*/BOFHCHECKDNS=0/' -e 's/^TCPDOPTS=.*/TCPDOPTS="-nodnslookup -noidentlookup"/' -e 's/^ESMTPAUTH=.*/ESMTPAUTH=""/' -e 's/^ESMTPDSTART=.*/ESMTPDSTART=YES/' esmtpd
makesmtpaccess; makealiases || true; makeacceptmailfor || true
courier start
esmtpd start
while sleep 60; do :; done
