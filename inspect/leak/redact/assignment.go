package redact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/secretname"
)

// assignment is NAME=value in an instruction or a command line.
type assignment struct {
	name, value string
	span        // of the value as written, with its quotes
}

// assignments finds every NAME=value of a text: of an ENV, ARG or LABEL, of the
// build arguments before a RUN, of a shell command, or of a text that is one
// NAME=value as a whole, whatever its value holds.
//
// BuildKit writes values to the history as they are, without quotes (0.33.1,
// dockerfile2llb: dispatchEnv, dispatchArg, runCommandString). So there a value
// ends where the next name begins.
func assignments(text string) []assignment {
	at := instructionStart(text)
	head := text[at:]
	switch word, _, _ := strings.Cut(head, " "); {
	case word == "ENV" || word == "ARG" || word == "LABEL":
		return pairs(text, at+len(word), len(text))
	case strings.HasPrefix(word, "|"):
		n, err := strconv.Atoi(word[1:])
		if err == nil && n > 0 {
			return buildArgs(text, at+len(word), n)
		}
	case at == 0:
		if i := nameEnd(text, 0); i > 0 {
			return []assignment{{text[:i], unquote(text[i+1:]), span{i + 1, len(text)}}}
		}
	}
	return inCommand(text, at)
}

// Sets says whether a text assigns something to a name.
func Sets(text, name string) bool {
	return slices.ContainsFunc(assignments(text), func(a assignment) bool { return a.name == name })
}

// instructionStart skips what stands before the instruction's own text: the marks
// of Docker's older builder, ONBUILD, and RUN where build arguments follow.
func instructionStart(text string) int {
	at := 0
	for _, prefix := range [...]string{"/bin/sh -c ", "#(nop)", "ONBUILD "} {
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " "))
		if strings.HasPrefix(text[at:], prefix) {
			at += len(prefix)
		}
	}
	at += len(text[at:]) - len(strings.TrimLeft(text[at:], " "))
	if strings.HasPrefix(text[at:], "RUN |") {
		at += len("RUN ")
	}
	return at
}

// nameEnd is where the name that begins at from ends with a =, or -1.
func nameEnd(text string, from int) int {
	if from >= len(text) || !isNameByte(text[from]) || text[from] >= '0' && text[from] <= '9' {
		return -1
	}
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '=':
			return i
		case !isNameByte(c) && strings.IndexByte("-./", c) < 0:
			return -1
		}
	}
	return -1
}

// pairs parses NAME=value pairs between two offsets. A value ends where white
// space and another NAME= follow, outside of quotes if those are closed.
func pairs(text string, from, to int) []assignment {
	text = text[:to]
	skip := func() {
		for from < to && isBlank(text[from]) {
			from++
		}
	}
	skip()
	eq := nameEnd(text, from)
	if eq < 0 { // ENV NAME value
		name, _, ok := strings.Cut(text[from:], " ")
		if !ok || strings.ContainsRune(name, '=') {
			return inCommand(text, from)
		}
		at := from + len(name) + 1
		return []assignment{{name, unquote(text[at:]), span{at, to}}}
	}
	var found []assignment
	for eq >= 0 {
		end := pairEnd(text, eq+1, true)
		if end < 0 {
			end = pairEnd(text, eq+1, false)
		}
		found = append(found, assignment{text[from:eq], unquote(text[eq+1 : end]), span{eq + 1, end}})
		from = end
		skip()
		eq = nameEnd(text, from)
	}
	return found
}

// pairEnd is where the value that begins at from ends; -1 when quotes count and
// one is left open.
func pairEnd(text string, from int, quotes bool) int {
	var open byte
	for i := from; i < len(text); i++ {
		c := text[i]
		switch {
		case quotes && open != 0:
			if c == open {
				open = 0
			}
		case quotes && (c == '"' || c == '\''):
			open = c
		case isBlank(c):
			next := i
			for next < len(text) && isBlank(text[next]) {
				next++
			}
			if next == len(text) || nameEnd(text, next) >= 0 {
				return i
			}
		}
	}
	if open != 0 {
		return -1
	}
	return len(text)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\' }

// shells begin the command behind a RUN's build arguments, but for the exec form
// and a SHELL of one's own.
func shells() []string {
	return []string{" /bin/sh -", " /bin/bash -", " /bin/ash -", " /bin/dash -", " /bin/zsh -", " bash -", " sh -", " powershell ", " pwsh ", " cmd /S"}
}

// buildArgs parses "|N NAME=value … COMMAND" from behind the N. Where the command
// begins, or which = belong to a value, may be uncertain: then a secret's value
// ends where the arguments certainly do.
func buildArgs(text string, from, n int) []assignment {
	end, known := len(text), false
	for _, s := range shells() {
		if i := strings.Index(text[from:end], s); i >= 0 {
			end, known = from+i, true
		}
	}
	found := pairs(text, from, end)
	switch {
	case known && len(found) == n:
	case known || len(found) < n:
		found = widen(text, found, end)
	default: // a command that assigns, perhaps: its = follow on the n-th
		found = widen(text, found[:n], end)
	}
	if !known && len(found) > 0 {
		last := &found[len(found)-1]
		if last.to = valueEnd(text, last.from); secretname.Is(last.name) {
			last.to = len(text)
		}
		last.value = unquote(text[last.from:last.to])
		return append(found, inCommand(text, last.to)...)
	}
	return append(found, inCommand(text, end)...)
}

// widen lets the first secret's value reach to the end.
func widen(text string, found []assignment, end int) []assignment {
	for i, a := range found {
		if secretname.Is(a.name) {
			found[i].to, found[i].value = end, unquote(text[a.from:end])
			return found[:i+1]
		}
	}
	return found
}

// inCommand finds NAME=value in a command line from an offset on. Only a quoted
// value holds spaces.
func inCommand(text string, from int) []assignment {
	var found []assignment
	for i := from; i < len(text); i++ {
		if text[i] != '=' {
			continue
		}
		start := i
		for start > from && isNameByte(text[start-1]) {
			start--
		}
		if start == i || text[start] >= '0' && text[start] <= '9' {
			continue
		}
		end := valueEnd(text, i+1)
		found = append(found, assignment{text[start:i], unquote(text[i+1 : end]), span{i + 1, end}})
	}
	return found
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'`) }

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func valueEnd(text string, from int) int {
	if from < len(text) && (text[from] == '"' || text[from] == '\'') {
		if i := strings.IndexByte(text[from+1:], text[from]); i >= 0 {
			return from + 1 + i + 1
		}
	}
	for end := from; end < len(text); end++ {
		switch text[end] {
		case ' ', '\t', '\n', '\r', ';', '&', '|', '"', '\'', ')':
			return end
		}
	}
	return len(text)
}
