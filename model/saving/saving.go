// Package saving tells what could go from an image that runs just as well without it:
// caches, documentation, locales, static libraries, debug symbols and the like. Each is
// a suggestion with its size, what was seen, and how to do it; it is told only where
// path and content show what it is, and nothing is suggested that programs need to run.
//
// Sizes are bytes of the final file system, each counted once. To free them a file must
// not be stored: what a later instruction removes is (see package waste).
package saving

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Input is what Of looks at.
type Input struct {
	Image    *image.Image
	Tree     *image.Tree       // what all its layers add up to, made by image.Stack
	Graph    *model.Graph      // of the Dockerfile; nil when there is none
	Findings []finding.Finding // its caches are what could go, too
	Proofs   [][]Proof         // by layer, what the content of files proved; layers may be missing
}

// Proof is what the content of one file of a layer proved.
type Proof struct {
	Path    string // absolute, as the archive has it
	Kind    Kind   // Static, Debug or Maps
	Debug   int64  // bytes of an ELF file's sections .debug_*
	Symbols int64  // bytes of its .symtab and what names it has
}

// Report is what could go.
type Report struct {
	Own   int64  // bytes of what is suggested, without the base image's
	Base  int64  // bytes of what is suggested of what the base image brings
	Items []Item // what is not of the base image first, then the largest
}

// Item is what could go from one place in one layer.
type Item struct {
	Kind      Kind
	Path      string       // absolute, sanitised; the directory when it stands for several files
	Node      image.NodeID // in Input.Tree
	Dir       bool         // Path is a directory: the item is some or all files in it
	Files     int
	Bytes     int64
	Layer     int  // index of the layer that stores it
	Base      bool // the base image brings it
	Suggested bool // false for what is told and should stay: licences
	Evidence  []string
	How       string // with the line where that is known
}

// Of finds what could go. It takes time linear in the number of files.
func Of(in Input) *Report {
	c := newCollector(in)
	c.marked()
	c.walk()
	c.proofs()
	makers := maker.Of(in.Image, in.Graph)
	keep := slices.Sorted(maps.Keys(languages(in.Image.Config.Env)))
	r := &Report{}
	for _, g := range c.groups {
		if g.bytes == 0 {
			continue
		}
		it := g.item(in.Tree)
		m := makers[it.Layer]
		it.Base = m.Base
		if it.How = g.how; it.How == "" {
			it.How = sanitize.Text(how(it, m, keep))
		}
		r.Items = append(r.Items, it)
		switch {
		case !it.Suggested:
		case it.Base:
			r.Base += it.Bytes
		default:
			r.Own += it.Bytes
		}
	}
	slices.SortFunc(r.Items, func(a, b Item) int {
		if a.Base != b.Base {
			if b.Base {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Path, b.Path), cmp.Compare(a.Node, b.Node), cmp.Compare(a.Layer, b.Layer))
	})
	return r
}
