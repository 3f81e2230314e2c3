package structure

import (
	"fmt"
	"slices"
	"strings"
)

// metadata looks at the image's configuration.
func (r *run) metadata(v *verdict, t *MetadataTest) {
	c := &r.on.Config
	env := valuesOf(c.Env)
	r.pairs(v, "the variable", t.Env, env)
	for _, p := range t.Unbound {
		if value, ok := env[p.Key]; ok {
			v.fail(fmt.Sprintf("expected the variable %s not to be set, got %s", p.Key, r.value(p.Key, value)))
		}
	}
	r.pairs(v, "the label", t.Labels, c.Labels)
	r.words(v, "entrypoint", t.Entrypoint, c.Entrypoint)
	r.words(v, "cmd", t.Cmd, c.Cmd)
	if t.WorkingDir != "" && t.WorkingDir != c.WorkingDir {
		v.fail(fmt.Sprintf("expected the workdir %q, got %q", t.WorkingDir, c.WorkingDir))
	}
	if t.User != "" && t.User != c.User {
		v.fail(fmt.Sprintf("expected the user %q, got %q", t.User, c.User))
	}
	for _, port := range t.Exposed {
		if !exposes(c.ExposedPorts, port) {
			v.fail(fmt.Sprintf("expected the port %s to be exposed, got %s", port, list(c.ExposedPorts)))
		}
	}
	for _, port := range t.Closed {
		if exposes(c.ExposedPorts, port) {
			v.fail(fmt.Sprintf("expected the port %s not to be exposed, got %s", port, list(c.ExposedPorts)))
		}
	}
	for _, volume := range t.Volumes {
		if !slices.Contains(c.Volumes, volume) {
			v.fail(fmt.Sprintf("expected the volume %s, got %s", volume, list(c.Volumes)))
		}
	}
	for _, volume := range t.Without {
		if slices.Contains(c.Volumes, volume) {
			v.fail(fmt.Sprintf("expected no volume %s, got %s", volume, list(c.Volumes)))
		}
	}
}

// pairs compares variables or labels.
func (r *run) pairs(v *verdict, what string, want []Var, have map[string]string) {
	for _, p := range want {
		value, ok := have[p.Key]
		switch {
		case !ok:
			v.fail(fmt.Sprintf("expected %s %s to be set; the image has none of that name", what, p.Key))
		case p.Match != nil && !p.Match.MatchString(value):
			v.fail(fmt.Sprintf("expected %s %s to match %s, got %s", what, p.Key, r.value(p.Key, p.Value), r.value(p.Key, value)))
		case p.Match == nil && p.Value != value:
			v.fail(fmt.Sprintf("expected %s %s to be %s, got %s", what, p.Key, r.value(p.Key, p.Value), r.value(p.Key, value)))
		}
	}
}

// value is a variable's or a label's in quotes, without a secret that its name tells of.
func (r *run) value(key, value string) string {
	if r.hide.redact != nil {
		if pair := strings.ReplaceAll(key, "=", "-") + "="; !strings.HasSuffix(r.hide.redact(pair+value), "="+value) {
			return `"` + hidden + `"`
		}
	}
	return r.hide.quoted(value, maxShown)
}

func (r *run) words(v *verdict, what string, want *[]string, have []string) {
	if want != nil && !slices.Equal(*want, have) {
		v.fail(fmt.Sprintf("expected the %s %q, got %q", what, *want, have))
	}
}

// exposes says whether a port is among those of a configuration, which have their
// protocol behind them. Without one, any protocol's is meant.
func exposes(ports []string, want string) bool {
	return slices.ContainsFunc(ports, func(have string) bool {
		number, _, _ := strings.Cut(have, "/")
		return have == want || number == want
	})
}

func list(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}
