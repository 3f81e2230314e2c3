package origin

import (
	"strings"

	"github.com/stagedive/stagedive/model/image"
)

// instructions are the words that a history entry can begin with.
var instructions = [...]string{
	"RUN", "COPY", "ADD", "WORKDIR", "ENV", "ARG", "LABEL", "CMD", "ENTRYPOINT", "EXPOSE",
	"USER", "VOLUME", "SHELL", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER",
}

// instruction takes a history entry's text apart. BuildKit writes instructions
// as they are; Docker's older builder and buildah write a shell command, in
// which "#(nop)" marks everything but RUN.
func instruction(createdBy string) (command, args string) {
	text := createdBy
	text = strings.TrimSuffix(text, "# buildkit")
	if i := strings.Index(text, "#(nop)"); i >= 0 {
		text = text[i+len("#(nop)"):]
	}
	text = strings.TrimSpace(text)
	word, rest, _ := strings.Cut(text, " ")
	for _, known := range instructions {
		if word == known {
			return known, rest
		}
	}
	return "RUN", text
}

// The grades of a match, as alignment weighs them.
const (
	no     = -1
	likely = 2 // the same instruction; the texts differ, as expanded variables make them
	sure   = 5 // the texts agree too
)

// grade says how well a history entry and a step fit together.
func grade(h image.History, s step) int {
	command, args := instruction(h.CreatedBy)
	if command != s.Command {
		return no
	}
	if !h.Empty && !s.MakesLayer() {
		return no
	}
	if agree(args, s.Text) {
		return sure
	}
	return likely
}

// agree compares an entry's arguments with a step's text without what differs
// in form only: white space, quotes, line continuations, flags.
func agree(args, text string) bool {
	_, rest, _ := strings.Cut(text, " ")
	for strings.HasPrefix(rest, "--") {
		_, more, ok := strings.Cut(rest, " ")
		if !ok {
			break
		}
		rest = strings.TrimLeft(more, " ")
	}
	a, b := squeeze(args), squeeze(rest)
	return b != "" && (strings.Contains(a, b) || a != "" && strings.Contains(b, a))
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '␊', '␍', '\\', '"', '\'', ',', '[', ']', '=':
			return -1
		}
		return r
	}, s)
}
