package redact

import (
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/model/secretname"
)

// Setting says in what way a variable holds a secret, or "".
func Setting(name, value string) string {
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

// Secret is a secret in an instruction's text.
type Secret struct {
	Name string // of the variable; "" when it is in the command
	What string // "an npm token"
}

// String is the secret as evidence tells of it: "NPM_TOKEN: an npm token".
func (s Secret) String() string {
	if s.Name == "" {
		return s.What
	}
	return s.Name + ": " + s.What
}

// Label is the secret in a word or two: the name that it has, else what it is.
func (s Secret) Label() string {
	if s.Name == "" {
		return s.What
	}
	return s.Name
}

// Secrets finds secrets in a history entry: build arguments, which BuildKit
// writes as "RUN |1 NAME=value /bin/sh -c …", ENV and ARG, and the command itself.
func Secrets(createdBy string) []Secret {
	var found []Secret
	rest := createdBy
	for _, a := range assignments(createdBy) {
		if what := Setting(a.name, a.value); what != "" {
			found = append(found, Secret{a.name, what})
			rest = strings.ReplaceAll(rest, a.value, "") // it is told of by its name
		}
	}
	if found != nil && Instruction(createdBy) != "RUN" {
		return found
	}
	if hits := token.Find([]byte(rest)); len(hits) > 0 {
		return append(found, Secret{"", "a " + hits[0].What})
	}
	if _, _, ok := secretname.URLPassword(rest); ok {
		return append(found, Secret{"", "a URL with a password"})
	}
	if said := commandSecrets(rest); len(said) > 0 {
		return append(found, Secret{"", said[0].what})
	}
	return found
}

// Instruction is the word for the instruction that made a history entry: "RUN".
func Instruction(createdBy string) string {
	text := strings.TrimPrefix(createdBy, "/bin/sh -c ")
	text = strings.TrimSpace(strings.TrimPrefix(text, "#(nop)"))
	word, _, _ := strings.Cut(text, " ")
	switch word {
	case "ENV", "ARG", "RUN", "COPY", "ADD", "LABEL", "CMD", "ENTRYPOINT", "HEALTHCHECK":
		return word
	}
	return "RUN"
}
