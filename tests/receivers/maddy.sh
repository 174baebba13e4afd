# go: github.com/foxcpp/maddy/cmd/maddy@v0.8.1
# maddy with its default limits (20 mails a second), handing on while its client waits.
set -eu
d=$1 sink=$2 port=$3 bin=$4
mkdir -p "$d/state" "$d/run"
cat > "$d/maddy.conf" <<CF
hostname maddy.test
state_dir $d/state
runtime_dir $d/run
tls off
log stderr
target.smtp on {
    hostname maddy.test
    targets tcp://127.0.0.1:$sink
    starttls no
}
smtp tcp://127.0.0.1:$port {
    limits {
        all rate 20 1s
        all concurrency 10
    }
    deliver_to &on
}
CF
exec "$bin/maddy" -config "$d/maddy.conf" run
