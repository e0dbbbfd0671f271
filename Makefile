# make run   installs what the build needs, builds, starts a node and prints how to use it
# make test  installs what the tests need and runs all of them
# make chaos kills nodes and stores under load for minutes, restarts all gently, and compares sums (see Tests/Chaos/README.md)
# make sdk-suites runs the official SDKs' own tests against a node (see Tests/SDKSuites/README.md)
# make compose-test builds the images, starts the whole composition and checks it; needs docker
# make bench measures this gateway beside nginx (see Benchmarks/README.md)

SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE := .build/release/switchyard

.PHONY: build debug run test unit acceptance chaos chaos-short sdk-suites sdk-suites-short compose-test fidelity fuzz recorded lint bench packages test-packages

build: packages
	swift build -c release --product switchyard $(SWIFT_FLAGS)

debug: packages
	swift build --build-tests $(SWIFT_FLAGS)

run: build
	$(RELEASE) serve --quickstart

test: test-packages unit acceptance sdk-suites-short chaos-short

# Tests that wait for real servers hold on a machine of two cores only when they do not all run at once.
SERVERS := Shared|Redis|MySQL|Outage
unit: debug
	swift test --skip-build --skip '$(SERVERS)'
	swift test --skip-build --no-parallel --filter '$(SERVERS)'

acceptance: build
	SWITCHYARD_BINARY=$(CURDIR)/$(RELEASE) Tests/Acceptance/run

chaos: build test-packages
	Tests/Chaos/run --seconds 60
	Tests/Chaos/run --stores cluster --seconds 180
	Tests/Chaos/run --stores cluster --forgetful --break node,redis --seconds 90
	Tests/Chaos/run --stores cluster --rolling --seconds 90 --whole 300 --streams 200

chaos-short: build
	Tests/Chaos/run --stores cluster --seconds 15 --whole 50 --streams 20

sdk-suites: build test-packages
	SWITCHYARD_BINARY=$(CURDIR)/$(RELEASE) Tests/SDKSuites/run

sdk-suites-short: build test-packages
	SWITCHYARD_BINARY=$(CURDIR)/$(RELEASE) Tests/SDKSuites/run --short

compose-test:
	deploy/compose-test

# Writes docs/fidelity.md: what becomes of every field, found by trying.
fidelity: debug
	SWITCHYARD_WRITE_FIDELITY=1 swift test --skip-build --filter FidelityTests

# Writes docs/recorded-traffic.md from the recordings in SWITCHYARD_CORPUS.
recorded: debug
	SWITCHYARD_WRITE_RECORDED=1 swift test --skip-build --filter RecordedTrafficTests

# Every decoder under libFuzzer for a minute (see Tests/Fuzz/README.md).
fuzz: packages
	Tests/Fuzz/run

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

bench: build test-packages
	Benchmarks/run

packages:
	@deploy/packages build

test-packages:
	@deploy/packages build test
