# Two commands do all the set-up: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# What the tests need beyond the default build, which has neither Kafka nor points to be killed at.
TEST_FEATURES = vigie/kafka,vigie/kill-points,vigie-bus/kafka,vigie-bus/kill-points,vigie-eventlog/kill-points,vigie-lines/kill-points,vigie-notices/kill-points,vigie-routing/kill-points

# Acknowledged events that a tailing reader must not miss one of.
EVENTS ?= 200000

.PHONY: help
help: ## Lists what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Builds and starts Vigie in one process with demo data; needs nothing else installed
	@scripts/need-toolchain
	cargo build --release --locked -p vigie
	target/release/vigie run

.PHONY: test
test: ## Installs and starts the real parts that are missing, and runs every test against them
	@scripts/need-toolchain
	@scripts/install-test-parts
	VIGIE_TEST_EVENTS=$(EVENTS) cargo test --locked --workspace --no-fail-fast --features $(TEST_FEATURES)

.PHONY: test-long
test-long: ## The same with the long runs: 1,000,000 events, 200 kills
	VIGIE_TEST_LONG=1 $(MAKE) test EVENTS=1000000

.PHONY: bench
bench: ## Measures against the bare parts in one run; writes target/bench/*.json
	@scripts/need-toolchain
	@scripts/install-test-parts
	cargo build --release --locked -p vigie -p vigie-bench --features vigie/kafka
	target/release/vigie-bench

.PHONY: lint
lint: ## Formatting, clippy with warnings denied, lint and compatibility of proto files and of the CRM contract
	cargo fmt --all --check
	cargo clippy --locked -p vigie -- -D warnings
	cargo clippy --locked --workspace --all-targets --features $(TEST_FEATURES) -- -D warnings
	scripts/check-proto
	scripts/check-contracts

.PHONY: golden
golden: ## Writes golden files, schemas and AsyncAPI documents of new events; look at the difference before you commit it
	UPDATE_GOLDEN=1 cargo test --locked -p vigie-lines -p vigie-routing -p vigie-notices --no-fail-fast -- golden schemas contract::

.PHONY: proto-baseline
proto-baseline: ## Accepts today's proto files as what `make lint` compares with
	scripts/check-proto --accept

.PHONY: contract-baseline
contract-baseline: ## Accepts today's CRM contract as what `make lint` compares with
	scripts/check-contracts --accept

.PHONY: clean
clean: ## Removes what was built; leaves the data of `make run` in .vigie
	cargo clean
