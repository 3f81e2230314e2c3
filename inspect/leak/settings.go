package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/secretname"
)

// settings reports secrets in the image's environment and in its history, which
// everyone who can pull the image can read.
func settings(v *view) []leak {
	var leaks []leak
	inEnv := map[string]bool{}
	for _, entry := range v.im.Config.Env {
		name, value, _ := strings.Cut(entry, "=")
		what := secretIn(name, value)
		if what == "" {
			continue
		}
		inEnv[name] = true
		origin := v.envOrigin(name)
		leaks = append(leaks, leak{
			rule: "SD-K004", title: "Secret in ENV " + shown(name), layer: -1, name: "ENV " + name, origin: &origin,
			evidence: []string{fmt.Sprintf("the configuration sets %s: %s", name, what)},
		})
	}
	seen := map[string]bool{}
	for i, h := range v.im.History {
		for _, s := range historySecrets(h.CreatedBy) {
			if inEnv[s.name] || seen[s.name+s.what] {
				continue
			}
			seen[s.name+s.what] = true
			origin := h.Origin
			leaks = append(leaks, leak{
				rule: "SD-K005", title: "Secret in the history: " + shown(s.label()), layer: -1, name: "history entry " + fmt.Sprint(i+1), origin: &origin,
				evidence: []string{fmt.Sprintf("the %s in history entry %d has %s", verb(h.CreatedBy), i+1, s.told())},
			})
		}
	}
	for _, c := range v.commands() {
		for _, s := range historySecrets(c.text) {
			if seen[s.name+s.what] || inEnv[s.name] {
				continue // the history tells of it, with its line
			}
			seen[s.name+s.what] = true
			origin := image.Unknown
			leaks = append(leaks, leak{
				rule: "SD-K005", title: "Secret in " + c.name + ": " + shown(s.label()), layer: -1, name: c.name, origin: &origin,
				evidence: []string{fmt.Sprintf("the configuration's %s has %s", c.name, s.told())},
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

// secretIn says in what way a variable holds a secret, or "".
func secretIn(name, value string) string {
	if hits := token.Find([]byte(value)); len(hits) > 0 {
		return "a " + hits[0].What
	}
	if _, _, ok := secretname.URLPassword(value); ok {
		return "a URL with a password"
	}
	if secretname.Is(name) && !secretname.Placeholder(value) {
		return "a value for a name that says secret"
	}
	return ""
}

// historySecret is a secret in an instruction's text.
type historySecret struct {
	name string // of the variable; "" when it is in the command
	what string
}

// told is the secret as evidence tells of it: "NPM_TOKEN: an npm token".
func (s historySecret) told() string {
	if s.name == "" {
		return s.what
	}
	return s.name + ": " + s.what
}

func (s historySecret) label() string {
	if s.name == "" {
		return s.what
	}
	return s.name
}

// historySecrets finds secrets in a history entry: build arguments, which BuildKit
// writes as "RUN |1 NAME=value /bin/sh -c …", ENV and ARG, and the command itself.
func historySecrets(createdBy string) []historySecret {
	var found []historySecret
	rest := createdBy
	for _, a := range assignments(createdBy) {
		if what := secretIn(a.name, a.value); what != "" {
			found = append(found, historySecret{a.name, what})
			rest = strings.ReplaceAll(rest, a.value, "") // it is told of by its name
		}
	}
	if found != nil && verb(createdBy) != "RUN" {
		return found
	}
	if hits := token.Find([]byte(rest)); len(hits) > 0 {
		return append(found, historySecret{"", "a " + hits[0].What})
	}
	if _, _, ok := secretname.URLPassword(rest); ok {
		return append(found, historySecret{"", "a URL with a password"})
	}
	if said := commandSecrets(rest); len(said) > 0 {
		return append(found, historySecret{"", said[0].what})
	}
	return found
}

// verb is the instruction that made a history entry.
func verb(createdBy string) string {
	text := strings.TrimPrefix(createdBy, "/bin/sh -c ")
	text = strings.TrimSpace(strings.TrimPrefix(text, "#(nop)"))
	word, _, _ := strings.Cut(text, " ")
	switch word {
	case "ENV", "ARG", "RUN", "COPY", "ADD", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK":
		return word
	}
	return "RUN"
}

// envOrigin is where the last ENV that sets the name stands.
func (v *view) envOrigin(name string) image.Origin {
	for i := len(v.im.History) - 1; i >= 0; i-- {
		h := v.im.History[i]
		if verb(h.CreatedBy) != "ENV" {
			continue
		}
		for _, a := range assignments(h.CreatedBy) {
			if a.name == name {
				return h.Origin
			}
		}
	}
	return image.Unknown
}
