package policyfile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/policy"
)

// Start is what a first policy is written from.
type Start struct {
	Targets []string // labels of the stages that may be built, the default one last
	Tests   []string // files that look like suites of container-structure-test
	// Measured is what the image of the default target takes today; nil where it has not
	// been built.
	Measured map[policy.BudgetKind]int64
}

// schemaURL is where editors get the schema.
const schemaURL = "https://raw.githubusercontent.com/stagedive/stagedive/main/inspect/policyfile/policy.schema.json"

// First is a first policy, with all that there is to say in comments. A comment that
// begins without a blank is an entry that can be used.
func (s Start) First() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# yaml-language-server: $schema=%s", schemaURL)
	line("#")
	line("# What this project makes of what stagedive finds in its images: stagedive check fails")
	line("# where they do not hold. All keys: docs/policy.md of stagedive; the rules: stagedive rules.")
	line("")
	line("# The severity from which on a finding fails: info, low, medium, high, critical.")
	line("fail-on: high")
	line("")
	s.budgets(line)
	line("")
	line("# What may stay, and why. reason has to be there; after the day of until it counts again.")
	line("#allow:")
	line("#  - rule: SD-T003")
	line("#    path: /usr/bin/gcc")
	line("#    reason: plug-ins are compiled when they are installed")
	line("#    until: 2099-12-31")
	line("")
	line("# What weighs more or less here. * is any text; of several that match the last counts.")
	line("#severity:")
	line("#  SD-C*: info")
	line("")
	line("# What must not be in the image, and what must. ** is any number of directories, and a")
	line("# path without / in front may lie anywhere.")
	line("#paths:")
	line("#  forbidden:")
	line("#    - /bin/sh")
	line("#    - path: \"*.pem\"")
	line("#      reason: keys come from the vault")
	line("#      deleted: true # also where a later layer deletes it")
	line("#  required:")
	line("#    - /app/server")
	line("")
	line("# Packages that must not be there: of distributions, languages, and in programs.")
	line("#packages:")
	line("#  forbidden:")
	line("#    - {kind: npm, name: lodash, version: \"<4.17.21\", reason: CVE-2021-23337}")
	line("")
	line("# Rules of your own (docs/rules.md), and suites of container-structure-test.")
	line("#rules: rules/*.yaml")
	if len(s.Tests) == 0 {
		line("#tests: structure-test.yaml")
	} else {
		line("tests:")
		for _, t := range s.Tests {
			line("  - %s", quoted(t))
		}
	}
	line("")
	line("# What to ask of images, so that stagedive compare can say whether a smaller one behaves")
	line("# the same: commands, and servers on their own loopback. All keys: docs/probes.md.")
	line("#probes:")
	line("#  - app --version # its exit code and what it prints are to be the same")
	line("#  - http: 8080/healthz")
	line("#    body: ok")
	line("#  - healthcheck: true")
	line("")
	s.targets(line)
	return b.String()
}

// budgets are those for all targets, where there is only one, or where nothing has been
// measured.
func (s Start) budgets(line func(string, ...any)) {
	switch {
	case s.Measured == nil:
		line("# What the image may take. Nothing has been built yet: run stagedive check, and then")
		line("# stagedive init --force for numbers that suit it.")
		line("#budgets:")
		line("#  size: 200MB      # of the files in all layers, not compressed")
		line("#  over-base: 100MB # of these, what the base image does not bring")
		line("#  wasted: 5MB      # what layers store and the final image does not need")
		line("#  layers: 20")
		line("#  files: 20000")
	case len(s.Targets) > 1:
		line("# What every image may take; below targets it is said of single ones.")
		line("#budgets:")
		line("#  layers: 30")
	default:
		line("# What the image may take: what it takes today, and a fifth more.")
		s.measured(line, "")
	}
}

// measured are budgets for what the image takes today.
func (s Start) measured(line func(string, ...any), indent string) {
	line("%sbudgets:", indent)
	for _, kind := range policy.BudgetKinds() {
		is, known := s.Measured[kind]
		if !known {
			continue
		}
		may := strconv.FormatInt(roomy(is), 10)
		if kind.Bytes() {
			may = bytesOf(max(roomy(is), 1_000_000))
		}
		line("%s  %s: %s # today %s", indent, kind, may, kind.Amount(is))
	}
}

// targets are those of the project; the last one is the default.
func (s Start) targets(line func(string, ...any)) {
	line("# What holds for one target besides: lists are added, budgets and fail-on replace.")
	others := s.Targets
	measured := false
	if n := len(others); n > 0 {
		line("# Without --target %s is checked.", others[n-1])
		others = others[:n-1]
		measured = s.Measured != nil && n > 1
	}
	if measured {
		line("targets:")
		line("  %s: # what it takes today, and a fifth more", quoted(s.Targets[len(s.Targets)-1]))
		s.measured(line, "    ")
	} else {
		line("#targets:")
	}
	if len(others) == 0 {
		others = []string{"test"}
	}
	for _, t := range others[:min(len(others), 8)] {
		line("#  %s:", quoted(t))
		line("#    fail-on: critical")
	}
}

// quoted is a text as YAML has it.
func quoted(s string) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("/._-0123456789", r)
	}) && (s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s))
	if plain {
		return s
	}
	return strconv.Quote(s)
}

// roomy is a fifth more, rounded up to two digits.
func roomy(n int64) int64 {
	f := math.Ceil(float64(n) * 1.2)
	if f < 10 {
		return int64(f) + 1
	}
	step := math.Pow(10, math.Floor(math.Log10(f))-1)
	return int64(math.Ceil(f/step) * step)
}

// bytesOf is a number of bytes of two digits as people write it in a policy.
func bytesOf(n int64) string {
	for _, u := range []struct {
		by   int64
		name string
	}{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if n >= u.by {
			return strconv.FormatFloat(float64(n)/float64(u.by), 'f', -1, 64) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}
