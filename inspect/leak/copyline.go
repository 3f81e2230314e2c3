package leak

import (
	"encoding/json"
	"path"
	"strings"
)

// copyLine is a COPY or ADD in its plain or JSON form, as it is written: variables and
// all, so that what is made of it fits where it stands.
type copyLine struct {
	command string
	flags   []string
	sources []string
	dest    string
}

// readCopy takes a COPY apart. It knows no heredocs.
func readCopy(text string) (copyLine, bool) {
	words := strings.Fields(text)
	if len(words) < 3 {
		return copyLine{}, false
	}
	c := copyLine{command: words[0]}
	rest := words[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "--") {
		c.flags = append(c.flags, rest[0])
		rest = rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "[") {
		var list []string
		if at := strings.IndexByte(text, '['); json.Unmarshal([]byte(text[at:]), &list) == nil {
			rest = list
		}
	}
	for _, w := range rest {
		if strings.HasPrefix(w, "<<") {
			return copyLine{}, false
		}
	}
	if len(rest) < 2 {
		return copyLine{}, false
	}
	c.sources, c.dest = rest[:len(rest)-1], rest[len(rest)-1]
	return c, true
}

// from is the value of --from, or "".
func (c copyLine) from() string {
	for _, f := range c.flags {
		if name, ok := strings.CutPrefix(f, "--from="); ok {
			return name
		}
	}
	return ""
}

// short is the instruction without the flags that say nothing of what is copied.
func (c copyLine) short() string {
	c.flags = c.keep("--from=", "--parents", "--exclude=")
	return c.String()
}

// keep are the flags that begin with one of these.
func (c copyLine) keep(begin ...string) []string {
	var out []string
	for _, f := range c.flags {
		for _, b := range begin {
			if strings.HasPrefix(f, b) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// with is the same instruction for other sources and another destination. What selects
// among the old sources is left out.
func (c copyLine) with(dest string, sources ...string) copyLine {
	return copyLine{command: c.command, flags: c.keep("--from=", "--chown=", "--chmod=", "--link"), sources: sources, dest: dest}
}

// into is where something below the destination goes, written as the destination is.
func (c copyLine) into(rel string) string {
	switch {
	case c.dest == "." || c.dest == "./":
		return "./" + rel
	case strings.HasSuffix(c.dest, "/"):
		return c.dest + rel
	}
	return c.dest + "/" + rel
}

// String writes the instruction; words with white space in them call for the JSON form.
func (c copyLine) String() string {
	words := append([]string{c.command}, c.flags...)
	operands := append(append([]string{}, c.sources...), c.dest)
	for _, w := range operands {
		if strings.ContainsAny(w, " \t") || w == "" || strings.HasPrefix(operands[0], "[") {
			for i, o := range operands {
				quoted, _ := json.Marshal(o) // a string always marshals
				operands[i] = string(quoted)
			}
			return strings.Join(append(words, "["+strings.Join(operands, ", ")+"]"), " ")
		}
	}
	return strings.Join(append(words, operands...), " ")
}

// literal writes a path so that COPY takes it for the very one: what would be a variable,
// a quote or, in a source, a pattern is escaped. BuildKit reads words as a shell would,
// and then sources as path.Match does.
func literal(p string, source bool) string {
	var b strings.Builder
	for _, r := range p {
		switch {
		case source && strings.ContainsRune(`*?[\`, r):
			b.WriteString(`\\`) // one for the shell's reading, one for the pattern's
			if r == '\\' {
				b.WriteByte('\\')
			}
		case strings.ContainsRune(`$'"\`, r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// below is a source's path as it is written, with what lies in it.
func (c copyLine) below(source, rel string) string {
	if strings.HasSuffix(source, "/") {
		return source + literal(rel, true)
	}
	return path.Clean(source) + "/" + literal(rel, true)
}
