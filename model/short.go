package model

import "strings"

// shortMost is how many bytes of a heredoc are enough to know it by.
const shortMost = 160

// Short is a step on one line as it is named wherever there is little room: a RUN
// without its flags, and of a heredoc what it says instead of how it begins.
func (g *Graph) Short(s Step) string {
	text := s.Text
	if s.Command == "RUN" && !s.OnBuild {
		text = "RUN " + withoutFlags(text)
	}
	command, here, ok := strings.Cut(text, "<<")
	if !ok || s.OnBuild || s.Line < 1 || s.EndLine <= s.Line || s.EndLine > len(g.Lines) || !endsHeredoc(here, g.Lines[s.EndLine-1]) {
		return text
	}
	if s.Command != "RUN" {
		command += "<<" + here + " "
	}
	says := heredoc(g.Lines[s.Line : s.EndLine-1])
	if says == "" {
		return text
	}
	return command + says
}

// withoutFlags is what a RUN runs.
func withoutFlags(text string) string {
	_, rest, _ := strings.Cut(text, " ")
	for rest = strings.TrimSpace(rest); strings.HasPrefix(rest, "--"); rest = strings.TrimSpace(rest) {
		_, rest, _ = strings.Cut(rest, " ")
	}
	return rest
}

// endsHeredoc says whether a line ends one of the heredocs that begin in here,
// the text after the first <<. A shift in a shell's arithmetic begins none.
func endsHeredoc(here, line string) bool {
	line = strings.TrimSpace(line)
	for _, begin := range strings.Split(here, "<<") {
		word := strings.TrimLeft(begin, `-"'`)
		if i := strings.IndexAny(word, "\"' \t>|;&"); i >= 0 {
			word = word[:i]
		}
		if word != "" && word == line {
			return true
		}
	}
	return false
}

// heredoc is the beginning of a heredoc's text on one line, without what every
// script begins with.
func heredoc(lines []string) string {
	out := ""
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") || out == "" && strings.HasPrefix(l, "set -") {
			continue
		}
		switch {
		case out == "":
		case openEnd(out):
			out += " "
		default:
			out += "; "
		}
		if out += l; len(out) > shortMost {
			return out
		}
	}
	return out
}

// openEnd says whether a shell goes on reading after the line.
func openEnd(line string) bool {
	for _, end := range []string{"{", "(", "|", "&&", `\`, "do", "then", "else"} {
		if strings.HasSuffix(line, end) {
			return true
		}
	}
	return false
}
