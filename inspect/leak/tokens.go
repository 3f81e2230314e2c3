package leak

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/inspect/scan"
)

// maxSearched is how much of a text is searched for tokens.
const maxSearched = 2 << 20

// tokenProbe knows texts that a project may have put there.
func tokenProbe(f scan.File, dirPath, base string) *probe {
	if !holdsOwnTexts(dirPath) || strings.HasSuffix(base, ".map") {
		return nil
	}
	return &probe{limit: maxSearched, look: lookToken}
}

// holdsOwnTexts says whether somebody may have put texts of his own into a directory: in
// those of the distribution, of installed packages, of version control and of caches,
// everything is published, or told of by another rule.
func holdsOwnTexts(d string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(d, "/"), "/")
	switch first {
	case "lib", "lib64", "lib32", "boot", "proc", "sys", "dev":
		return false
	case "usr":
		second, _, _ := strings.Cut(rest, "/")
		if second != "local" && second != "src" && second != "app" && !below(d, "/usr/share/nginx") {
			return false
		}
	case "var":
		if below(d, "/var/lib/dpkg") || below(d, "/var/lib/apt") || below(d, "/var/lib/rpm") || below(d, "/var/cache") {
			return false
		}
	}
	for _, part := range [...]string{
		"/node_modules", "/site-packages", "/dist-packages", "/gems", "/linux-headers", "/pkg/mod", "/registry/src",
		"/lib/python", "/share/doc", "/share/man", "/.git", "/.m2/", "/_cacache", "/.cache/", "/usr/local/go/", "/include/",
	} {
		if strings.Contains(d, part) {
			return false
		}
	}
	return true
}

func lookToken(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxSearched)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return err
	}
	for i, h := range token.Find(data) {
		if i == 0 && token.Allowed(f.Path) {
			return nil
		}
		s.mark(mark{
			kind: tokenMark, path: f.Path, name: h.What, size: f.Size, line: h.Line,
			detail: fmt.Sprintf("line %d, column %d has a %s, known by its form (rule %s)", h.Line, h.Column, h.What, h.Rule),
		})
	}
	return nil
}

// tokens reports text files that hold tokens, each file once.
func tokens(v *view) []leak {
	return secretFiles(v, tokenMark, "SD-K003", func(m mark) string { return m.name + " in a text file" })
}

// secretFiles reports the files that have marks of a kind, each file once.
func secretFiles(v *view, want kind, rule string, title func(mark) string) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range l.marks {
			if m.kind != want || v.swallowed(m.path, 'K', false) {
				continue
			}
			if n := len(leaks); n > 0 && leaks[n-1].layer == i && leaks[n-1].path == m.path {
				leaks[n-1].evidence = append(leaks[n-1].evidence, m.detail)
				continue
			}
			found := leak{rule: rule, title: title(m), layer: i, path: m.path, size: m.size, sum: l.content(m.path), gone: -1, evidence: []string{m.detail}}
			if why := exampleDir(m.path); why != "" {
				found.milder = 4
				found.evidence = append(found.evidence, why)
			}
			leaks = append(leaks, found)
		}
	}
	return leaks
}
