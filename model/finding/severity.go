package finding

import "fmt"

// Severity of a finding.
type Severity uint8

// The severities, rising.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

// Severities are all of them, the worst first, in the order reports show them.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Info} }

// String is the severity's word, as shown to users and taken by --fail-on.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Milder is the severity one step below; Info stays Info.
func (s Severity) Milder() Severity {
	if s == Info {
		return Info
	}
	return s - 1
}

// ParseSeverity is the inverse of String; ok is false for an unknown word.
func ParseSeverity(word string) (s Severity, ok bool) {
	for i, n := range severityNames {
		if n == word {
			return Severity(i), true
		}
	}
	return Info, false
}

// MarshalText makes JSON hold the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word back; an unknown one is an error.
func (s *Severity) UnmarshalText(text []byte) error {
	v, ok := ParseSeverity(string(text))
	if !ok {
		return fmt.Errorf("reading a severity: %q is none of info, low, medium, high, critical", text)
	}
	*s = v
	return nil
}
