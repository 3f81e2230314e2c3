package structure

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/nearest"
)

// reader takes a document apart. The first thing that is wrong stays in err; whatever
// is read after that does not count.
type reader struct {
	file    string
	lenient bool // JSON: names fold case, and unknown ones are passed over, as there
	err     error
	depth   int
	items   int
}

// Bounds of a document: how deep aliases and merges lead, and how many items its lists
// have with all aliases followed.
const (
	maxDepth = 32
	maxItems = 200_000
)

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s:%d: %s", r.file, n.Line, fmt.Sprintf(format, args...))
	}
}

// real is the node that an alias means.
func real(n *yaml.Node) *yaml.Node {
	for range maxDepth {
		if n.Kind != yaml.AliasNode {
			break
		}
		n = n.Alias
	}
	return n
}

// absent says whether a value says nothing: null, or a key with nothing behind it.
func absent(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// fields reads a mapping; what is a word for it. Every name must be one of those known.
func (r *reader) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	if n = real(n); absent(n) || r.err != nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be written as NAME: VALUE lines: %s", what, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		return
	}
	r.merged(n, what, known, map[string]bool{})
}

// merged reads a mapping's own fields and then those that it takes over with <<.
func (r *reader) merged(n *yaml.Node, what string, known map[string]func(*yaml.Node), seen map[string]bool) {
	if r.depth++; r.depth > maxDepth {
		r.fail(n, "it is nested too deeply")
	}
	if r.items++; r.items > maxItems {
		r.fail(n, "its << take over more than any suite's")
	}
	defer func() { r.depth-- }()
	own := map[string]bool{}
	var more []*yaml.Node
	for i := 0; i+1 < len(n.Content) && r.err == nil; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag == "!!merge" {
			if value = real(value); value.Kind == yaml.SequenceNode {
				more = append(more, value.Content...)
			} else {
				more = append(more, value)
			}
			continue
		}
		name := key.Value
		read, ok := known[name]
		if !ok && r.lenient {
			for k, f := range known {
				if strings.EqualFold(k, name) {
					name, read, ok = k, f, true
				}
			}
			if !ok {
				continue
			}
		}
		switch {
		case !ok:
			r.fail(key, "%s has no field %q%s", what, name, r.hint(name, known))
		case own[name] && !r.lenient:
			r.fail(key, "%s has %s twice; keep one of them", what, name)
		case seen[name] && !own[name]: // what is written out wins over what is taken over
		default:
			own[name], seen[name] = true, true
			if value = real(value); !absent(value) {
				read(value)
			}
		}
	}
	for _, m := range more {
		if m = real(m); m.Kind != yaml.MappingNode {
			r.fail(m, "<< must be given a mapping, such as *NAME")
			return
		}
		r.merged(m, what, known, seen)
	}
}

// hint tells which name was meant, or which there are.
func (r *reader) hint(name string, known map[string]func(*yaml.Node)) string {
	names := slices.Sorted(maps.Keys(known))
	if near := nearest.Word(name, names, 2); near != "" {
		return "; write " + near
	}
	return "; it can have " + strings.Join(names, ", ")
}

// each calls read for every item of a list.
func (r *reader) each(n *yaml.Node, what string, read func(*yaml.Node)) {
	if n = real(n); absent(n) || r.err != nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "%s must be a list: write its items on lines that begin with -", what)
		return
	}
	for _, item := range n.Content {
		if r.items++; r.items > maxItems {
			r.fail(item, "its lists have more items than any suite's")
		}
		if r.err != nil {
			return
		}
		read(real(item))
	}
}

func (r *reader) text(n *yaml.Node, what string) string {
	if n = real(n); n.Kind != yaml.ScalarNode {
		r.fail(n, "%s must be text", what)
		return ""
	}
	if absent(n) {
		return ""
	}
	return n.Value
}

func (r *reader) texts(n *yaml.Node, what string) []string {
	out := []string{}
	r.each(n, what, func(item *yaml.Node) { out = append(out, r.text(item, "every item of "+what)) })
	return out
}

func (r *reader) patterns(n *yaml.Node, what string) []Pattern {
	var out []Pattern
	r.each(n, what, func(item *yaml.Node) {
		if re := r.regexp(item, r.text(item, "every item of "+what)); re != nil {
			out = append(out, Pattern{re})
		}
	})
	return out
}

func (r *reader) regexp(n *yaml.Node, text string) *regexp.Regexp {
	re, err := regexp.Compile(text)
	if err != nil {
		r.fail(n, "%q is no regular expression (%s); put a backslash before what is meant as it is", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		return nil
	}
	return re
}

func (r *reader) number(n *yaml.Node, what string) int {
	v, err := strconv.ParseInt(r.text(n, what), 0, 33)
	if err != nil {
		r.fail(n, "%s must be a number, not %q", what, n.Value)
	}
	return int(v)
}

// flag reads true or false, also in YAML 1.1's words, which older suites have.
func (r *reader) flag(n *yaml.Node, what string) bool {
	switch strings.ToLower(r.text(n, what)) {
	case "true", "yes", "on", "y":
		return true
	case "false", "no", "off", "n":
		return false
	}
	r.fail(n, "%s must be true or false, not %q", what, n.Value)
	return false
}
