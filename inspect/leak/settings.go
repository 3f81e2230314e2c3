package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// settings reports secrets in the image's environment and in its history, which
// everyone who can pull the image can read.
func settings(v *view) []leak {
	var leaks []leak
	inEnv := map[string]bool{}
	for _, entry := range v.im.Config.Env {
		name, value, _ := strings.Cut(entry, "=")
		what := redact.Setting(name, value)
		if what == "" {
			continue
		}
		inEnv[name] = true
		origin := v.envOrigin(name)
		leaks = append(leaks, leak{
			rule: "SD-K004", title: "Secret in ENV " + sanitize.Text(name), layer: -1, name: "ENV " + name, origin: &origin,
			evidence: []string{fmt.Sprintf("the configuration sets %s: %s", name, what)},
		})
	}
	seen := map[string]bool{}
	for i, h := range v.im.History {
		for _, s := range redact.Secrets(h.CreatedBy) {
			if inEnv[s.Name] || seen[s.Name+s.What] {
				continue
			}
			seen[s.Name+s.What] = true
			origin := h.Origin
			leaks = append(leaks, leak{
				rule: "SD-K005", title: "Secret in the history: " + sanitize.Text(s.Label()), layer: -1, name: "history entry " + fmt.Sprint(i+1), origin: &origin,
				evidence: []string{fmt.Sprintf("the %s in history entry %d has %s", redact.Instruction(h.CreatedBy), i+1, s.String())},
			})
		}
	}
	for _, c := range v.commands() {
		for _, s := range redact.Secrets(c.text) {
			if seen[s.Name+s.What] || inEnv[s.Name] {
				continue // the history tells of it, with its line
			}
			seen[s.Name+s.What] = true
			origin := image.Unknown
			leaks = append(leaks, leak{
				rule: "SD-K005", title: "Secret in " + c.name + ": " + sanitize.Text(s.Label()), layer: -1, name: c.name, origin: &origin,
				evidence: []string{fmt.Sprintf("the configuration's %s has %s", c.name, s.String())},
			})
		}
	}
	return leaks
}

// configText is a text of the configuration beside the environment.
type configText struct{ name, text string }

// commands are the texts of the configuration that the history need not have.
func (v *view) commands() []configText {
	c := v.im.Config
	list := []configText{{"ENTRYPOINT", strings.Join(c.Entrypoint, " ")}, {"CMD", strings.Join(c.Cmd, " ")}}
	if c.Healthcheck != nil {
		list = append(list, configText{"HEALTHCHECK", strings.Join(c.Healthcheck.Test, " ")})
	}
	for _, name := range sortedKeys(c.Labels) {
		list = append(list, configText{"LABEL", strings.ReplaceAll(name, "=", "-") + "=" + c.Labels[name]})
	}
	return slices.DeleteFunc(list, func(t configText) bool { return t.text == "" })
}

// envOrigin is where the last ENV that sets the name stands.
func (v *view) envOrigin(name string) image.Origin {
	for i := len(v.im.History) - 1; i >= 0; i-- {
		h := v.im.History[i]
		if redact.Instruction(h.CreatedBy) != "ENV" {
			continue
		}
		if redact.Sets(h.CreatedBy, name) {
			return h.Origin
		}
	}
	return image.Unknown
}
