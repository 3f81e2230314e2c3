// Package finding says what is wrong with an image and how sure we are: rules,
// findings, their evidence and their fixes.
package finding

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

// String is the severity's word, as shown to users and taken by --fail-on.
func (s Severity) String() string { return severityNames[s] }

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

// Category of a rule.
type Category string

// The categories.
const (
	Toolchain Category = "toolchain"
	Source    Category = "source"
	DevDeps   Category = "dev-deps"
	Cache     Category = "cache"
	Secret    Category = "secret"
	Hygiene   Category = "hygiene"
)

// Rule is what a finding is an instance of.
type Rule struct {
	ID       string   `json:"id"` // SD- and a letter for the family and three digits
	Title    string   `json:"title"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"` // where nothing makes it milder or worse
	Why      string   `json:"why"`      // a sentence: what harm it does
	Fix      string   `json:"fix"`      // a sentence: the usual remedy
}

// Finding is one thing found. Secrets' values are never in it.
type Finding struct {
	Rule     string   `json:"rule"` // Rule.ID
	Title    string   `json:"title"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"`
	Path     string   `json:"path"`              // absolute in the image; the directory when it stands for many files
	Files    int      `json:"files,omitempty"`   // how many, when Path stands for many
	Size     int64    `json:"size"`              // bytes, of all files
	Layer    int      `json:"layer"`             // index into Image.Layers
	Stage    int      `json:"stage"`             // the stage whose step wrote the layer; -1 unknown or the base image's
	Line     int      `json:"line,omitempty"`    // of that step, 1-based; 0 unknown
	Base     bool     `json:"base,omitempty"`    // the base image brought it
	Deleted  int      `json:"deleted,omitempty"` // layer index (always > 0) that removes it again; 0 when it is in the final tree
	Evidence []string `json:"evidence"`          // what was seen: "ELF with .go.buildinfo, go1.26.1"
	Why      string   `json:"why"`
	Fix      string   `json:"fix"` // naming the line and the text to put there where that is known
}
