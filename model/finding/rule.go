package finding

// Category of a rule.
type Category string

// The categories.
const (
	Toolchain Category = "toolchain"
	Source    Category = "source"
	DevDeps   Category = "dev-deps"
	Cache     Category = "cache"
	VCS       Category = "vcs"
	Secret    Category = "secret"
	Hygiene   Category = "hygiene"
)

// Rule is what a finding is an instance of.
type Rule struct {
	ID       string   `json:"id"` // SD-, a letter for the family (T, S, D, C, V, K, H) and three digits
	Title    string   `json:"title"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"` // where nothing makes it milder or worse
	Why      string   `json:"why"`      // a sentence: what harm it does
	Fix      string   `json:"fix"`      // a sentence: the usual remedy
}
