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
	Build     Category = "build"  // seen in the Dockerfile and its context, before any build
	Policy    Category = "policy" // a project's own policy says so
)

// Rule is what a finding is an instance of.
type Rule struct {
	ID       string   `json:"id"` // SD-, a letter for the family (T, S, D, C, V, K, H, B, P) and three digits; BK- and its name for a rule of BuildKit's linter; any other for a user's own
	Title    string   `json:"title"`
	Category Category `json:"category"`
	Severity Severity `json:"severity"` // where nothing makes it milder or worse
	Why      string   `json:"why"`      // a sentence: what harm it does
	Fix      string   `json:"fix"`      // a sentence: the usual remedy
	// More is the rest of the rule's page, paragraphs parted by empty lines: what is
	// taken for evidence, what is not, and what to do when the finding is wrong.
	More string `json:"more,omitempty"`
	// File is the file of a user's own rule; "" for those that stagedive brings along.
	File string `json:"file,omitempty"`
}
