#!/bin/bash
# `make fuzz`: hands invented bytes to each reader of what strangers send, SECONDS for each (600). Ends with 1 at the first that
# panics, hangs or takes too much memory; what did it lies in target/fuzz/artifacts. What was learned stays in target/fuzz/corpus, so
# that the next run begins with it.
# usage: tests/fuzz/run.sh [SECONDS [TARGET ...]]
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift || true
[ $# -gt 0 ] || set -- report feedback hook dns
if ! cargo fuzz --version >/dev/null 2>&1; then
	echo "make fuzz needs cargo-fuzz: cargo install --locked cargo-fuzz"
	exit 1
fi
here=$PWD/target/fuzz
python3 tests/fuzz/seeds.py "$here/seeds"
# Facteur itself has no unsafe code, so no sanitizer, and no nightly compiler: what is looked for are panics, hangs and memory without
# bounds. Built once for all, and run from there: what is changed meanwhile is for the next time.
for target in "$@"; do
	cargo fuzz build --fuzz-dir tests/fuzz --target-dir "$here/build" --sanitizer none "$target"
done
programs=$here/build/$(rustc -vV | sed -n 's/^host: //p')/release
for target in "$@"; do
	mkdir -p "$here/corpus/$target" "$here/artifacts/$target"
	echo "== $target, $seconds s"
	"$programs/$target" "$here/corpus/$target" "$here/seeds/$target" \
		-max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$here/artifacts/$target/"
done
