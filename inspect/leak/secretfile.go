package leak

import (
	"path"
	"slices"
)

// tokens reports text files that hold tokens, each file once.
func tokens(v *view) []leak {
	return secretFiles(v, tokenMark, "SD-K003", func(m mark) string { return m.name + " in a text file" })
}

// secretFiles reports the files that have marks of a kind, each file once.
func secretFiles(v *view, want kind, rule string, title func(mark) string) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range l.marks {
			if m.kind != want || v.swallowed(m.path, 'K', false) || exampleDir(m.path) != "" && !holdsOwnTexts(path.Dir(m.path)) {
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
			if m.weak {
				found.milder += 2
				found.evidence = append(found.evidence, "keys of this kind are often made for web pages: see that it is restricted to what it is for")
			}
			leaks = append(leaks, found)
		}
	}
	return leaks
}

// credentials reports files that hold credentials, each file once.
func credentials(v *view) []leak {
	return slices.Concat(
		secretFiles(v, credentialMark, "SD-K002", func(m mark) string { return m.name }),
		secretFiles(v, passwordHash, "SD-K008", func(m mark) string { return m.name }),
	)
}
