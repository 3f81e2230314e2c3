package leak

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// pattern is a token that its issuer gave a prefix to be found by.
type pattern struct {
	what     string
	prefix   string
	min, max int    // of what follows the prefix
	extra    string // allowed beside letters and digits
}

// patterns are those whose prefix and length leave no doubt. Keys that are meant
// for browsers, such as Google's AIza, are none.
func patterns() []pattern {
	return []pattern{
		{"GitHub token", "ghp_", 36, 36, ""},
		{"GitHub token", "gho_", 36, 36, ""},
		{"GitHub token", "ghu_", 36, 36, ""},
		{"GitHub token", "ghs_", 36, 36, ""},
		{"GitHub fine-grained token", "github_pat_", 80, 90, "_"},
		{"GitLab token", "glpat-", 20, 64, "-_."},
		{"npm token", "npm_", 36, 36, ""},
		{"PyPI token", "pypi-AgEIcHlwaS5vcmc", 50, 400, "-_"},
		{"Slack token", "xoxb-", 24, 120, "-"},
		{"Slack token", "xoxp-", 24, 120, "-"},
		{"Stripe live key", "sk_live_", 24, 120, ""},
		{"Stripe live key", "rk_live_", 24, 120, ""},
		{"AWS access key ID", "AKIA", 16, 16, ""},
		{"Docker Hub token", "dckr_pat_", 27, 36, "-_"},
		{"Hugging Face token", "hf_", 34, 34, ""},
		{"SendGrid key", "SG.", 66, 66, "-_."},
		{"Anthropic key", "sk-ant-", 80, 120, "-_"},
		{"OpenAI key", "sk-proj-", 40, 200, "-_"},
		{"DigitalOcean token", "dop_v1_", 64, 64, ""},
		{"Shopify token", "shpat_", 32, 32, ""},
		{"age secret key", "AGE-SECRET-KEY-1", 58, 58, ""},
	}
}

// tokenHit is a token found in a text. Its value is for redaction only.
type tokenHit struct {
	what  string
	line  int // 1-based
	value string
}

// findTokens looks for every pattern in data.
func findTokens(data []byte) []tokenHit {
	var hits []tokenHit
	for _, p := range patterns() {
		for at := 0; ; {
			i := bytes.Index(data[at:], []byte(p.prefix))
			if i < 0 {
				break
			}
			start := at + i
			at = start + len(p.prefix)
			end := at
			for end < len(data) && (isNameByte(data[end]) && data[end] != '_' || strings.IndexByte(p.extra, data[end]) >= 0) {
				end++
			}
			if start > 0 && (isNameByte(data[start-1]) || data[start-1] == '-') || end-at < p.min || end-at > p.max {
				continue
			}
			if body := data[at:end]; looksRandom(body) {
				hits = append(hits, tokenHit{p.what, 1 + bytes.Count(data[:start], []byte("\n")), string(data[start:end])})
			}
		}
	}
	return hits
}

// looksRandom tells a token from what stands for one in a document: it has many
// different characters, no long run of one, and does not say that it is an example.
func looksRandom(body []byte) bool {
	var seen [256]bool
	distinct, run := 0, 1
	for i, c := range body {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if i > 0 && c == body[i-1] {
			if run++; run > 4 {
				return false
			}
			continue
		}
		run = 1
	}
	return distinct >= 8 && !bytes.Contains(bytes.ToUpper(body), []byte("EXAMPLE"))
}

// tokenProbe knows text files of applications that may hold a token.
func tokenProbe(f scan.File, dirPath, base string) *probe {
	if f.Size > maxText || !isApplicationDir(dirPath) || strings.HasSuffix(base, ".map") {
		return nil
	}
	for _, part := range [...]string{"/.git", "/.m2/", "/_cacache", "/.cache/"} {
		if strings.Contains(dirPath, part) {
			return nil
		}
	}
	return &probe{limit: maxText, look: lookToken}
}

func lookToken(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxText)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return err
	}
	for _, h := range findTokens(data) {
		s.mark(mark{
			kind: token, path: f.Path, name: h.what, size: f.Size, line: h.line,
			detail: fmt.Sprintf("line %d has a %s, by its prefix and length", h.line, h.what),
		})
	}
	return nil
}

// tokens reports text files that hold tokens, each file once.
func tokens(v *view) []leak {
	return secretFiles(v, token, "SD-K003", func(m mark) string { return m.name + " in a text file" })
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
