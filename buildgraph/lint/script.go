package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"
)

// call is one command of a RUN.
type call struct {
	words []string // without quotes; what expands is as it is written, with its $
	feeds int      // index of the call that a pipe leads to; -1
	inner []string // names of commands in $(…) and <(…) of its words
}

// name is the program's, without its directory.
func (c call) name() string { return path.Base(c.words[0]) }

// args are the words after the program that are no options.
func (c call) args() []string {
	var out []string
	for _, w := range c.words[1:] {
		if !strings.HasPrefix(w, "-") {
			out = append(out, w)
		}
	}
	return out
}

// verb is the first of args, "" without one.
func (c call) verb() string {
	if a := c.args(); len(a) > 0 {
		return a[0]
	}
	return ""
}

// has says whether a word stands among the arguments, or begins one that goes on with "=".
func (c call) has(flags ...string) bool {
	return slices.ContainsFunc(c.words[1:], func(w string) bool {
		return slices.ContainsFunc(flags, func(f string) bool { return w == f || strings.HasPrefix(w, f+"=") })
	})
}

// open says that some word is only known when it runs.
func (c call) open() bool {
	return slices.ContainsFunc(c.words, func(w string) bool { return strings.ContainsAny(w, "$`") })
}

// script is what a RUN runs, "" where no POSIX shell reads it.
func script(c *instructions.RunCommand, shell []string) string {
	if len(shell) > 0 && !posix(shell[0]) || len(c.CmdLine) == 0 {
		return ""
	}
	text := c.CmdLine[0]
	switch {
	case !c.PrependShell:
		if w := c.CmdLine; len(w) == 3 && posix(w[0]) && strings.HasPrefix(w[1], "-") && strings.HasSuffix(w[1], "c") {
			return w[2]
		}
		return ""
	case len(c.Files) == 0:
		return text
	case len(c.Files) == 1 && strings.TrimSpace(text) == "<<"+c.Files[0].Name || strings.TrimSpace(text) == "<<-"+c.Files[0].Name:
		if strings.HasPrefix(c.Files[0].Data, "#!") {
			line, _, _ := strings.Cut(c.Files[0].Data, "\n")
			if !slices.ContainsFunc(strings.Fields(strings.TrimPrefix(line, "#!")), posix) {
				return ""
			}
		}
		return c.Files[0].Data
	}
	return ""
}

func posix(shell string) bool {
	return slices.Contains([]string{"sh", "bash", "ash", "dash", "ksh", "zsh"}, path.Base(shell))
}

// calls are the commands of a script in the order in which they are written, those in
// conditions, loops and groups among them; none where it can't be read.
func calls(text string) []call {
	if text == "" || len(text) > maxScript {
		return nil
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil
	}
	var out []call
	at := map[*syntax.CallExpr]int{}
	pipes := map[*syntax.CallExpr]*syntax.CallExpr{}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
				if from, to := lastCall(n.X), firstCall(n.Y); from != nil && to != nil {
					pipes[from] = to
				}
			}
		case *syntax.CallExpr:
			if c, ok := newCall(n, text); ok {
				at[n] = len(out)
				out = append(out, c)
			}
		}
		return true
	})
	for from, to := range pipes {
		i, ok := at[from]
		if j, known := at[to]; ok && known {
			out[i].feeds = j
		}
	}
	return out
}

// maxScript is how many bytes of a script are read; longer ones are no commands that
// somebody wrote.
const maxScript = 64 << 10

func newCall(n *syntax.CallExpr, text string) (call, bool) {
	c := call{feeds: -1}
	for _, w := range n.Args {
		c.words = append(c.words, plain(w, text))
		syntax.Walk(w, func(n syntax.Node) bool {
			if in, ok := n.(*syntax.CallExpr); ok && len(in.Args) > 0 {
				c.inner = append(c.inner, path.Base(plain(in.Args[0], text)))
			}
			return true
		})
	}
	for len(c.words) > 1 && wraps(c.words) {
		c.words = c.words[1:]
		for len(c.words) > 1 && (strings.HasPrefix(c.words[0], "-") || strings.Contains(c.words[0], "=")) {
			c.words = c.words[1:]
		}
	}
	return c, len(c.words) > 0
}

// wraps says that a command runs the one in its arguments.
func wraps(words []string) bool {
	return slices.Contains([]string{"sudo", "env", "exec", "command", "time", "nice", "eatmydata"}, path.Base(words[0]))
}

// plain is a word without its quotes, or as it is written where it expands.
func plain(w *syntax.Word, text string) string {
	var b strings.Builder
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(p.Value))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, in := range p.Parts {
				if lit, ok := in.(*syntax.Lit); ok {
					b.WriteString(unescape(lit.Value))
					continue
				}
				b.WriteString(source(in, text))
			}
		default:
			b.WriteString(source(p, text))
		}
	}
	return b.String()
}

// unescape takes the backslashes off a literal, and lines that go on together.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func source(n syntax.Node, text string) string {
	from, to := int(n.Pos().Offset()), int(n.End().Offset())
	if from < 0 || to > len(text) || from > to {
		return "$"
	}
	return text[from:to]
}

// lastCall is the command whose output leaves a statement.
func lastCall(s *syntax.Stmt) *syntax.CallExpr {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return c
	case *syntax.BinaryCmd:
		return lastCall(c.Y)
	}
	return nil
}

// firstCall is the command that a pipe into a statement reaches.
func firstCall(s *syntax.Stmt) *syntax.CallExpr {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		return c
	case *syntax.BinaryCmd:
		return firstCall(c.X)
	}
	return nil
}
