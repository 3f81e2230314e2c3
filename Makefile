# Everything here needs Go and make; what else is missing is installed on Debian
# and Ubuntu, and named elsewhere (.ci/setup).
#
#   make demo    builds the program and a real multi-stage example with it
#   make test    every check and test
#   make accuracy
#                how many leaks of the labelled images are found, and how much of that is true
#   make test-engines
#                images in a real Docker, Podman and containerd (on Linux, with sudo)
#   make         the program: bin/stagedive

GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.stamped=$(VERSION)

FUZZTIME ?= 10s

.PHONY: build demo test test-engines check lint accuracy bench golden fuzz demo-tape install clean

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/stagedive ./cmd/stagedive

demo: setup-runtime build
	bin/stagedive demo

# The race detector needs a C compiler; vet has run by then, over all of it.
# STAGEDIVE_REQUIRE_ENGINE=1 makes a test fail that finds no engine or runtime,
# where it would skip; .ci/run sets it.
test: setup-runtime setup-compiler setup-git check
	CGO_ENABLED=1 go test -race -vet=off -timeout 30m ./...

AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo -E)

# Starts each engine in temporary directories and on sockets of its own.
test-engines: setup-engines setup-compiler
	CGO_ENABLED=0 go vet -tags engines ./inspect ./cmd/stagedive
	CGO_ENABLED=1 go test -race -vet=off -tags engines -c -o bin/engines.test ./inspect
	cd inspect && $(AS_ROOT) ../bin/engines.test -test.timeout 20m -test.run '^TestEngine'
	CGO_ENABLED=0 go test -vet=off -tags engines -c -o bin/compare.test ./cmd/stagedive
	cd cmd/stagedive && $(AS_ROOT) ../../bin/compare.test -test.timeout 20m -test.run '^TestEngineCompare'

# Vet takes the packages as the program is compiled, so that they are compiled once.
check:
	@unformatted=$$(go run $(GOFUMPT) -l .) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "not formatted (run gofumpt -w):"; echo "$$unformatted"; exit 1; fi
	CGO_ENABLED=0 go vet -trimpath ./...

lint: check
	go run $(STATICCHECK) ./...

# Recall and precision of the leak rules on labelled images, per family.
accuracy:
	cd internal/accuracy && CGO_ENABLED=0 go test -count=1 -table

# Ratios against the bare work, not seconds.
bench:
	go test -run '^$$' -bench . -benchmem ./...

# Writes the expected outputs anew where tests keep them; look at the diff.
golden:
	go test $$(grep -rlE 'flag\.Bool\("update"|goldens\.(Check|Updating)' --include='*_test.go' . | xargs -n 1 dirname | sort -u) -update

# Every fuzz target for a short while, one after the other.
fuzz:
	@grep -rnoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | while IFS=: read -r file _ func; do \
		echo "== $${func#func } in $$(dirname "$$file")"; \
		go test -run '^$$' -fuzz "^$${func#func }$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$(dirname "$$file")" || exit 1; \
	done

# The picture of the README, recorded by VHS (https://github.com/charmbracelet/vhs).
demo-tape: build
	@command -v vhs >/dev/null || { echo "vhs is missing: https://github.com/charmbracelet/vhs#installation"; exit 1; }
	PATH="$(CURDIR)/bin:$$PATH" vhs demo.tape

install:
	CGO_ENABLED=0 go install -trimpath -ldflags '$(LDFLAGS)' ./cmd/stagedive

clean:
	rm -rf bin dist

.PHONY: setup-runtime setup-compiler setup-git setup-engines
setup-runtime setup-compiler setup-git setup-engines:
	@.ci/setup $(@:setup-%=%)
