package report

import (
	"fmt"
	"strings"

	"github.com/moby/patternmatcher"

	"github.com/stagedive/stagedive/model/image"
)

// Paths are patterns that choose files of an image.
type Paths struct {
	matcher *patternmatcher.PatternMatcher
}

// NewPaths takes patterns as .dockerignore has them: * and ? stay within a name, [a-z]
// is a range, ** is any number of directories, ! in front takes out again what those
// before it chose, the last that matches counts. A pattern with a slash is of the whole
// path, one without matches names at any depth; a directory brings all that lies in it.
// No patterns choose everything, and so does ! in front of the first before it takes out.
func NewPaths(patterns []string) (*Paths, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	var list []string
	if strings.HasPrefix(patterns[0], "!") {
		list = append(list, "**") // all but that
	}
	for _, p := range patterns {
		rest, not := strings.CutPrefix(p, "!")
		if rest = strings.TrimSpace(rest); strings.Trim(rest, "/") == "" {
			rest = "**"
		}
		if !strings.Contains(rest, "/") {
			rest = "**/" + rest
		}
		rest = strings.Trim(rest, "/")
		if not {
			rest = "!" + rest
		}
		list = append(list, rest)
	}
	m, err := patternmatcher.New(list)
	if err == nil {
		_, err = m.MatchesOrParentMatches("a") // patterns are compiled when they are used
	}
	if err != nil {
		return nil, fmt.Errorf("reading the pattern %s: %w", strings.Join(patterns, " "), err)
	}
	return &Paths{m}, nil
}

// match says whether a path matches, by itself or by a directory above it.
func (p *Paths) match(path string) bool {
	ok, err := p.matcher.MatchesOrParentMatches(strings.TrimPrefix(path, "/"))
	return ok && err == nil
}

// in says which nodes of a tree match. It looks at parents before children, once.
func (p *Paths) in(t *image.Tree) func(image.NodeID) bool {
	matched := make([]bool, t.Len())
	infos := map[image.NodeID]patternmatcher.MatchInfo{} // of directories
	for id := image.NodeID(1); id < image.NodeID(t.Len()); id++ {
		ok, info, err := p.matcher.MatchesUsingParentResults(strings.TrimPrefix(t.RawPath(id), "/"), infos[t.Parent(id)])
		matched[id] = ok && err == nil
		if t.IsDir(id) {
			infos[id] = info
		}
	}
	return func(id image.NodeID) bool { return matched[id] }
}
