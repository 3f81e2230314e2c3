package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/nearest"
	"github.com/stagedive/stagedive/model/sanitize"
)

// document is a YAML file that is being read. It takes what the schema knows and nothing
// else; each error is one sentence with file and line.
type document struct{ name string }

func (d document) errorf(n *yaml.Node, format string, args ...any) error {
	line := 1
	if n != nil {
		line = max(n.Line, 1)
	}
	return fmt.Errorf("%s:%d: %s", d.name, line, fmt.Sprintf(format, args...))
}

// root reads the file and returns its one value; nil for an empty file.
func (d document) root(data []byte) (*yaml.Node, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		line, text := "1", strings.TrimPrefix(sanitize.Text(err.Error()), "yaml: ")
		if rest, ok := strings.CutPrefix(text, "line "); ok { // so it begins where it knows the line
			if number, about, ok := strings.Cut(rest, ": "); ok {
				line, text = number, about
			}
		}
		return nil, fmt.Errorf("%s:%s: this is no YAML: %s", d.name, line, text)
	}
	if len(n.Content) == 0 {
		return nil, nil
	}
	return n.Content[0], nil
}

// key is what a mapping may have, and how its value is read.
type key struct {
	name string
	read func(*yaml.Node) error
}

// mapping reads a mapping whose keys are all known and occur once. It returns the keys
// that were there, with the node of each.
func (d document) mapping(n *yaml.Node, what string, keys []key) (map[string]*yaml.Node, error) {
	n = value(n)
	if n.Kind != yaml.MappingNode {
		return nil, d.errorf(n, "%s must be keys with values, such as %q", what, keys[0].name+": …")
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(keys, func(known key) bool { return known.name == k.Value })
		switch {
		case at < 0:
			return nil, d.errorf(k, "%s has no key %q%s", what, sanitize.Text(k.Value), instead(k.Value, keys))
		case seen[k.Value] != nil:
			return nil, d.errorf(k, "the key %q is here twice: one of them would be lost", k.Value)
		}
		seen[k.Value] = k
		if err := keys[at].read(value(v)); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// value is what a node stands for: that of an alias is its anchor's.
func value(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// instead names the key that was probably meant, or all there are.
func instead(name string, keys []key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	if best := nearest.Word(name, names, len(name)/2); best != "" {
		return fmt.Sprintf("; is %q meant?", best)
	}
	return "; it may have " + strings.Join(names, ", ")
}

// text reads a string. Lines stay when several are allowed.
func (d document) text(to *string, what string, several bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
			return d.errorf(n, "%s must be a text", what)
		}
		if several {
			*to = strings.TrimSpace(sanitize.Lines(n.Value))
		} else {
			*to = strings.TrimSpace(sanitize.Text(strings.Join(strings.Fields(n.Value), " ")))
		}
		return nil
	}
}

// texts reads a list of strings as they are; a single one may stand alone.
func (d document) texts(to *[]string, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		items := []*yaml.Node{n}
		if n.Kind == yaml.SequenceNode {
			items = n.Content
		}
		for _, item := range items {
			item = value(item)
			if item.Kind != yaml.ScalarNode || item.Value == "" {
				return d.errorf(item, "%s must be a text, or a list of texts", what)
			}
			*to = append(*to, item.Value)
		}
		if len(*to) == 0 {
			return d.errorf(n, "%s is empty: leave the key out, or list something", what)
		}
		return nil
	}
}

// patterns reads a list of globs.
func (d document) patterns(to *[]glob.Pattern, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var list []string
		if err := d.texts(&list, what)(n); err != nil {
			return err
		}
		for i, text := range list {
			p, err := glob.Compile(text)
			if err != nil {
				at := n
				if n.Kind == yaml.SequenceNode {
					at = n.Content[i]
				}
				return d.errorf(at, "the pattern %q %v", sanitize.Text(text), err)
			}
			*to = append(*to, p)
		}
		return nil
	}
}

// size reads a number of bytes: 300, 64 KiB, 10MB.
func (d document) size(to *int64, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		number, unit := n.Value, ""
		if i := strings.IndexFunc(n.Value, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			number, unit = n.Value[:i], strings.TrimSpace(n.Value[i:])
		}
		count, err := strconv.ParseInt(number, 10, 64)
		scale := map[string]int64{"": 1, "B": 1, "KB": 1e3, "KIB": 1 << 10, "MB": 1e6, "MIB": 1 << 20, "GB": 1e9, "GIB": 1 << 30}[strings.ToUpper(unit)]
		if n.Kind != yaml.ScalarNode || err != nil || scale == 0 || count > (1<<62)/scale {
			return d.errorf(n, "%s must be a size, such as 64KiB or 10MB", what)
		}
		*to = count * scale
		return nil
	}
}

// count reads a number of at least one.
func (d document) count(to *int, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < 1 || v > 1<<30 {
			return d.errorf(n, "%s must be a number from 1 on", what)
		}
		*to = v
		return nil
	}
}

// yes reads true or false.
func (d document) yes(to *bool, what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
			return d.errorf(n, "%s must be true or false", what)
		}
		*to = n.Value == "true"
		return nil
	}
}
