# One habit, one target; `make` alone says what each is for.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
# Of `make bench`: only these parts, as in PARTS="control functions".
PARTS ?=
DESTDIR ?=

# Swift Testing begins all tests at once: on a busy machine each then takes longer than anything it waits for.
SWIFT_TEST := swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width 16
# One set of flags for every build: another set would compile everything again.
SWIFT_FLAGS := -Xswiftc -warnings-as-errors
# With Swift's own libraries inside: what is installed needs no toolchain, and starts sooner in less memory.
RELEASE_FLAGS := -c release --static-swift-stdlib $(SWIFT_FLAGS)
# The system's Python, whatever version manager stands first in PATH: `make setup` gives it its venv module.
PYTHON := $(firstword $(wildcard /usr/bin/python3) python3)

.PHONY: help
help: ## say what each target is for
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# System tests wait for programs more than they compute. A file's tests share an emulator, and stay together.
SIDE_BY_SIDE := -n 4 --dist loadfile

.PHONY: run
run: build ## try it: two registries and made images on this machine, then the dashboard; leaves nothing behind
	@scripts/demo "$$(swift build --show-bin-path)"

.PHONY: demo-aws
demo-aws: build venv emulator-venv ## the whole system on an emulated AWS, without an account; leaves nothing behind
	@.venv/bin/python scripts/demo-aws "$$(swift build --show-bin-path)"

.PHONY: build
build: setup ## the three programs, for development (debug)
	@swift build $(SWIFT_FLAGS)

.PHONY: test
test: setup venv emulator-venv moto-venv cfn-venv ## every test: Swift's, the emulator's, then the system tests with real parts
	swift build --build-tests $(SWIFT_FLAGS)
	scripts/watch-tests $(SWIFT_TEST)
	.venv/emulator/bin/python -m pytest Tests/Emulator
	ECRMIRROR_BIN="$$(swift build --show-bin-path)" .venv/bin/python -m pytest Tests/System $(SIDE_BY_SIDE)

# The emulator refuses what botocore's models do not have, so that whatever asks it proves something.
.PHONY: aws-check
aws-check: setup venv emulator-venv moto-venv cfn-venv ## what the programs ask of AWS, and the templates, held to what AWS publishes
	.venv/cfn/bin/python scripts/check-policies
	.venv/cfn/bin/python scripts/check-updates
	swift build --build-tests $(SWIFT_FLAGS)
	scripts/watch-tests $(SWIFT_TEST) --filter '^(AWSClient|AWSBackend|Backend)Tests'
	.venv/emulator/bin/python -m pytest Tests/Emulator -k conformity
	ECRMIRROR_BIN="$$(swift build --show-bin-path)" .venv/bin/python -m pytest Tests/System $(SIDE_BY_SIDE) \
	  -k "aws or lambda or roles or automation or cost or outages or templates or policies or updates or vectors"

.PHONY: lint
lint: setup venv cfn-lint ## what the formatters and linters would say
	@scripts/lint

.PHONY: cfn-lint
cfn-lint: cfn-venv ## what cfn-lint, checkov and AWS's authorization reference say of the templates
	@scripts/cfn-lint

.PHONY: format
format: venv ## rewrite Swift and Python in the project's format
	swift format format --in-place --recursive --parallel Package.swift Sources Tests Fuzz
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

# Of `make fuzz`: how long each target is fuzzed, and which, as in TARGETS="references keys".
SECONDS ?= 60
TARGETS ?=
FUZZ_FLAGS := -c release --scratch-path .build-fuzz --sanitize=address $(SWIFT_FLAGS)
.PHONY: fuzz
fuzz: setup ## libFuzzer and the address sanitizer on every parser, a minute each: TARGETS=…, SECONDS=…
	ECRMIRROR_FUZZ=1 swift build $(FUZZ_FLAGS) --product ecrmirror-fuzz
	@Fuzz/run "$$(ECRMIRROR_FUZZ=1 swift build $(FUZZ_FLAGS) --show-bin-path)/ecrmirror-fuzz" \
	  --seconds $(SECONDS) $(TARGETS)

.PHONY: bench
bench: setup venv emulator-venv ## time, requests and memory of the programs beside their baselines (release build), into Benchmarks/RESULTS.md
	@scripts/setup htop tig apache2-utils
	swift build $(RELEASE_FLAGS)
	.venv/bin/python Benchmarks/run "$$(swift build $(RELEASE_FLAGS) --show-bin-path)" $(PARTS)

# IMAGE_OPTIONS go to the engine: --platform linux/arm64, --build-arg BASE=registry.example.com/debian:trixie-slim
IMAGE ?= ecrmirror:dev
IMAGE_OPTIONS ?=
.PHONY: image
image: ## the container image for AWS, with podman, docker or buildah: IMAGE=name, IMAGE_OPTIONS='--platform …'
	@scripts/image $(IMAGE) $(IMAGE_OPTIONS)

.PHONY: image-test
image-test: ## build that image with buildah on base images made here, and try it; takes root and some ten minutes
	@scripts/image-test

.PHONY: setup
setup: ## install what building, running and testing need, if anything is missing
	@scripts/setup

.PHONY: install
install: setup ## build for release and install under PREFIX (default /usr/local; DESTDIR for packagers)
	swift build $(RELEASE_FLAGS)
	scripts/install "$$(swift build $(RELEASE_FLAGS) --show-bin-path)" "$(DESTDIR)" "$(PREFIX)"

.PHONY: clean
clean: ## remove what was built here
	rm -rf .build .build-fuzz .venv .pytest_cache .ruff_cache

# $(call python-tools,FOLDER,REQUIREMENTS,NAME): installs what the file pins into FOLDER, unless that has it already.
define python-tools
  cmp -s $(2) $(1)/ready || { \
    echo "Installing $(3) into $(1)"; \
    $(PYTHON) -m venv --clear $(1); \
    $(1)/bin/pip install --quiet --disable-pip-version-check --retries 5 -r $(2); \
    cp $(2) $(1)/ready; \
  }
endef

.PHONY: venv
venv:
	@$(call python-tools,.venv,Tests/requirements.txt,the test tools)

# MiniStack pins its botocore, so it lives apart; the .pth file lets `-m emulator` be found from anywhere.
.PHONY: emulator-venv
emulator-venv: venv
	@$(call python-tools,.venv/emulator,Tests/Emulator/requirements.txt,the AWS emulator)
	@printf '%s\n' "$(CURDIR)/Tests/Emulator" "$(CURDIR)/scripts" \
	  > "$$(.venv/emulator/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ecrmirror.pth"

# moto pins other versions of the same again.
.PHONY: moto-venv
moto-venv: venv
	@$(call python-tools,.venv/moto,Tests/SecondOpinion/requirements.txt,moto)

# The template linters pin what other tools need otherwise, so they live apart.
.PHONY: cfn-venv
cfn-venv: venv
	@$(call python-tools,.venv/cfn,cfn/requirements.txt,the template linters)
