package baseline

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"slices"
	"strings"
	"time"
)

// Record is what is kept of the builds of one target: for each step, of the last
// build that tried it.
type Record struct {
	Began    time.Time
	Engine   string // which BuildKit built, by its workers
	Args     []Field
	Stages   []Stage // of the Dockerfile as it was
	Units    map[Ref]Unit
	Listings map[int64][]Listing // the contexts' files, by generation
}

// Ref names a step of a build.
type Ref struct {
	Stage, Step int
	Platform    string // of several
}

// Stage is a stage's name and its steps, to find them again in another version
// of the Dockerfile.
type Stage struct {
	Label string
	Steps []Line
}

// Line is a step as it was written.
type Line struct {
	Step    int
	Command string
	Line    int
	Key     Sum    // of the text
	Text    string // without secrets, bounded
}

// Unit is all that decides whether a step's result is in the cache.
type Unit struct {
	Fields  []Field
	Inputs  []Input
	Sum     Sum // of the unit and of all that goes into it, files excepted
	Text    Sum // of the instruction as it was written then
	Outcome Outcome
	Listing int64 // generation of the files that it saw
}

// Outcome is how far a step came.
type Outcome uint8

// The outcomes.
const (
	Completed Outcome = iota // ran to its end, or came from the cache
	Failed
	Stopped
)

// Field is one property of a step.
type Field struct {
	Name  string
	Sum   Sum    // of the value
	Value string // "" where it must not be kept: secrets, and what is long
}

// Input is what a step takes from elsewhere.
type Input struct {
	Role      string // "base", "copy", or "mount DEST"
	Kind      InputKind
	Name      string     // what a person calls it
	Identity  string     // of an image: its digest; of a remote: URL and attributes; of a context: its name
	Pinned    bool       // of a remote: Identity decides what it serves
	By        Ref        // of InputStep
	Content   bool       // it is looked up by the content of Selected, not by how it was made
	Selected  []Selector // what of it is taken
	Line      Line       // of InputStep: the step, for when it is gone
	StageName string     // of InputStep
}

// InputKind says where an input comes from.
type InputKind uint8

// The kinds of inputs.
const (
	InputStep InputKind = iota
	InputImage
	InputContext
	InputRemote
)

// Selector is a path or pattern of an input, in BuildKit's terms
// (BuildKit: solver/llbsolver/ops/opsutils.Selector).
type Selector struct {
	Path             string
	Wildcard         bool
	Include, Exclude []string
}

func (s Selector) same(o Selector) bool {
	return s.Path == o.Path && s.Wildcard == o.Wildcard && slices.Equal(s.Include, o.Include) && slices.Equal(s.Exclude, o.Exclude)
}

// Sum is a keyed digest: it can be compared, but not looked up in a table of
// likely values.
type Sum string

// Key makes Sums. Each state directory has its own.
type Key []byte

const sumSize = 16

func (k Key) hash() hash.Hash { return hmac.New(sha256.New, k) }

func finish(h hash.Hash) Sum { return Sum(h.Sum(nil)[:sumSize]) }

// sum of several texts, told apart.
func (k Key) sum(parts ...string) Sum {
	h := k.hash()
	for _, p := range parts {
		var n [8]byte
		for i, l := 0, len(p); i < len(n); i++ {
			n[i] = byte(l >> (8 * i))
		}
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return finish(h)
}

// Privacy decides which values may be kept and shown.
type Privacy struct {
	// Redact takes secrets out of a text; nil for a text as it is.
	Redact func(string) string
}

const maxValue = 200 // bytes of a value that is kept

func (p Privacy) text(s string) string {
	if p.Redact != nil {
		s = p.Redact(s)
	}
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "") + "…"
	}
	return s
}

// open says whether the value of a variable may be kept in clear.
func (p Privacy) open(name, value string) bool {
	if len(value) > maxValue {
		return false
	}
	lower := strings.ToLower(name)
	for _, word := range []string{"pass", "pwd", "secret", "token", "key", "cred", "auth", "private"} {
		if strings.Contains(lower, word) {
			return false
		}
	}
	if p.Redact == nil {
		return true
	}
	for _, text := range []string{value, name + "=" + value, "ARG " + name + "=" + value} {
		if p.Redact(text) != text {
			return false
		}
	}
	return true
}
