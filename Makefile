# The README's two commands are `make demo` and `make test`; each installs what the machine lacks.
SWIFT ?= swift
# One configuration for everything, so that nothing is built twice.
BUILD = $(SWIFT) build -c release
BIN = .build/release/colisd

DESTDIR ?=
PREFIX ?= /usr

.PHONY: demo test bench build format lint install deb clean packages test-packages

demo: build packages-demo
	packaging/demo $(BIN)

build: packages
	$(BUILD) --product colisd

test: test-packages lint
	$(BUILD) --build-tests
	Benchmarks/run smoke
	$(SWIFT) test -c release --skip-build --disable-xctest

# The program as it is installed, beside public tools and small C programs; see Benchmarks/README.md.
bench: static
	$(BUILD) --product colisd-bench
	Benchmarks/run --colisd $(STATIC)/release/colisd

SWIFT_CODE = Package.swift Sources Tests Benchmarks/colisd-bench

# What code looks like is not a matter of taste here.
lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_CODE)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SWIFT_CODE)

packages:
	@packaging/install-packages packaging/packages.txt

.PHONY: packages-demo
packages-demo:
	@packaging/install-packages packaging/demo-packages.txt

test-packages: packages
	@packaging/install-packages packaging/test-packages.txt Benchmarks/smoke-packages.txt

# What is installed brings the Swift runtime along, so the machine needs no toolchain. It has a build
# folder of its own: the two ways of linking would throw away each other's work.
STATIC = .build-static
# Addresses that the loader has to adjust take a thirtieth of the place, which saves 2 MB; glibc has
# known the form since 2.36, Debian 12's.
SMALL = -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs

.PHONY: static packages-deb
static: packages
	$(BUILD) --product colisd --static-swift-stdlib --scratch-path $(STATIC) $(SMALL)

install: static
	packaging/install $(STATIC)/release/colisd "$(DESTDIR)" "$(PREFIX)"

deb: static packages-deb
	packaging/deb $(STATIC)/release/colisd

packages-deb:
	@packaging/install-packages packaging/deb-packages.txt

clean:
	rm -rf .build $(STATIC) .demo .bench
