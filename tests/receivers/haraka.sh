# npm: Haraka@3.3.4
# Haraka, which hands each mail on while its client waits (queue/smtp_forward).
set -eu
d=$1 sink=$2 port=$3 node=$4
mkdir -p "$d/config" "$d/plugins"; rm -f "$d/config/plugins"
cp "$node/node_modules/Haraka/config/"* "$d/config/"
printf 'listen=127.0.0.1:%s\nnodes=0\n' "$port" > "$d/config/smtp.ini"
printf 'host=127.0.0.1\nport=%s\nenable_tls=false\n' "$sink" > "$d/config/smtp_forward.ini"
printf 'any\nqueue/smtp_forward\n' > "$d/config/plugins"
echo haraka.test > "$d/config/me"; echo LOGCRIT > "$d/config/loglevel"
cat > "$d/plugins/any.js" <<'JS'
exports.hook_rcpt = (next) => next(OK);
JS
exec node "$node/node_modules/Haraka/bin/haraka" -c "$d"
