package accuracy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
)

// Kind of a label.
type Kind string

// The kinds.
const (
	Leak  Kind = "leak"  // is to be found
	Clean Kind = "clean" // looks like a leak and is none: nothing may be said of it
	Allow Kind = "allow" // experts differ: a finding counts neither way
)

// Families are what leaks are parted into, in the order of the table.
var families = []string{"toolchain", "source", "dev-deps", "cache", "secret", "hygiene"}

// Families returns them.
func Families() []string { return slices.Clone(families) }

// familyOf is the family that a finding counts for.
func familyOf(f finding.Finding) string {
	if f.Category == finding.VCS {
		return "source"
	}
	return string(f.Category)
}

// Label is what an expert says of a place in an image.
type Label struct {
	Kind     Kind
	Families []string // the first is what it counts for; findings of the others do as well
	Targets  []string // a path, or a word of the finding's name, title or evidence
	Has      string   // a further word that the finding must have
	Gone     bool     // a later layer removes it, and the finding must say so
	Base     bool     // the base image brings it, and the finding must say so
	text     string
}

// String is the label as written, without its reason.
func (l Label) String() string { return l.text }

func parseLabel(line string) (Label, error) {
	text, _, _ := strings.Cut(line, " #")
	words := strings.Fields(text)
	if len(words) < 3 {
		return Label{}, fmt.Errorf("%q: want KIND FAMILY TARGET", line)
	}
	l := Label{Kind: Kind(words[0]), Families: strings.Split(words[1], ","), Targets: strings.Split(words[2], "|"), text: strings.Join(words, " ")}
	for _, f := range l.Families {
		if !slices.Contains(families, f) {
			return Label{}, fmt.Errorf("%q: %s is no family", line, f)
		}
	}
	for _, w := range words[3:] {
		has, isHas := strings.CutPrefix(w, "has=")
		switch {
		case isHas:
			l.Has = has
		case w == "gone":
			l.Gone = true
		case w == "base":
			l.Base = true
		default:
			return Label{}, fmt.Errorf("%q: %s means nothing", line, w)
		}
	}
	return l, nil
}

// Fits says whether a finding is about what the label marks.
func (l Label) Fits(f finding.Finding) bool {
	if !slices.Contains(l.Families, familyOf(f)) || l.Has != "" && !tells(f, l.Has) {
		return false
	}
	if l.Kind == Leak && (l.Gone != (f.Deleted > 0) || l.Base && !f.Base) {
		return false
	}
	for _, t := range l.Targets {
		switch {
		case t[0] != '/':
			if tells(f, t) {
				return true
			}
		case l.Kind != Clean && slices.ContainsFunc(f.Evidence, func(e string) bool { return names(e, t) }):
			return true
		case f.Path == "":
		case within(f.Path, t):
			return true
		case l.Kind != Clean && f.Files > 0 && f.Path != "/" && within(t, f.Path):
			return true // a directory that stands for what lies below it
		}
	}
	return false
}

// within says whether a path is root or lies below it.
func within(p, root string) bool {
	rest, ok := strings.CutPrefix(p, root)
	return ok && (rest == "" || rest[0] == '/' || root == "/")
}

// names says whether a text has a path at or below root in it.
func names(text, root string) bool {
	_, rest, ok := strings.Cut(text, root)
	return ok && len(root) > 1 && (rest == "" || !inWord(rest[0]) && rest[0] != '.')
}

// tells says whether a finding speaks of something by name.
func tells(f finding.Finding, name string) bool {
	for _, s := range append([]string{f.Name, f.Title}, f.Evidence...) {
		for at := 0; ; {
			i := strings.Index(s[at:], name)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(name)
			if (from == 0 || !inWord(s[from-1])) && (to == len(s) || !inWord(s[to])) {
				return true
			}
			at = to
		}
	}
	return false
}

func inWord(c byte) bool {
	return c == '-' || c == '_' || c == '@' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
