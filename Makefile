# The README's two commands are `make demo` and `make test`; each installs what the machine lacks.
SWIFT ?= swift
# One configuration for everything, so that nothing is built twice.
BUILD = $(SWIFT) build -c release
BIN = .build/release/colisd

DESTDIR ?=
PREFIX ?= /usr

.PHONY: demo test build format lint install deb clean packages test-packages

demo: build packages-demo
	packaging/demo $(BIN)

build: packages
	$(BUILD) --product colisd

test: test-packages lint
	$(BUILD) --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

# What code looks like is not a matter of taste here.
lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

packages:
	@packaging/install-packages packaging/packages.txt

.PHONY: packages-demo
packages-demo:
	@packaging/install-packages packaging/demo-packages.txt

test-packages: packages
	@packaging/install-packages packaging/test-packages.txt

install: build
	packaging/install $(BIN) "$(DESTDIR)" "$(PREFIX)"

deb: build
	packaging/deb $(BIN)

clean:
	rm -rf .build .demo
