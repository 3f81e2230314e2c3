package policyfile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/nearest"
	"github.com/stagedive/stagedive/model/sanitize"
)

// reader collects what is wrong while it reads.
type reader struct{ problems []Problem }

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{line, sanitize.Text(fmt.Sprintf(format, args...))})
}

func (r *reader) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(r.problems)
}

// syntaxLine is how the YAML library tells of a line.
var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntax tells what keeps the file from being YAML.
func (r *reader) syntax(err error) {
	line, text := 0, err.Error()
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = m[2]
	}
	r.problem(line, "this is no YAML: %s", text)
}

// real is the node that is meant where one stands for another.
func real(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// field is a key that a mapping may have.
type field struct {
	name string
	read func(*yaml.Node)
}

// fields reads a mapping; what names it in a sentence.
func (r *reader) fields(n *yaml.Node, what string, known ...field) {
	n = real(n)
	if empty(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.problem(n.Line, "%s is %s; write keys and values: %s", what, kindName(n), strings.Join(names(known), ", "))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if line, twice := seen[key.Value]; twice {
			r.problem(key.Line, "%q is there already, on line %d; write it once", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		at := slices.IndexFunc(known, func(f field) bool { return f.name == key.Value })
		if at < 0 {
			r.problem(key.Line, "%s has no key %q; %s", what, key.Value, advise(key.Value, known))
			continue
		}
		known[at].read(value)
	}
}

func names(known []field) []string {
	list := make([]string, len(known))
	for i, f := range known {
		list[i] = f.name
	}
	return list
}

// advise names the known key that is meant by an unknown one.
func advise(key string, known []field) string {
	if best := nearest.Word(key, names(known), max(1, len(key)/3)); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "it knows " + strings.Join(names(known), ", ")
}

// empty is a value that is not there: a key with nothing behind it.
func empty(n *yaml.Node) bool { return n.Kind == 0 || n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a list of keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	return fmt.Sprintf("%q", n.Value)
}

// text reads a text that has to be there.
func (r *reader) text(n *yaml.Node, what string) string {
	n = real(n)
	if n.Kind != yaml.ScalarNode {
		r.problem(n.Line, "%s is %s; write one text", what, kindName(n))
		return ""
	}
	s := strings.TrimSpace(sanitize.Text(n.Value))
	if s == "" || empty(n) {
		r.problem(n.Line, "%s is empty; write something or take it out", what)
		return ""
	}
	return s
}

// yes reads true or false.
func (r *reader) yes(n *yaml.Node, what string) bool {
	n = real(n)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		r.problem(n.Line, "%s is %s; write true or false", what, kindName(n))
		return false
	}
	return strings.EqualFold(n.Value, "true")
}

// texts reads one text or a list of them.
func (r *reader) texts(n *yaml.Node, what string) []string {
	var out []string
	r.each(n, func(n *yaml.Node) {
		if s := r.text(n, what); s != "" {
			out = append(out, s)
		}
	})
	return out
}

// each goes through a list, or takes what is none for its only entry.
func (r *reader) each(n *yaml.Node, read func(*yaml.Node)) {
	n = real(n)
	switch {
	case empty(n):
	case n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			read(real(c))
		}
	default:
		read(n)
	}
}

// level reads a severity.
func (r *reader) level(n *yaml.Node, what string) finding.Severity {
	word := r.text(n, what)
	s, ok := finding.ParseSeverity(word)
	if !ok && word != "" {
		r.problem(n.Line, "%s is %q; use info, low, medium, high or critical", what, word)
	}
	return s
}
