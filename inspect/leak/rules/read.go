package rules

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stagedive/stagedive/model/finding"
)

// reader reads a file of rules.
type reader struct {
	document
	own    bool // it came with stagedive
	common Rule // what holds for all rules of the file that don't say otherwise
}

// parse reads a file of rules.
func parse(name string, data []byte, own bool) ([]Rule, error) {
	r := &reader{document: document{name}, own: own}
	r.common.Severity = unset
	n, err := r.root(data)
	if err != nil {
		return nil, err
	}
	if n == nil {
		return nil, r.errorf(n, "there is no rule in it: begin with %q", "rules:")
	}
	var list *yaml.Node
	keys := append(r.shared(&r.common),
		key{"rules", func(n *yaml.Node) error { list = n; return nil }})
	if _, err := r.mapping(n, "a file of rules", keys); err != nil {
		return nil, err
	}
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return nil, r.errorf(n, "there is no rule in it: list rules below %q", "rules:")
	}
	var rules []Rule
	for _, item := range list.Content {
		rule, err := r.rule(value(item))
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// shared are the keys of a rule that a file may have for all its rules.
func (r *reader) shared(to *Rule) []key {
	return []key{
		{"category", r.category(&to.Category)},
		{"severity", r.severity(&to.Severity)},
		{"why", r.text(&to.Why, "why", false)},
		{"fix", r.text(&to.Fix, "fix", false)},
		{"large", r.size(&to.Large, "large")},
	}
}

func (r *reader) rule(n *yaml.Node) (Rule, error) {
	rule := r.common
	rule.file, rule.line, rule.own = r.name, max(n.Line, 1), r.own
	if !r.own {
		rule.File = r.name
	}
	keys := slices.Concat([]key{
		{"id", r.text(&rule.ID, "id", false)},
		{"title", r.text(&rule.Title, "title", false)},
	}, r.shared(&rule), []key{
		{"more", r.text(&rule.More, "more", true)},
		{"match", func(n *yaml.Node) error {
			if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
				return r.errorf(n, "match must be a list: write %q below it", "- file: …")
			}
			for _, item := range n.Content {
				m, err := r.matcher(value(item))
				if err != nil {
					return err
				}
				rule.Match = append(rule.Match, m)
			}
			return nil
		}},
	})
	seen, err := r.mapping(n, "a rule", keys)
	if err != nil {
		return rule, err
	}
	for _, k := range [...]struct{ name, value string }{
		{"id", rule.ID},
		{"title", rule.Title},
		{"category", string(rule.Category)},
		{"why", rule.Why},
		{"fix", rule.Fix},
	} {
		if k.value == "" {
			return rule, r.errorf(n, "the rule %s has no %s", rule.ID, k.name)
		}
	}
	if rule.Severity == unset {
		return rule, r.errorf(n, "the rule %s has no severity: info, low, medium, high or critical", rule.ID)
	}
	if !r.own && rule.Match == nil {
		return rule, r.errorf(n, "the rule %s has no match: say how it is seen", rule.ID)
	}
	return rule, r.checkID(seen["id"], rule.ID)
}

// unset is the severity of a file that says none for its rules.
const unset = finding.Severity(255)

// isOwnID says whether an ID is one of stagedive's: SD-T001.
func isOwnID(id string) bool {
	return len(id) == len("SD-T001") && strings.HasPrefix(id, "SD-") && strings.IndexByte("TSDCVKH", id[3]) >= 0 && strings.Trim(id[4:], digits) == ""
}

// isID says whether an ID can be typed and told apart.
func isID(id string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return len(id) > 1 && len(id) <= 64 && strings.IndexByte(letters, id[0]) >= 0 && strings.Trim(id, letters+digits+"._-") == ""
}

const digits = "0123456789"

func (r *reader) checkID(n *yaml.Node, id string) error {
	upper := strings.ToUpper(id)
	switch {
	case r.own && !isOwnID(id):
		return r.errorf(n, "the id %s is none of stagedive's: SD-, the family's letter, three digits", id)
	case r.own:
	case strings.HasPrefix(upper, "SD-"), strings.HasPrefix(upper, "BK-"):
		return r.errorf(n, "the id %s begins with %s, as stagedive's own do: choose letters of your own, such as ACME-1", id, id[:3])
	case !isID(id):
		return r.errorf(n, "the id %q must be letters, digits, dots and dashes, such as ACME-1", id)
	}
	return nil
}

func (r *reader) category(to *finding.Category) func(*yaml.Node) error {
	known := []finding.Category{
		finding.Toolchain, finding.Source, finding.DevDeps, finding.Cache, finding.VCS, finding.Secret, finding.Hygiene,
	}
	return func(n *yaml.Node) error {
		if !slices.Contains(known, finding.Category(n.Value)) {
			return r.errorf(n, "the category %q is not known: write one of %s", n.Value, list(known))
		}
		*to = finding.Category(n.Value)
		return nil
	}
}

func (r *reader) severity(to *finding.Severity) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		s, ok := finding.ParseSeverity(n.Value)
		if !ok {
			return r.errorf(n, "the severity %q is not known: write one of info, low, medium, high, critical", n.Value)
		}
		*to = s
		return nil
	}
}

func list[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}
