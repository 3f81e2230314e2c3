// Package rewrite writes instructions of a Dockerfile anew so that less comes of them: what
// fixes tell people to write. It knows their text alone, and no image.
package rewrite

import (
	"encoding/json"
	"path"
	"strings"
)

// Copy is a COPY or ADD in its plain or JSON form, as it is written: variables and
// all, so that what is made of it fits where it stands.
type Copy struct {
	Command string   // COPY or ADD
	Flags   []string // each with its dashes and its value
	Sources []string
	Dest    string
}

// ReadCopy takes a COPY apart. It knows no heredocs.
func ReadCopy(text string) (Copy, bool) {
	words := strings.Fields(text)
	if len(words) < 3 {
		return Copy{}, false
	}
	c := Copy{Command: words[0]}
	rest := words[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "--") {
		c.Flags = append(c.Flags, rest[0])
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
			return Copy{}, false
		}
	}
	if len(rest) < 2 {
		return Copy{}, false
	}
	c.Sources, c.Dest = rest[:len(rest)-1], rest[len(rest)-1]
	return c, true
}

// From is the value of --from, or "".
func (c Copy) From() string {
	for _, f := range c.Flags {
		if name, ok := strings.CutPrefix(f, "--from="); ok {
			return name
		}
	}
	return ""
}

// Short is the instruction without the flags that say nothing of what is copied.
func (c Copy) Short() string {
	c.Flags = c.keep("--from=", "--parents", "--exclude=")
	return c.String()
}

// keep are the flags that begin with one of these.
func (c Copy) keep(begin ...string) []string {
	var out []string
	for _, f := range c.Flags {
		for _, b := range begin {
			if strings.HasPrefix(f, b) {
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// With is the same instruction for other sources and another destination. What selects
// among the old sources is left out.
func (c Copy) With(dest string, sources ...string) Copy {
	return Copy{Command: c.Command, Flags: c.keep("--from=", "--chown=", "--chmod=", "--link"), Sources: sources, Dest: dest}
}

// Into is where something below the destination goes, written as the destination is.
func (c Copy) Into(rel string) string {
	switch {
	case c.Dest == "." || c.Dest == "./":
		return "./" + rel
	case strings.HasSuffix(c.Dest, "/"):
		return c.Dest + rel
	}
	return c.Dest + "/" + rel
}

// String writes the instruction; words with white space in them call for the JSON form.
func (c Copy) String() string {
	words := append([]string{c.Command}, c.Flags...)
	operands := append(append([]string{}, c.Sources...), c.Dest)
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

// Literal writes a path so that COPY takes it for the very one: what would be a variable,
// a quote or, in a source, a pattern is escaped. BuildKit reads words as a shell would,
// and then sources as path.Match does.
func Literal(p string, source bool) string {
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

// Below is a source's path as it is written, with what lies in it.
func (c Copy) Below(source, rel string) string {
	if strings.HasSuffix(source, "/") {
		return source + Literal(rel, true)
	}
	return path.Clean(source) + "/" + Literal(rel, true)
}
