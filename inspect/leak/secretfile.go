package leak

import (
	"path"
	"slices"

	"github.com/stagedive/stagedive/inspect/leak/mark"
)

// tokens reports text files that hold tokens, each file once.
func tokens(v *view) []leak {
	return secretFiles(v, mark.Token, "SD-K003", func(m mark.Mark) string { return m.Name + " in a text file" })
}

// secretFiles reports the files that have marks of a kind, each file once.
func secretFiles(v *view, want mark.Kind, rule string, title func(mark.Mark) string) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range l.marks {
			if m.Kind != want || v.swallowed(m.Path, 'K', false) || exampleDir(m.Path) != "" && !mark.HoldsOwnTexts(path.Dir(m.Path)) {
				continue
			}
			if n := len(leaks); n > 0 && leaks[n-1].layer == i && leaks[n-1].path == m.Path {
				leaks[n-1].evidence = append(leaks[n-1].evidence, m.Detail)
				continue
			}
			found := leak{rule: rule, title: title(m), layer: i, path: m.Path, size: m.Size, sum: l.content(m.Path), gone: -1, evidence: []string{m.Detail}}
			if why := exampleDir(m.Path); why != "" {
				found.milder = 4
				found.evidence = append(found.evidence, why)
			}
			if m.Weak {
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
		secretFiles(v, mark.Credential, "SD-K002", func(m mark.Mark) string { return m.Name }),
		secretFiles(v, mark.PasswordHash, "SD-K008", func(m mark.Mark) string { return m.Name }),
	)
}
