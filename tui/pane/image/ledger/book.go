// Package ledger shows bytes that an image could do without: a list, the largest
// first, each entry with where it lies, what it costs and, in detail, what to change.
package ledger

import "github.com/stagedive/stagedive/tui/theme"

// Book is what a ledger holds. It is asked for what is on the screen only.
type Book interface {
	// Len is how many entries there are.
	Len() int
	// Row is what stands in the list for an entry.
	Row(i int) Row
	// Places is how many places an entry has, 0 for one that is a place itself.
	Places(i int) int
	// Place is one of the places of an entry, the first with -1, or the entry itself.
	Place(i, place int) Place
	// Detail tells all of an entry; place is the index of the one that is selected, -1
	// for none.
	Detail(i, place int) []Field
}

// Row is an entry in a few words.
type Row struct {
	Word  string // what is the matter: "deleted"
	Name  string // a path, of which the end matters most, or a title
	Info  string // more in the middle, dropped where there is no room
	Bytes int64
	Dim   bool // nothing can be done about it; Word says so
}

// Place is a path in a layer.
type Place struct {
	Layer int    // index into Image.Layers
	Path  string // absolute, sanitised
	Line  int    // of the Dockerfile; 0 unknown
	Bytes int64
}

// Field is a label and what it says; long text wraps under itself.
type Field struct {
	Label, Text string
	Role        theme.Role
}
