package mark

import (
	"fmt"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/scan"
)

// byRules notes what the rules see in a file without its content, and says how much of a
// text they ask for. What is no text they follow (program.go).
func (s *sink) byRules(f *scan.File, base string) int64 {
	s.seen.Path = "" // a layer may have a path twice
	s.see(f, base)
	s.rules.Versions(&s.seen, func(m *rules.Matcher, version string) {
		s.mark(Mark{Kind: RuleVersion, Path: f.Path, Name: version, Line: m.ID})
	})
	for _, m := range s.list {
		if m.File.Holds == nil {
			s.hit(m, f, "", "")
		}
	}
	if s.asks() {
		return maxText
	}
	return 0
}

// see makes s.list the matchers that a file's name, place and first bytes call for.
func (s *sink) see(f *scan.File, base string) {
	if s.seen.Path == f.Path && f.Path != "" { // Entry has seen it
		return
	}
	s.seen = rules.Seen{Path: f.Path, Base: base, Mode: f.Mode, Size: f.Size, Head: f.Head}
	s.list = s.rules.Files(s.list[:0], &s.seen)
}

// asks says whether a matcher of s.list wants to read the text.
func (s *sink) asks() bool {
	for _, m := range s.list {
		if m.File.Holds != nil && m.File.Is.IsText() {
			return true
		}
	}
	return false
}

// hit notes a file that proved what a matcher is about.
func (s *sink) hit(m *rules.Matcher, f *scan.File, name, proof string) {
	s.mark(Mark{Kind: RuleHit, Path: f.Path, Size: f.Size, Name: name, Detail: proof, Line: m.ID})
}

// prove looks in a text for what the matchers of s.list ask of it.
func (s *sink) prove(f *scan.File, text []byte) {
	for _, m := range s.list {
		if m.File.Holds == nil || !m.File.Is.IsText() {
			continue
		}
		if proof := firstIn(text[:min(len(text), maxText)], m.File.Holds); proof != "" {
			s.hit(m, f, "", fmt.Sprintf("holds %q", proof))
		}
	}
}
