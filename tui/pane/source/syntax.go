package source

import (
	"regexp"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/tui/theme"
)

// span is a piece of a line and what it is.
type span struct {
	text string
	role theme.Role
}

// syntax cuts each line of the file into spans, 1-based. It colours for the eye:
// what the file means is the graph's business.
func syntax(g *model.Graph) [][]span {
	s := scanner{stages: map[string]bool{}, escape: escape(g.Lines)}
	for _, st := range g.Stages {
		if st.Name != "" {
			s.stages[strings.ToLower(st.Name)] = true
		}
	}
	out := make([][]span, len(g.Lines)+1)
	for i, line := range g.Lines {
		out[i+1] = s.line(line)
	}
	return out
}

// escape is the character that "# escape=" makes a line go on.
func escape(lines []string) string {
	for _, l := range lines {
		rest, ok := strings.CutPrefix(strings.TrimSpace(l), "#")
		if !ok {
			break
		}
		name, value, _ := strings.Cut(rest, "=")
		if strings.EqualFold(strings.TrimSpace(name), "escape") && strings.TrimSpace(value) == "`" {
			return "`"
		}
	}
	return `\`
}

// scanner goes through a file line by line.
type scanner struct {
	stages map[string]bool // names, in lower case
	escape string
	word   string   // the instruction that the line before has not ended; "" when it has
	here   []string // the ends of the heredocs whose text follows
	strip  []bool   // for each: tabs in front of its end do not count
	quoted byte     // the quote that a line before opened
}

// heredoc is <<EOF, <<-EOF, <<"EOF" and the like.
var heredoc = regexp.MustCompile(`<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)(["']?)`)

func (s *scanner) line(text string) []span {
	trimmed := strings.TrimSpace(text)
	switch {
	case len(s.here) > 0:
		return s.document(text)
	case strings.HasPrefix(trimmed, "#"):
		return []span{{text, theme.Comment}}
	case trimmed == "":
		return []span{{text, theme.Text}}
	}
	var out []span
	indent := len(text) - len(strings.TrimLeft(text, " "))
	if indent > 0 {
		out = append(out, span{text[:indent], theme.Text})
	}
	rest, more := text[indent:], false
	body := strings.TrimRight(rest, " ")
	tail := rest[len(body):]
	if cut, ok := strings.CutSuffix(body, s.escape); ok {
		body, tail, more = cut, s.escape+tail, true
	}
	if s.word == "" {
		s.quoted = 0
		word, _, _ := strings.Cut(body, " ")
		if isInstruction(word) {
			out = append(out, span{word, theme.Keyword})
			body = body[len(word):]
		}
		s.word = strings.ToUpper(word)
	}
	if s.word == "RUN" || s.word == "COPY" || s.word == "ADD" {
		for _, m := range heredoc.FindAllStringSubmatch(body, -1) {
			s.here, s.strip = append(s.here, m[3]), append(s.strip, m[1] != "")
		}
	}
	out = append(out, s.words(body)...)
	if tail != "" {
		out = append(out, span{tail, theme.Dim})
	}
	if !more {
		s.word = ""
	}
	return out
}

// document is a line of a heredoc.
func (s *scanner) document(text string) []span {
	end := text
	if s.strip[0] {
		end = strings.TrimLeft(end, " ") // the graph's lines have no tabs any more
	}
	if end == s.here[0] {
		s.here, s.strip = s.here[1:], s.strip[1:]
		return []span{{text, theme.Flag}}
	}
	if strings.HasPrefix(strings.TrimSpace(text), "#") {
		return []span{{text, theme.Comment}}
	}
	return []span{{text, theme.Text}}
}

// words marks flags, variables, strings, heredocs and names of stages.
func (s *scanner) words(text string) []span {
	var out []span
	put := func(n int, role theme.Role) {
		if k := len(out); k > 0 && out[k-1].role == role {
			out[k-1].text += text[:n]
		} else if n > 0 {
			out = append(out, span{text[:n], role})
		}
		text = text[n:]
	}
	for len(text) > 0 {
		switch c := text[0]; {
		case s.quoted != 0:
			n := strings.IndexByte(text, s.quoted)
			if n++; n == 0 {
				n = len(text)
			} else {
				s.quoted = 0
			}
			put(n, theme.String)
		case c == '$' && len(text) > 1:
			put(variable(text), theme.Variable)
		case c == '"' || c == '\'' && !within(out):
			s.quoted = c
			put(1, theme.String)
		case c == '<' && heredoc.FindStringIndex(text) != nil && heredoc.FindStringIndex(text)[0] == 0:
			put(heredoc.FindStringIndex(text)[1], theme.Flag)
		case c == '=' || c == ',' || c == '<':
			put(1, theme.Text)
		case c == ' ':
			put(len(text)-len(strings.TrimLeft(text, " ")), theme.Text)
		case strings.HasPrefix(text, "--") && s.word != "":
			n := strings.IndexAny(text, "= ")
			if n < 0 {
				n = len(text)
			}
			put(n, theme.Flag)
		default:
			n := 1 + strings.IndexAny(text[1:], " $\"'=,<")
			if n < 1 {
				n = len(text)
			}
			put(n, s.role(text[:n], out))
		}
	}
	return out
}

// within says whether a word has begun before what comes next: an apostrophe
// there opens no string.
func within(before []span) bool {
	if len(before) == 0 {
		return false
	}
	text := before[len(before)-1].text
	c := text[len(text)-1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// role tells names of stages from other words: after FROM and AS, and behind the
// from= of a copy or a mount.
func (s *scanner) role(word string, before []span) theme.Role {
	if s.word == "FROM" && strings.EqualFold(word, "AS") {
		return theme.Keyword
	}
	if !s.stages[strings.ToLower(word)] {
		return theme.Text
	}
	lead := ""
	for _, sp := range before[max(0, len(before)-2):] {
		lead += sp.text
	}
	if s.word == "FROM" || strings.HasSuffix(lead, "from=") {
		return theme.Reference
	}
	return theme.Text
}

// variable measures the $NAME or ${…} at the start of text.
func variable(text string) int {
	if text[1] == '{' {
		if i := strings.IndexByte(text, '}'); i > 0 {
			return i + 1
		}
		return len(text)
	}
	n := 1
	for n < len(text) && (text[n] == '_' || text[n] >= '0' && text[n] <= '9' || text[n] >= 'A' && text[n] <= 'Z' || text[n] >= 'a' && text[n] <= 'z') {
		n++
	}
	return n
}

// isInstruction knows the instructions of Dockerfile syntax 1.
func isInstruction(word string) bool {
	switch strings.ToUpper(word) {
	case "FROM", "RUN", "COPY", "ADD", "ARG", "ENV", "WORKDIR", "CMD", "ENTRYPOINT", "LABEL", "EXPOSE",
		"USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "SHELL", "ONBUILD", "MAINTAINER":
		return true
	}
	return false
}
