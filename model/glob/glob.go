// Package glob says which paths of an image a pattern means: in rules, in policies,
// wherever people write down paths.
//
// A pattern is a path whose parts may hold * (any characters), ? (one) and [a-z] (one of
// these), but never a separator; ** is a part that stands for any number of directories,
// none included. One that begins with / is the whole path; any other may lie anywhere:
// lib/*.jar is /opt/x/lib/a.jar and /lib/a.jar, not /lib/x/a.jar.
package glob

import (
	"fmt"
	"path"
	"strings"
)

// Pattern is a compiled pattern. The zero value matches nothing.
type Pattern struct {
	text  string
	parts []string
}

// Compile reads a pattern. Its error is the rest of a sentence that begins with the
// pattern: "has an empty part".
func Compile(text string) (Pattern, error) {
	if text == "" {
		return Pattern{}, fmt.Errorf("is empty")
	}
	p := Pattern{text: text}
	rest, rooted := strings.CutPrefix(text, "/")
	if !rooted {
		p.parts = append(p.parts, "**")
	}
	for _, part := range strings.Split(rest, "/") {
		switch {
		case part == "":
			return Pattern{}, fmt.Errorf("has an empty part: write one / between two names, and none at the end")
		case part == "." || part == "..":
			return Pattern{}, fmt.Errorf("has the part %s: paths in images have no such", part)
		case part == "**":
			if n := len(p.parts); n > 0 && p.parts[n-1] == "**" {
				continue
			}
		case strings.Contains(part, "**"):
			return Pattern{}, fmt.Errorf("has ** beside other characters: ** stands for whole directories, as in lib/**/*.a")
		}
		if _, err := path.Match(part, ""); err != nil {
			return Pattern{}, fmt.Errorf("has a [ that is not closed, or nothing between [ and ]")
		}
		p.parts = append(p.parts, part)
	}
	return p, nil
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// Match says whether an absolute, clean path is one that the pattern means.
func (p Pattern) Match(name string) bool {
	return len(p.parts) > 0 && match(p.parts, strings.TrimPrefix(name, "/"))
}

// match goes part by part; rest is "" behind the last one.
func match(parts []string, rest string) bool {
	for i, part := range parts {
		if part == "**" {
			if i == len(parts)-1 {
				return rest != ""
			}
			for {
				if match(parts[i+1:], rest) {
					return true
				}
				_, after, more := strings.Cut(rest, "/")
				if !more {
					return false
				}
				rest = after
			}
		}
		name, after, more := strings.Cut(rest, "/")
		if !same(part, name) || more == (i == len(parts)-1) {
			return false
		}
		rest = after
	}
	return rest == ""
}

func same(part, name string) bool {
	if !strings.ContainsAny(part, special) {
		return part == name
	}
	ok, _ := path.Match(part, name)
	return ok
}

// special are the characters that make a part more than a name.
const special = `*?[\`

// Root is the deepest directory that everything the pattern means lies below, or is: as
// much of it as holds nothing special; / for a pattern that may lie anywhere.
func (p Pattern) Root() string {
	root := "/"
	for i, part := range p.parts {
		if part == "**" || strings.ContainsAny(part, special) || i == len(p.parts)-1 {
			break
		}
		root = path.Join(root, part)
	}
	return root
}

// Base is the last part, the pattern of a file's name.
func (p Pattern) Base() string {
	if len(p.parts) == 0 {
		return ""
	}
	return p.parts[len(p.parts)-1]
}

// IsPlain says whether a text means only itself.
func IsPlain(text string) bool { return !strings.ContainsAny(text, special) }
