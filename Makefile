# make run   installs what the build needs, builds, starts a node and prints how to use it
# make test  installs what the tests need and runs all of them
# make bench measures this gateway beside nginx (see Benchmarks/README.md)

SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE := .build/release/switchyard

.PHONY: build debug run test unit acceptance lint bench packages test-packages

build: packages
	swift build -c release --product switchyard $(SWIFT_FLAGS)

debug: packages
	swift build --build-tests $(SWIFT_FLAGS)

run: build
	$(RELEASE) serve --quickstart

test: test-packages unit acceptance

unit: debug
	swift test --skip-build

acceptance: build
	SWITCHYARD_BINARY=$(CURDIR)/$(RELEASE) Tests/Acceptance/run

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

bench: build test-packages
	Benchmarks/run

packages:
	@deploy/packages build

test-packages:
	@deploy/packages build test
