package finding

import (
	"fmt"
	"strings"
)

// Tally counts findings by severity; its index is the Severity.
type Tally [Critical + 1]int

// Count tallies a list, but for what a policy allows.
func Count(list []Finding) Tally {
	var t Tally
	for _, f := range list {
		if f.Allowed == nil && f.Severity <= Critical {
			t[f.Severity]++
		}
	}
	return t
}

// Total is the number of findings.
func (t Tally) Total() int {
	n := 0
	for _, c := range t {
		n += c
	}
	return n
}

// AtLeast is the number of findings at or above s: what --fail-on asks for.
func (t Tally) AtLeast(s Severity) int {
	n := 0
	for i := int(s); i < len(t); i++ {
		n += t[i]
	}
	return n
}

// String is the one-line summary, the worst first: "2 high, 1 low", or "none".
func (t Tally) String() string {
	var parts []string
	for _, s := range Severities() {
		if n := t[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}
