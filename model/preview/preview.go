// Package preview says what the bytes of a file are, and makes rows of them that can
// be shown: text, hex, a list of what an archive or a program holds. Nothing is
// believed, everything is bounded, and all text that comes out is sanitised.
package preview

import (
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Fact is one thing that is known about a file, with its label.
type Fact struct{ Label, Text string }

// Preview is what a file's bytes are.
type Preview struct {
	What  string // in a few words: "Go source", "ELF executable"
	Facts []Fact // what is known about it, the most important first
	Text  *Text  // nil where the bytes are no text
	List  *List  // nil where the file holds nothing that could be listed
	Bytes []byte // what was given
	Size  int64  // of the whole file
}

// List is what an archive or a program holds: rows of columns, all sanitised.
type List struct {
	What    string   // of the rows, as "members", "sections"
	Columns []string // their titles
	Rows    [][]string
	More    string // why there may be more than the rows; "" when these are all
}

// Most is how much of a file is worth giving to Of, in bytes: what lies behind it
// is not looked at. A Go program of usual size fits.
const Most = 64 << 20

// Of looks at the beginning of a file, all of it if it is no larger than Most. name
// is what the file is called, from which a language may be told.
func Of(name string, data []byte, size int64) *Preview {
	p := &Preview{Bytes: data, Size: max(size, int64(len(data)))}
	if p.Size == 0 {
		p.What = "empty file"
		return p
	}
	for _, look := range []func(*Preview, string) bool{elfFile, archiveFile, pictureFile, magicFile} {
		if look(p, name) {
			break
		}
	}
	if p.What == "" || p.Text == nil && asText(data) {
		p.text(name)
	}
	if p.What == "" {
		p.What = "binary data"
	}
	if cut := p.Size - int64(len(data)); cut > 0 {
		p.fact("looked at", "the first "+measure.Bytes(int64(len(data)))+" of "+measure.Bytes(p.Size))
	}
	return p
}

// cut says whether the file goes on behind the bytes.
func (p *Preview) cut() bool { return p.Size > int64(len(p.Bytes)) }

func (p *Preview) fact(label, text string) {
	if text != "" {
		p.Facts = append(p.Facts, Fact{label, sanitize.Text(clip(text))})
	}
}

// longest bounds a fact and a cell of a list, in bytes.
const longest = 4096

func clip(s string) string {
	if len(s) > longest {
		return strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

// maxRows bounds a List.
const maxRows = 20_000

// add adds a row; false says that there are enough.
func (l *List) add(cells ...string) bool {
	if len(l.Rows) == maxRows {
		l.More = "only the first " + measure.Count(maxRows) + " are listed"
		return false
	}
	for i, c := range cells {
		cells[i] = sanitize.Text(clip(c))
	}
	l.Rows = append(l.Rows, cells)
	return true
}

func extension(name string) string { return strings.ToLower(path.Ext(name)) }
