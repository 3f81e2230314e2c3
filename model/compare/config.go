package compare

import (
	"maps"
	"slices"
	"strings"
)

// Setting is a part of the images' configuration.
type Setting struct {
	Name   string   // "user", "env PATH", "label maintainer"
	Values []string // of each side; "" where it has none
}

// Same says whether all sides have the same value.
func (s Setting) Same() bool {
	for _, v := range s.Values {
		if v != s.Values[0] {
			return false
		}
	}
	return true
}

// Settings are what the images say of how a container of them starts: the parts that
// every image has first, in a fixed order, then variables and labels by name.
func (c *Comparison) Settings() []Setting {
	fixed := []string{"user", "workdir", "entrypoint", "cmd", "ports", "volumes", "stop signal", "healthcheck"}
	rest := map[string]bool{}
	values := make([]map[string]string, len(c.Sides))
	for i, side := range c.Sides {
		values[i] = map[string]string{}
		if side.Image == nil {
			continue
		}
		cfg := side.Image.Config
		for k, v := range map[string]string{
			"user": cfg.User, "workdir": cfg.WorkingDir, "entrypoint": command(cfg.Entrypoint), "cmd": command(cfg.Cmd),
			"ports": sorted(cfg.ExposedPorts), "volumes": sorted(cfg.Volumes), "stop signal": cfg.StopSignal, "healthcheck": cfg.Healthcheck.Command(),
		} {
			values[i][k] = v
		}
		for _, e := range cfg.Env {
			name, v, _ := strings.Cut(e, "=")
			rest["env "+name], values[i]["env "+name] = true, v
		}
		for name, v := range cfg.Labels {
			rest["label "+name], values[i]["label "+name] = true, v
		}
	}
	var out []Setting
	for _, name := range append(fixed, slices.Sorted(maps.Keys(rest))...) {
		s := Setting{Name: name, Values: make([]string, len(c.Sides))}
		for i := range values {
			s.Values[i] = values[i][name]
		}
		out = append(out, s)
	}
	return out
}

// command writes a command as JSON-like words where one holds a blank, so that
// ["a b"] and ["a", "b"] are not the same.
func command(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n\"'\\") {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}

func sorted(list []string) string {
	return strings.Join(slices.Sorted(slices.Values(list)), " ")
}
