package leak

import (
	"bytes"
	"fmt"
	"io"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/inspect/scan"
)

// byRules notes what the rules see in a file without its content, and says how much of
// that they ask for.
func (s *sink) byRules(f *scan.File, base string) int64 {
	s.see(f, base)
	s.rules.Versions(&s.seen, func(m *rules.Matcher, version string) {
		s.mark(mark{kind: ruleVersion, path: f.Path, name: version, line: m.ID})
	})
	var want int64
	for _, m := range s.list {
		switch {
		case m.File.Holds == nil:
			s.hit(m, f, "", "")
		case m.File.Is.IsText():
			want = max(want, maxText)
		default:
			return scan.All
		}
	}
	if isProgram(f, base) && f.Size >= minGoProgram && s.rules.HasMains() {
		return scan.All
	}
	return want
}

// see makes s.list the matchers that a file's name, place and first bytes call for.
func (s *sink) see(f *scan.File, base string) {
	s.seen = rules.Seen{Path: f.Path, Base: base, Mode: f.Mode, Size: f.Size, Head: f.Head}
	s.list = s.rules.Files(s.list[:0], &s.seen)
}

// asks says whether a matcher of s.list wants to look into the content.
func (s *sink) asks() bool {
	for _, m := range s.list {
		if m.File.Holds != nil {
			return true
		}
	}
	return false
}

// hit notes a file that proved what a matcher is about.
func (s *sink) hit(m *rules.Matcher, f *scan.File, name, proof string) {
	s.mark(mark{kind: ruleHit, path: f.Path, size: f.Size, name: name, detail: proof, line: m.ID})
}

// prove looks in the content of a file for what the rules ask of it.
func (s *sink) prove(f *scan.File, base string, r io.Reader) error {
	s.see(f, base)
	if isProgram(f, base) {
		const page = 4096
		first, err := s.read(r, page)
		if err != nil {
			return err
		}
		if isGoProgram(first) {
			return s.goProgram(f, r)
		}
		r = io.MultiReader(bytes.NewReader(bytes.Clone(first)), r)
	}
	open := s.list[:0]
	for _, m := range s.list {
		if m.File.Holds != nil {
			open = append(open, m)
		}
	}
	return search(r, open, func(m *rules.Matcher, proof string) {
		s.hit(m, f, "", fmt.Sprintf("holds %q", proof))
	})
}

// search looks through r for each matcher's strings, and tells of the first it meets of
// each. It holds one window at a time, with an overlap as long as the longest string.
func search(r io.Reader, open []*rules.Matcher, met func(m *rules.Matcher, proof string)) error {
	longest := 0
	for _, m := range open {
		for _, p := range m.File.Holds {
			longest = max(longest, len(p))
		}
	}
	window := make([]byte, max(256<<10, 2*longest))
	kept := 0
	for len(open) > 0 {
		n, err := io.ReadFull(r, window[kept:])
		seen := window[:kept+n]
		still := open[:0]
		for _, m := range open {
			if p := firstIn(seen, m.File.Holds); p != "" {
				met(m, p)
			} else {
				still = append(still, m)
			}
		}
		open = still
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return nil
		default:
			return err
		}
		kept = copy(window, seen[len(seen)-min(longest, len(seen)):])
	}
	return nil
}

// firstIn is the first of the strings that is in data, or "".
func firstIn(data []byte, strings []string) string {
	for _, s := range strings {
		if bytes.Contains(data, []byte(s)) {
			return s
		}
	}
	return ""
}
