package leak

import (
	"github.com/stagedive/stagedive/inspect/leak/mark"
)

// openAccounts reports accounts without a password, each file once, as the last layer
// that writes it has them.
func openAccounts(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		for _, m := range l.marks {
			if m.Kind != mark.OpenAccount || v.removedBy(i, m.Path) > 0 {
				continue
			}
			if n := len(leaks); n > 0 && leaks[n-1].layer == i && leaks[n-1].path == m.Path {
				leaks[n-1].evidence = append(leaks[n-1].evidence, m.Detail)
				continue
			}
			leaks = append(leaks, leak{rule: "SD-H007", layer: i, path: m.Path, size: m.Size, sum: l.content(m.Path), evidence: []string{m.Detail}})
		}
	}
	return leaks
}
