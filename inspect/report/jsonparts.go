package report

import (
	"bufio"
	"encoding/json"
	"fmt"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/twins"
	"github.com/stagedive/stagedive/model/image/waste"
	"github.com/stagedive/stagedive/model/saving"
)

// most is how many entries of each list the JSON has; what is left out is counted.
const most = 10_000

// omitted counts what a list leaves out.
type omitted struct {
	Entries int   `json:"entries"`
	Size    int64 `json:"size"`
}

// cut shortens a list to its first entries.
func cut[T any](list []T, size func(T) int64) ([]T, *omitted) {
	if len(list) <= most {
		return list, nil
	}
	left := &omitted{Entries: len(list) - most}
	for _, x := range list[most:] {
		left.Size += size(x)
	}
	return list[:most], left
}

type wasteDoc struct {
	Stored  int64           `json:"stored"`
	Visible int64           `json:"visible"`
	Wasted  int64           `json:"wasted"`
	Own     int64           `json:"own"`
	Layers  []wasteLayerDoc `json:"layers"`
	Items   []wasteItemDoc  `json:"items"`
	Omitted *omitted        `json:"omitted,omitempty"`
}

type wasteLayerDoc struct {
	Index  int   `json:"index"`
	Stored int64 `json:"stored"`
	Wasted int64 `json:"wasted"`
	Caused int64 `json:"caused"`
}

type wasteItemDoc struct {
	Path    string   `json:"path"`
	Dir     bool     `json:"dir,omitempty"`
	Files   int      `json:"files"`
	Size    int64    `json:"size"`
	Layer   int      `json:"layer"`
	By      int      `json:"by"`
	Cause   string   `json:"cause"`
	Differs []string `json:"differs,omitempty"`
	Moved   string   `json:"moved,omitempty"`
	Base    bool     `json:"base,omitempty"`
	Places  int      `json:"places,omitempty"` // below path, where they are several
	What    string   `json:"what"`
	Fix     string   `json:"fix,omitempty"`
}

func (r Report) wasteDoc(d derived) *wasteDoc {
	w := d.waste
	doc := &wasteDoc{Stored: w.Stored, Visible: w.Visible, Wasted: w.Wasted, Own: w.Own, Layers: []wasteLayerDoc{}, Items: []wasteItemDoc{}}
	for i, l := range w.Layers {
		doc.Layers = append(doc.Layers, wasteLayerDoc{i, l.Stored, l.Wasted, l.Caused})
	}
	items, left := cut(w.Items, func(it waste.Item) int64 { return it.Bytes })
	doc.Omitted = left
	for _, it := range items {
		doc.Items = append(doc.Items, wasteItemDoc{
			Path: it.Path, Dir: it.Dir && it.Parts == nil, Files: it.Files, Size: it.Bytes, Layer: it.Layer, By: it.By, Cause: it.Cause.String(),
			Differs: it.Meta.Words(), Moved: it.Moved, Base: it.Base, Places: len(it.Parts), What: w.Says(it), Fix: r.hide(w.Advice(it)),
		})
	}
	return doc
}

type twinsDoc struct {
	Saves   int64          `json:"saves"`
	Groups  []twinGroupDoc `json:"groups"`
	Omitted *omitted       `json:"omitted,omitempty"`
}

type twinGroupDoc struct {
	Dir     bool            `json:"dir,omitempty"`
	Files   int             `json:"files"`
	Size    int64           `json:"size"`
	Saves   int64           `json:"saves"`
	Members []twinMemberDoc `json:"members"`
	What    string          `json:"what"`
	Fix     string          `json:"fix,omitempty"`
}

type twinMemberDoc struct {
	Path   string `json:"path"`
	Layers []int  `json:"layers"`
}

func (r Report) twinsDoc(d derived) *twinsDoc {
	doc := &twinsDoc{Saves: d.twins.Saves, Groups: []twinGroupDoc{}}
	groups, left := cut(d.twins.Groups, func(g twins.Group) int64 { return g.Saves })
	doc.Omitted = left
	for _, g := range groups {
		out := twinGroupDoc{Dir: g.Dir, Files: g.Files, Size: g.Size, Saves: g.Saves, What: twins.Says(g, d.makers), Fix: r.hide(twins.Advice(g, d.makers))}
		for _, m := range g.Members {
			out.Members = append(out.Members, twinMemberDoc{m.Path, m.Layers})
		}
		doc.Groups = append(doc.Groups, out)
	}
	return doc
}

type savingsDoc struct {
	Own     int64       `json:"own"`
	Base    int64       `json:"base"`
	Items   []savingDoc `json:"items"`
	Omitted *omitted    `json:"omitted,omitempty"`
}

type savingDoc struct {
	Kind      string   `json:"kind"`
	Path      string   `json:"path"`
	Dir       bool     `json:"dir,omitempty"`
	Files     int      `json:"files"`
	Size      int64    `json:"size"`
	Layer     int      `json:"layer"`
	Base      bool     `json:"base,omitempty"`
	Suggested bool     `json:"suggested"`
	Evidence  []string `json:"evidence"`
	Fix       string   `json:"fix"`
}

func (r Report) savingsDoc(d derived) *savingsDoc {
	doc := &savingsDoc{Own: d.savings.Own, Base: d.savings.Base, Items: []savingDoc{}}
	items, left := cut(d.savings.Items, func(it saving.Item) int64 { return it.Bytes })
	doc.Omitted = left
	for _, it := range items {
		doc.Items = append(doc.Items, savingDoc{
			Kind: it.Kind.ID(), Path: it.Path, Dir: it.Dir, Files: it.Files, Size: it.Bytes, Layer: it.Layer, Base: it.Base,
			Suggested: it.Suggested, Evidence: it.Evidence, Fix: r.hide(it.How),
		})
	}
	return doc
}

// fileDoc is a file of the image, or with --tree a directory too.
type fileDoc struct {
	Path    string `json:"path"`
	Type    string `json:"type"`
	Mode    string `json:"mode"` // octal
	UID     uint32 `json:"uid"`
	GID     uint32 `json:"gid"`
	Size    int64  `json:"size"`
	Files   *int   `json:"files,omitempty"`
	ModTime int64  `json:"modTime"`
	Link    string `json:"link,omitempty"`
	Layer   int    `json:"layer"`
}

// writeFiles writes the files that are asked for, one a line: there may be a million.
func (r Report) writeFiles(b *bufio.Writer) error {
	t := r.tree()
	ids := r.list(t)
	if r.Show.Tree {
		ids = ids[:0]
		for id := range t.Walk(image.Root) {
			if id != image.Root {
				ids = append(ids, id)
			}
		}
	}
	b.WriteString("[")
	for n, id := range ids {
		i := t.Info(id)
		doc := fileDoc{
			Path: t.Path(id), Type: i.Type.String(), Mode: fmt.Sprintf("%04o", i.Mode), UID: i.UID, GID: i.GID, Size: i.Size,
			ModTime: i.ModTime, Link: i.Link, Layer: i.Layer,
		}
		if t.IsDir(id) {
			files := t.Files(id)
			doc.Size, doc.Files = t.Size(id), &files
		}
		line, err := json.Marshal(doc)
		if err != nil {
			return err
		}
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(line)
	}
	if len(ids) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteByte(']')
	return nil
}
