# The README's two commands are `make demo` and `make test`; each installs what the machine lacks.
SWIFT ?= swift
# One configuration for everything, so that nothing is built twice.
BUILD = $(SWIFT) build -c release
BIN = .build/release/colisd

DESTDIR ?=
PREFIX ?= /usr

# So many tests at a time: most wait for servers, and hundreds at once would only wait for each other.
TOGETHER = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6

.PHONY: demo demo-postgres test bench fuzz build format lint install deb clean packages test-packages

demo: build packages-demo
	packaging/demo $(BIN)

demo-postgres: build packages-demo
	@packaging/install-packages packaging/demo-postgres-packages.txt
	packaging/demo-postgres $(BIN)

build: packages
	$(BUILD) --product colisd

test: test-packages lint
	$(BUILD) --build-tests
	Benchmarks/run smoke
	FUZZ_SEED=1 Tests/Fuzz/run 5
	$(TOGETHER) $(SWIFT) test -c release --skip-build --disable-xctest

# The program as it is installed, beside public tools and small C programs; see Benchmarks/README.md.
bench: static
	$(BUILD) --product colisd-bench
	Benchmarks/run --colisd $(STATIC)/release/colisd

# Inputs that a fuzzer makes up, so many seconds for each way in; see Tests/Fuzz/README.md.
FUZZ_SECONDS ?= 60
fuzz: packages
	Tests/Fuzz/run $(FUZZ_SECONDS)

SWIFT_CODE = Package.swift Sources Tests Benchmarks/colisd-bench

# What code looks like is not a matter of taste here.
lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_CODE)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SWIFT_CODE)

# docs/commands.md and the man page, of the program's help and docs/commands.in.
.PHONY: reference
reference: build
	docs/make-reference $(BIN)

# The pictures of the documents, from the real program.
.PHONY: pictures
pictures: build packages-demo
	@packaging/install-packages packaging/pictures-packages.txt
	for picture in init terminal page; do docs/pictures/record-$$picture $(BIN) || exit 1; done

packages:
	@packaging/install-packages packaging/packages.txt

.PHONY: packages-demo
packages-demo:
	@packaging/install-packages packaging/demo-packages.txt

test-packages: packages
	@packaging/install-packages packaging/test-packages.txt Benchmarks/smoke-packages.txt
	@packaging/install-python .build-python Tests/Browser/requirements.txt
	@packaging/install-python .build-python-webhooks Tests/Webhooks/requirements.txt

# What is installed brings the Swift runtime along, so the machine needs no toolchain. It has a build
# folder of its own: the two ways of linking would throw away each other's work.
STATIC = .build-static
# Addresses that the loader has to adjust take a thirtieth of the place, which saves 2 MB; glibc has
# known the form since 2.36, Debian 12's. Nothing is loaded that would look for symbols of the program:
# without them it is another 4 MB smaller.
SMALL = -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic

# A program that is built already, in place of the one that `make static` builds.
COLISD = $(STATIC)/release/colisd
# For which Debian release the package is made, in a root of its own; empty: for this machine's.
SUITE ?=

.PHONY: static packages-deb deb-check
static: packages
	$(BUILD) --product colisd --static-swift-stdlib --scratch-path $(STATIC) $(SMALL)

# Only the program of ours is built here, and swift knows whether anything is to be done.
PROGRAM = $(if $(filter $(STATIC)/release/colisd,$(COLISD)),static)

install: $(PROGRAM)
	packaging/install $(COLISD) "$(DESTDIR)" "$(PREFIX)"

deb: $(PROGRAM) packages-deb
	packaging/deb $(COLISD) $(STATIC) $(SUITE)

# Two packages of the same program have the same bytes, and lintian finds nothing.
deb-check: $(PROGRAM) packages-deb
	@packaging/install-packages packaging/deb-check-packages.txt
	packaging/deb-check $(COLISD) $(SUITE)

packages-deb:
	@packaging/install-packages packaging/deb-packages.txt $(if $(SUITE),packaging/deb-root-packages.txt)

# The package under a real systemd in a Debian of its own, as root: `make systemd-test SUITE=trixie`.
# The first run of a suite makes that Debian in .systemd/ and one in .build-deb/ that makes its package
# (two minutes, from the network).
.PHONY: systemd-test
systemd-test: SUITE := $(or $(SUITE),bookworm)
systemd-test: deb
	@packaging/install-packages packaging/systemd-test-packages.txt
	Tests/Systemd/run $(SUITE) --deb "$$(ls -t $(STATIC)/colisd_*.deb | head -n 1)"

# Everything that can break, broken at random and counted; docs/reliability.md says what each figure is.
# SECONDS is about how long; `make torture WRITE=--write` puts the figures into that page.
SECONDS ?= 600
.PHONY: torture asan tsan
torture: test-packages
	$(BUILD) --build-tests
	Tests/Torture/run --seconds $(SECONDS) $(WRITE)

# The suites under AddressSanitizer and ThreadSanitizer, each with a build of its own.
asan: test-packages
	Tests/Sanitizers/run address
tsan: test-packages
	Tests/Sanitizers/run thread

clean:
	rm -rf .build .build-asan .build-deb .build-fuzz .build-python .build-python-webhooks .build-tsan $(STATIC) .demo .bench .systemd
