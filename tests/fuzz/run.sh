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
if ! rustup run nightly rustc --version >/dev/null 2>&1 || ! cargo +nightly fuzz --version >/dev/null 2>&1; then
	echo "make fuzz needs a nightly compiler and cargo-fuzz:"
	echo "  rustup toolchain install nightly --profile minimal"
	echo "  cargo install --locked cargo-fuzz"
	exit 1
fi
here=$PWD/target/fuzz
python3 tests/fuzz/seeds.py "$here/seeds"
for target in "$@"; do
	mkdir -p "$here/corpus/$target" "$here/artifacts/$target"
	echo "== $target, $seconds s"
	# Facteur itself has no unsafe code, so no sanitizer: what is looked for are panics, hangs and memory without bounds.
	cargo +nightly fuzz run --fuzz-dir tests/fuzz --target-dir "$here/build" --sanitizer none "$target" \
		"$here/corpus/$target" "$here/seeds/$target" -- \
		-max_total_time="$seconds" -max_len=65536 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$here/artifacts/$target/"
done
