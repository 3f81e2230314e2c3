package context

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
)

// Select lists what the takes select of a directory, in the order of paths: files,
// links and directories that BuildKit hashes to find out whether a step must run
// again. Symbolic links in a source are followed inside the directory, and the
// links themselves are listed too. A source that is not there selects nothing.
func Select(ctx context.Context, dir string, ignore Ignore, takes []Take) ([]File, error) {
	if len(takes) == 0 {
		return nil, nil
	}
	var files []File
	err := walk(ctx, dir, ignore, asked(takes), func(f File) error {
		files = append(files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("walking the build context %s: %w", dir, err)
	}
	s := selection{dir: dir, files: files, chosen: make([]bool, len(files)), seen: map[string]bool{}}
	for _, t := range takes {
		if err := s.take(t); err != nil {
			return nil, err
		}
	}
	out := files[:0]
	for i, f := range files {
		if s.chosen[i] {
			out = append(out, f)
		}
	}
	return out, nil
}

// asked are the paths to look at; none for all.
func asked(takes []Take) []string {
	var out []string
	for _, t := range takes {
		if t.whole() {
			return nil
		}
		out = append(out, t.asked())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// selection marks files that are selected.
type selection struct {
	dir    string
	files  []File
	chosen []bool
	seen   map[string]bool // targets of links that have been taken
}

// take marks what one take selects (contenthash: cacheContext.Checksum).
func (s *selection) take(t Take) error {
	written := t.Path
	if t.Pattern {
		written = fixed(t.Path)
	}
	real, links := resolve(s.dir, written)
	for i, f := range s.files {
		if slices.Contains(links, f.Path) {
			s.chosen[i] = true
		}
	}
	if !t.Pattern && !t.filtered() {
		for i, f := range s.files {
			if inside(f.Path, real) {
				s.chosen[i] = true
			}
		}
		return nil
	}
	m, err := newMatcher(t)
	if err != nil {
		return err
	}
	for i, f := range s.files {
		if !inside(f.Path, real) {
			continue
		}
		// Patterns are for the path as it is written, which may lead over links.
		name := below(written + "/" + strings.TrimPrefix(f.Path, real))
		hit, top, err := m.match(name, i, f.Mode.IsDir())
		if err != nil {
			return err
		}
		if !hit {
			continue
		}
		s.chosen[i] = true
		for _, p := range m.parents {
			s.chosen[p.index] = true
		}
		if top && f.Link != "" && !s.seen[f.Path] {
			s.seen[f.Path] = true
			if err := s.take(Take{Path: f.Path}); err != nil {
				return err
			}
		}
	}
	return nil
}

// inside says whether a path is dir or below it.
func inside(name, dir string) bool {
	return dir == "" || name == dir || strings.HasPrefix(name, dir+"/")
}

// maxLinks bounds how many links are followed for one path.
const maxLinks = 255

// resolve follows the symbolic links of a path without leaving dir, and tells
// which it met. What does not exist stays as it is written.
func resolve(dir, name string) (real string, links []string) {
	rest := name
	for rest != "" {
		part, after, _ := strings.Cut(rest, "/")
		next := below(real + "/" + part)
		rest = after
		target, err := os.Readlink(filepath.Join(dir, filepath.FromSlash(next)))
		if err != nil || len(links) == maxLinks {
			real = next
			continue
		}
		links = append(links, next)
		target = filepath.ToSlash(target)
		if path.IsAbs(target) {
			real = ""
		}
		rest = strings.TrimPrefix(target+"/"+rest, "/")
	}
	return real, links
}

// matcher finds the paths of a take with wildcards or filters, which it must be
// shown in walking order.
type matcher struct {
	take             Take
	include, exclude *patternmatcher.PatternMatcher
	top              string // what the wildcards matched last
	parents          []parent
}

// parent is a directory above the path being matched.
type parent struct {
	path             string
	index            int
	include, exclude patternmatcher.MatchInfo
}

func newMatcher(t Take) (*matcher, error) {
	m := &matcher{take: t}
	var err error
	if t.Below != "" {
		if m.include, err = patternmatcher.New([]string{t.Below}); err != nil {
			return nil, fmt.Errorf("reading the pattern %s: %w", t.Below, err)
		}
	}
	if len(t.Exclude) > 0 {
		if m.exclude, err = patternmatcher.New(t.Exclude); err != nil {
			return nil, fmt.Errorf("reading --exclude: %w", err)
		}
	}
	return m, nil
}

// match says whether a path is selected; top, that nothing above it is, so that a
// link is followed (contenthash: cacheContext.includedPaths).
func (m *matcher) match(name string, index int, dir bool) (hit, top bool, err error) {
	for len(m.parents) > 0 && !strings.HasPrefix(name, m.parents[len(m.parents)-1].path+"/") {
		m.parents = m.parents[:len(m.parents)-1]
	}
	candidate := strings.TrimPrefix(strings.TrimPrefix(name, m.take.Path), "/")
	if m.take.Pattern {
		if m.top == "" || !strings.HasPrefix(name, m.top+"/") {
			ok, err := path.Match("/"+m.take.Path, "/"+name)
			if err != nil {
				return false, false, fmt.Errorf("reading the pattern %s: %w", m.take.Path, err)
			}
			if !ok {
				return false, false, nil
			}
			m.top = name
		}
		candidate = strings.TrimPrefix(strings.TrimPrefix(name, m.top), "/")
	}
	self := parent{path: name, index: index}
	var above parent
	if n := len(m.parents); n > 0 {
		above = m.parents[n-1]
	}
	hit = true
	if m.include != nil {
		if hit, self.include, err = m.include.MatchesUsingParentResults(candidate, above.include); err != nil {
			return false, false, fmt.Errorf("reading the pattern %s: %w", m.take.Below, err)
		}
	}
	if hit && m.exclude != nil {
		var out bool
		if out, self.exclude, err = m.exclude.MatchesUsingParentResults(candidate, above.exclude); err != nil {
			return false, false, fmt.Errorf("reading --exclude: %w", err)
		}
		hit = !out
	}
	top = len(m.parents) == 0
	if dir {
		m.parents = append(m.parents, self)
	}
	return hit, top, nil
}
