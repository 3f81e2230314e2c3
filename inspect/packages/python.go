package packages

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// readPython reads what an installer leaves of a package: METADATA or PKG-INFO, fields
// as in a mail's head (core metadata, PEP 566).
func readPython(_ *sink, at string, r io.Reader) (store, bool) {
	var it item
	body := false
	lines(r, func(line []byte) {
		if body = body || len(line) == 0; body {
			return
		}
		field, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return
		}
		value = bytes.TrimSpace(value)
		switch string(field) {
		case "Name":
			it.name = string(value)
		case "Version":
			it.version = string(value)
		case "Requires-Dist":
			if name, extra := requirement(string(value)); name != "" && !isDevGroup(extra) {
				it.needs = append(it.needs, name)
			}
		}
	})
	slices.Sort(it.needs)
	it.needs = slices.Compact(it.needs)
	return store{kind: pypi, path: at, items: []item{it}}, it.name != "" && it.version != ""
}

// requirement is the name of what a requirement asks for (PEP 508), in its normal form,
// and the extra that it belongs to: the name is "" where there is none.
func requirement(line string) (name, extra string) {
	spec, marker, _ := strings.Cut(line, ";")
	spec = strings.TrimSpace(spec)
	end := 0
	for end < len(spec) && isNameByte(spec[end]) {
		end++
	}
	if _, after, ok := strings.Cut(marker, "extra"); ok {
		extra = strings.Trim(after, " =\"'()")
		if i := strings.IndexAny(extra, "\"' )"); i >= 0 {
			extra = extra[:i]
		}
	}
	return normal(spec[:end]), extra
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// normal is a Python package's name as indexes compare it (PEP 503).
func normal(name string) string {
	plain := true
	for i := range len(name) {
		plain = plain && (name[i] >= 'a' && name[i] <= 'z' || name[i] >= '0' && name[i] <= '9')
	}
	if plain {
		return name
	}
	var b strings.Builder
	for _, c := range []byte(strings.ToLower(name)) {
		if c == '_' || c == '.' {
			c = '-'
		}
		if c == '-' && strings.HasSuffix(b.String(), "-") {
			continue
		}
		b.WriteByte(c)
	}
	return strings.Trim(b.String(), "-")
}

// isDevGroup says whether a group of dependencies, or an extra, is named as those are
// that nobody installs to run something.
func isDevGroup(name string) bool {
	switch strings.ToLower(name) {
	case "dev", "devel", "develop", "development", "test", "tests", "testing", "unittest", "unittests", "lint", "linting", "linters",
		"format", "formatting", "typing", "typecheck", "types", "mypy", "check", "checks", "qa", "ci", "doc", "docs", "documentation", "rtd", "coverage", "cover", "style", "pre-commit", "bench", "benchmark", "benchmarks":
		return true
	}
	return false
}

// readRecord adds up the sizes that the list of a package's files says (PEP 376): path,
// checksum, size.
func readRecord(_ *sink, at string, r io.Reader) (store, bool) {
	var size int64
	lines(r, func(line []byte) {
		if i := bytes.LastIndexByte(line, ','); i >= 0 {
			size = min(size+min(number(line[i+1:]), 1<<50), 1<<60)
		}
	})
	return store{kind: record, path: at, items: []item{{size: size}}}, size > 0
}
