package context

import (
	"fmt"
	"path"
	"strings"

	"github.com/moby/patternmatcher"
)

// Gate tells of single paths what Files and Select find by walking.
type Gate struct {
	ignore *patternmatcher.PatternMatcher
	takes  []Take
}

// NewGate returns the Gate to what takes can take, and an ignore file lets
// through.
func NewGate(ignore Ignore, takes []Take) (*Gate, error) {
	m, err := patternmatcher.New(ignore.Patterns)
	if err != nil {
		return nil, fmt.Errorf("reading the ignore file %s: %w", ignore.File, err)
	}
	return &Gate{ignore: m, takes: takes}, nil
}

// Passes says whether a change to the path may change what Select selects: false
// is certain, true is not. Paths over symbolic links are not followed.
func (g *Gate) Passes(name string) bool {
	if !g.leads(name) {
		return false
	}
	out, err := g.ignore.MatchesOrParentMatches(name)
	return err != nil || !out || g.ignore.Exclusions()
}

// Enters says whether something below the directory may be selected.
func (g *Gate) Enters(dir string) bool {
	if dir == "" {
		return len(g.takes) > 0
	}
	if !g.leads(dir) {
		return false
	}
	out, err := g.ignore.MatchesOrParentMatches(dir)
	if err != nil || !out {
		return true
	}
	for _, p := range g.ignore.Patterns() {
		if !p.Exclusion() {
			continue
		}
		// "!" patterns let single paths of an ignored directory through.
		if pattern := fixed(p.String()); pattern != p.String() || inside(p.String(), dir) {
			return true
		}
	}
	return false
}

// leads says whether a take's path goes through the path, or to it, or beyond.
func (g *Gate) leads(name string) bool {
	parts := strings.Split(name, "/")
	for _, t := range g.takes {
		if t.leads(parts) {
			return true
		}
	}
	return false
}

// leads compares component by component, as far as both go.
func (t Take) leads(parts []string) bool {
	var pattern []string
	if t.Path != "" {
		pattern = strings.Split(t.Path, "/")
	}
	literal := len(pattern)
	if t.Pattern {
		literal = 0
	}
	if t.Below != "" {
		pattern = append(pattern, strings.Split(t.Below, "/")...)
	}
	for i, p := range pattern[:min(len(pattern), len(parts))] {
		switch {
		case i < literal && p != parts[i]:
			return false
		case i < literal:
		case strings.Contains(p, "**"):
			return true
		default:
			if ok, err := path.Match(p, parts[i]); err == nil && !ok {
				return false
			}
		}
	}
	return true
}
