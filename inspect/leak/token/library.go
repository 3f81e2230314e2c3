package token

import (
	"math"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/regexp"
)

// library is gitleaks' default configuration. Its detector stays out: it is made for
// repositories, looks at every rule for every file, brings drawing libraries along, and
// writes values to its log.
type library struct {
	raw    config.ViperConfig
	global []*config.Allowlist
}

// compiled is a rule's expression and what makes a match of it no secret.
type compiled struct {
	expression *regexp.Regexp
	group      int     // that is the secret; 0 for the first that matched
	entropy    float64 // bits a character that are too few
	allow      []*config.Allowlist
}

// readLibrary reads the rules without compiling any: that takes a millisecond.
func readLibrary() *library {
	l := &library{}
	if err := toml.Unmarshal([]byte(config.DefaultConfig), &l.raw); err != nil {
		return l // a test tells
	}
	c := l.raw
	c.Rules = nil
	if all, err := c.Translate(); err == nil {
		l.global = all.Allowlists
	}
	return l
}

// withoutEnding drops what gitleaks wants to follow a token. It leaves out much that
// does in an image, as the @ in a URL, so endsHere stands for it.
func withoutEnding(expression string) string {
	for _, ending := range [...]string{"(?:[\\x60'\"\\s;]|\\\\[nr]|$)", "(?:[\\x60'\"\\s;]|\\\\[nr]|$|\\b)", `(?:[^\w-]|\z)`, `(?:[^a-zA-Z0-9+/]|\z)`} {
		expression = strings.TrimSuffix(expression, ending)
	}
	return expression
}

// compile makes a rule's expression. One that is tried at a word must match there: so it
// fails at the first byte that does not fit.
func (l *library) compile(r *rule) *compiled {
	source := r.own
	var found config.Rule
	if source == "" {
		var one config.ViperConfig
		for _, raw := range l.raw.Rules {
			if raw.ID == r.id {
				raw.Path = ""
				source = withoutEnding(raw.Regex)
				raw.Regex = source
				one.Rules = append(one.Rules, raw)
			}
		}
		if all, err := one.Translate(); err == nil {
			found = all.Rules[r.id]
		}
	}
	if !r.line {
		source = `\A(?:` + source + `)`
	}
	return &compiled{expression: regexp.MustCompile(source), group: found.SecretGroup, entropy: found.Entropy, allow: append(found.Allowlists, l.global...)}
}

// secret is where in a match the secret lies: the group that the rule names, or the
// first that matched, or all of it.
func (c *compiled) secret(match []int) (from, to int) {
	if c.group > 0 && 2*c.group+1 < len(match) {
		return match[2*c.group], match[2*c.group+1]
	}
	for i := 2; i+1 < len(match); i += 2 {
		if match[i+1] > match[i] {
			return match[i], match[i+1]
		}
	}
	return match[0], match[1]
}

// accepts says whether a secret has enough entropy and no list allows it.
func (c *compiled) accepts(secret, match string) bool {
	if c.entropy > 0 && entropy(secret) <= c.entropy {
		return false
	}
	for _, a := range c.allow {
		text := secret
		if a.RegexTarget == "match" || a.RegexTarget == "line" {
			text = match
		}
		if a.RegexAllowed(text) {
			return false
		}
		if ok, _ := a.ContainsStopWord(secret); ok {
			return false
		}
	}
	return true
}

// allowed says whether gitleaks leaves a file out.
func (l *library) allowed(path string) bool {
	for _, a := range l.global {
		if a.PathAllowed(path) {
			return true
		}
	}
	return false
}

// entropy is Shannon's, in bits a byte.
func entropy(s string) float64 {
	var seen [256]int
	for i := range len(s) {
		seen[s[i]]++
	}
	bits := 0.0
	for _, n := range seen {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
