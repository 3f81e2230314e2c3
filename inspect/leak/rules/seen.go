package rules

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/measure"
)

// Seen says in words how the rule is seen, an entry for each of its matchers; nil where
// Go judges.
func (r Rule) Seen() []string {
	var list []string
	for _, m := range r.Match {
		switch {
		case m.File != nil:
			list = append(list, m.What+": "+m.File.words())
		case m.Dir != nil:
			list = append(list, m.What+": "+m.Dir.words())
		case m.Packages != nil:
			list = append(list, m.Packages.words())
		}
	}
	return list
}

func (f *File) words() string {
	subject := "a file"
	switch {
	case f.Main != nil:
		subject = "a Go program whose main package is " + either(f.Main)
	case f.AtLeast > 1:
		subject = fmt.Sprintf("%d files or more", f.AtLeast)
	case f.Is != "":
		subject = article(f.Is.Words())
	case f.Names != nil:
		subject = "an executable"
	}
	parts := []string{subject}
	if f.Names != nil {
		parts = append(parts, "named "+either(f.Names))
	}
	if f.Paths != nil {
		parts = append(parts, "at "+either(texts(f.Paths)))
	}
	if f.Except != nil {
		parts = append(parts, "but not at "+either(texts(f.Except)))
	}
	if f.Begins != nil {
		parts = append(parts, "that begins with "+either(quoted(f.Begins)))
	}
	if f.Holds != nil {
		parts = append(parts, "that holds "+either(quoted(f.Holds)))
	}
	if f.Min > 0 {
		parts = append(parts, "of at least "+measure.Bytes(f.Min))
	}
	if f.With != nil && !f.Alone {
		parts = append(parts, "with "+either(f.With)+" beside it")
	}
	return strings.Join(parts, " ")
}

func (d *Dir) words() string {
	text := "the directory " + either(texts(d.Paths))
	if d.Except != nil {
		text += ", but not " + either(texts(d.Except))
	}
	if d.Has != nil {
		text += ", with " + either(texts(d.Has)) + " in it"
	}
	if d.Min > 0 {
		text += ", from " + measure.Bytes(d.Min) + " on"
	}
	return text
}

func (p *Packages) words() string {
	text := "packages named " + either(p.Names)
	if p.Except != nil {
		text += ", but not " + either(p.Except)
	}
	if p.Of != nil {
		text += " (" + list(p.Of) + ")"
	}
	return text
}

func article(noun string) string {
	if strings.ContainsRune("aeiouAEIOU", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// either lists words, any of which will do.
func either(words []string) string {
	n := len(words)
	if n == 1 {
		return words[0]
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

func texts(patterns []glob.Pattern) []string {
	list := make([]string, len(patterns))
	for i, p := range patterns {
		list[i] = p.String()
	}
	return list
}

func quoted(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = fmt.Sprintf("%q", w)
	}
	return list
}
