# make            lists what there is
# CARGO="…" make  runs another cargo (a wrapper, say)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
CARGO ?= cargo
# One feature set for every call, so that nothing is built twice. `faults` compiles the fault points that tests pull.
SET := --locked --features faults
TIMES := target/make-test.times
# Each test that cannot run here adds a line to it (tests/harness/machine.rs).
SKIPPED := target/make-test.skipped
# Twice as many tests at once as there are cores: half of the time a test waits.
# One seed for what property tests invent, so that a change is judged by itself; `make properties` goes looking with new ones.
SUITE := PROPTEST_RNG_SEED=20261130 FACTEUR_TEST_SKIPPED="$(CURDIR)/$(SKIPPED)" RUST_TEST_THREADS=$(or $(RUST_TEST_THREADS),$(shell echo $$(( 2 * $$(getconf _NPROCESSORS_ONLN) ))))

# Modules of the suite that open no database: what they find on SQLite they would find again on PostgreSQL.
PURE := arrows encoding first_line house letters

# With the compiler that `rust-version` names a lint stops the step; what a newer one has to say besides is shown, and stops nobody.
STRICT := $(shell grep -q "^rust-version = \"$$(rustc --version | cut -d ' ' -f 2 | cut -d . -f 1,2)\"" Cargo.toml && echo "-D warnings")

# A step of `make test`: name, command. Says how long it took; the list comes again at the end.
define step
begin=$$(date +%s); echo; echo "== $(1)"; $(2); took=$$(( $$(date +%s) - begin )); echo "== $(1): $$took s"; \
	printf '%6s s  %s\n' $$took "$(1)" >> $(TIMES)
endef

.PHONY: help demo test check bench deny fmt soak properties fuzz receivers relay filters steps

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name says; do printf '  make %-10s %s\n' "$$name" "$$says"; done

demo: ## the whole loop on one loopback port, without any configuration
	$(CARGO) run --release --locked -- demo

test: ## everything a change must pass: format, lints, docs, the suite on SQLite and on PostgreSQL
	@mkdir -p target; rm -f $(TIMES) $(SKIPPED); begin=$$(date +%s); $(MAKE) --no-print-directory steps; \
	echo; [ ! -s $(SKIPPED) ] || sort -u $(SKIPPED); \
	echo; cat $(TIMES); printf '%6s s  in all\n' $$(( $$(date +%s) - begin ))

steps:
	@$(call step,format,$(CARGO) fmt --check)
	@$(call step,lints,$(CARGO) clippy --all-targets $(SET) $(if $(STRICT),-- $(STRICT)))
	@$(call step,docs,RUSTDOCFLAGS="$(STRICT)" $(CARGO) doc --no-deps --document-private-items $(SET))
	@$(call step,browser for the tests,tests/browser.sh fetch)
	@$(call step,mail servers for the tests,tests/sources.sh fetch)
	@$(call step,provider of log-ins for the tests,tests/oidc.sh fetch)
	@$(call step,peers for the tests,tests/peers.sh fetch)
	@$(call step,build of the tests,$(CARGO) test --no-run $(SET))
	@$(call step,suite on SQLite,env -u FACTEUR_TEST_DATABASE $(SUITE) $(CARGO) test $(SET))
	@$(call step,suite on PostgreSQL,$(SUITE) tests/postgres.sh $(CARGO) test $(SET) --test suite -- $(addprefix --skip ,$(addsuffix ::,$(PURE))))

check: ## only the compiler and the lints, for while you write
	$(CARGO) clippy --all-targets $(SET)

bench: ## each figure beside its limit, on both databases (BENCH="sending --quick" takes a part; BENCH=sending, feeds, signup, burst, import or release, BASE=PROGRAM: against an older build; PROFILE=dist: as a package ships it)
	$(if $(BASE),$(if $(filter import release sending,$(BENCH)),tests/postgres.sh),tests/postgres.sh) $(CARGO) bench --locked $(if $(PROFILE),--profile $(PROFILE)) --bench limits -- $(BENCH) $(if $(BASE),--base $(abspath $(BASE)))

deny: ## licences, banned and doubled crates, sources
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --locked check bans licenses sources; \
	else echo "cargo-deny is not installed: cargo install --locked cargo-deny"; exit 1; fi

fmt: ## formats the code
	$(CARGO) fmt

receivers: ## one digest to each of nine real mail servers on loopback, unpacked into target/ (SERVERS="exim maddy" takes a part); as root
	tests/receivers.sh fetch $(SERVERS)
	FACTEUR_RECEIVERS_NAMES="$(SERVERS)" $(CARGO) test $(SET) --test suite -- receivers:: --nocapture

relay: ## one digest to 100,000 through a real Postfix, the books of both compared (N=1000, SINK=smtp-sink); as root
	program=$$($(CARGO) build --release --locked --message-format json-render-diagnostics | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'); \
	tests/relay.sh "$$program" $(or $(SINK),postfix) $(N)

filters: ## what SpamAssassin and rspamd say of a confirmation, of mails for one post and of a digest; installs both as root
	program=$$($(CARGO) build --locked --message-format json-render-diagnostics | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p'); \
	tests/filters.sh "$$program"

properties: ## property tests alone, with a new seed and many more inputs than `make test` gives them (CASES=5000, SEQUENCES=200)
	PROPTEST_CASES=$(or $(CASES),5000) $(CARGO) test $(SET) --lib
	PROPTEST_CASES=$(or $(CASES),5000) $(CARGO) test $(SET) --test suite -- encoding:: embeds::
	FACTEUR_SEQUENCES=$(or $(SEQUENCES),200) $(CARGO) test $(SET) --test suite -- rhythm::random_acts --nocapture
	FACTEUR_SEQUENCES=$(or $(SEQUENCES),200) tests/postgres.sh $(CARGO) test $(SET) --test suite -- rhythm::random_acts --nocapture

fuzz: ## invented bytes for each reader of what strangers send (reports, complaints, web hooks, DNS), 10 minutes each (FOR=60 seconds, TARGETS="hook dns"); says what to install
	tests/fuzz/run.sh $(or $(FOR),600) $(TARGETS)

soak: ## hundreds of kills on both databases, some five minutes (KILLS=300)
	FACTEUR_SOAK_KILLS=$(or $(KILLS),300) $(CARGO) test $(SET) --test suite -- crash:: --nocapture --test-threads 1
	FACTEUR_SOAK_KILLS=$(or $(KILLS),300) tests/postgres.sh $(CARGO) test $(SET) --test suite -- crash:: --nocapture --test-threads 1
