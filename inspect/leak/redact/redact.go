// Package redact knows the secrets that instructions, command lines, settings and outputs
// hold: it tells which there are, without their values, and takes them out.
package redact

import (
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/model/secretname"
)

// Mark stands where a secret was.
const Mark = "‹redacted›"

// Text returns text with what looks like a secret's value taken out: values of
// variables and flags with telling names, passwords in URLs and netrc lines,
// logins behind flags, authorization headers, private keys, and tokens. Instructions,
// history entries, and NAME=value pairs of an image's configuration should pass it before
// they are shown or stored.
//
// Where a value's end is uncertain, as history entries leave out quotes, it takes
// out too much rather than too little.
func Text(text string) string {
	text = withoutPasswords(text)
	whole := text
	for _, h := range token.Find([]byte(whole)) {
		text = strings.ReplaceAll(text, whole[h.From:h.To], Mark)
	}
	var spans []span
	var values []string
	for _, a := range assignments(text) {
		if secretname.Is(a.name) && !secretname.Placeholder(a.value) {
			spans = append(spans, a.span)
			values = append(values, a.value)
		}
	}
	text = cut(text, spans)
	spans = spans[:0]
	for _, s := range commandSecrets(text) {
		spans = append(spans, s.span)
	}
	text = cut(text, spans)
	for _, v := range values { // what was expanded is elsewhere too
		if len(v) >= minRepeated {
			text = strings.ReplaceAll(text, v, Mark)
		}
	}
	return text
}

// Output is Text for what a program prints: it takes out what is a secret by its
// form alone, tokens, passwords in URLs, private keys and authorization headers.
func Output(text string) string {
	text = withoutPasswords(text)
	var spans []span
	for _, h := range token.Find([]byte(text)) {
		spans = append(spans, span{h.From, h.To})
	}
	for _, k := range privatekey.Find([]byte(text)) {
		spans = append(spans, span{k.From, k.To})
	}
	return cut(text, append(spans, authorizations(text)...))
}

// Name is the name of a setting as it may be told. What does not look like one
// may be anything, even the secret.
func Name(name string) string {
	name = Text(name)
	for _, part := range strings.Fields(name) {
		if len(part) > 80 || strings.Contains(part, "@") && !strings.Contains(part, Mark) {
			return "a secret"
		}
	}
	return name
}

// withoutPasswords takes the passwords out of a text's URLs.
func withoutPasswords(text string) string {
	for from, to, ok := secretname.URLPassword(text); ok; from, to, ok = secretname.URLPassword(text) {
		text = text[:from] + "$" + Mark + text[to:] // what begins with $ is no password, so the next is found
	}
	return strings.ReplaceAll(text, "$"+Mark, Mark)
}

// minRepeated is from which length on a secret's value is looked for in the rest
// of the text; shorter ones are words of it too often.
const minRepeated = 8

// span is a part of a text.
type span struct{ from, to int }

// cut puts Mark in place of the spans, which may touch or overlap.
func cut(text string, spans []span) string {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out strings.Builder
	at := 0
	for _, s := range spans {
		if s.from < at {
			at = max(at, s.to)
			continue
		}
		if strings.Contains(text[s.from:s.to], Mark) && len(text[s.from:s.to]) == len(Mark) {
			continue // that has been done already
		}
		out.WriteString(text[at:s.from] + Mark)
		at = s.to
	}
	return out.String() + text[at:]
}

// flagValues finds the values of flags with telling names that stand apart from
// them: --password VALUE.
func flagValues(text string) []span {
	var found []span
	for at := 0; ; {
		i := strings.Index(text[at:], "--")
		if i < 0 {
			return found
		}
		start := at + i + len("--")
		at = start
		end := start
		for end < len(text) && (isNameByte(text[end]) || text[end] == '-') {
			end++
		}
		if end >= len(text) || text[end] != ' ' || !secretname.Is(text[start:end]) || strings.HasSuffix(text[start:end], "-stdin") {
			continue
		}
		to := valueEnd(text, end+1)
		if v := text[end+1 : to]; !secretname.Placeholder(v) && !strings.HasPrefix(v, "-") {
			found = append(found, span{end + 1, to})
		}
	}
}

// netrcWords finds passwords in the form that netrc files have them, which a RUN
// may write: login NAME password VALUE.
func netrcWords(text string) []span {
	const word = "password "
	login := strings.Index(text, "login ")
	if login < 0 {
		return nil
	}
	var found []span
	for at := login; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return found
		}
		from := at + i + len(word)
		to := from
		for to < len(text) && strings.IndexByte(" \t\r\n\"'\\", text[to]) < 0 {
			to++
		}
		if !secretname.Placeholder(text[from:to]) {
			found = append(found, span{from, to})
		}
		at = to
	}
}

// authorizations finds what HTTP headers send to prove who asks. They end at a
// quote or a line's end.
func authorizations(text string) []span {
	const header = "authorization:"
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // letters that change their length: nothing a header has
		return nil
	}
	var found []span
	for at := 0; ; {
		i := strings.Index(lower[at:], header)
		if i < 0 {
			return found
		}
		from := at + i + len(header)
		for from < len(text) && text[from] == ' ' {
			from++
		}
		to := from
		for to < len(text) && strings.IndexByte("\"'\r\n", text[to]) < 0 {
			to++
		}
		if to > from && !strings.Contains(text[from:to], "$") && !secretname.Placeholder(text[from:to]) {
			found = append(found, span{from, to})
		}
		at = to
	}
}
