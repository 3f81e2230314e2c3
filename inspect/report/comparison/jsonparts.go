package comparison

import (
	"fmt"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

type findingDoc struct {
	Rule     string           `json:"rule"`
	Title    string           `json:"title"`
	Category finding.Category `json:"category"`
	Path     string           `json:"path,omitempty"`
	Name     string           `json:"name,omitempty"`
	In       []*foundDoc      `json:"in"`
	Changes  []string         `json:"changes"`
}

// foundDoc is a finding in one side.
type foundDoc struct {
	Severity finding.Severity `json:"severity"`
	Size     int64            `json:"size"`
	Files    int              `json:"files,omitempty"`
	Layer    int              `json:"layer"`
	Stage    int              `json:"stage"`
	Line     int              `json:"line,omitempty"`
	Base     bool             `json:"base,omitempty"`
	Fix      string           `json:"fix,omitempty"`
}

func (r Report) findingDocs() []findingDoc {
	out := []findingDoc{}
	for _, f := range r.Comparison.Findings() {
		any := f.Any()
		d := findingDoc{Rule: any.Rule, Title: any.Title, Category: any.Category, Path: any.Path, Name: any.Name, Changes: changes(len(f.In), f.Change)}
		for _, in := range f.In {
			var one *foundDoc
			if in != nil {
				one = &foundDoc{in.Severity, in.Size, in.Files, in.Layer, in.Stage, in.Line, in.Base, in.Fix}
			}
			d.In = append(d.In, one)
		}
		out = append(out, d)
	}
	return out
}

type filesDoc struct {
	Places  [][]placeDoc `json:"places"`
	Differ  []fileDoc    `json:"differ,omitempty"`
	Omitted int          `json:"omitted"`
}

type placeDoc struct {
	Path   string `json:"path"`
	Dir    bool   `json:"dir,omitempty"`
	Change string `json:"change"`
	Files  int    `json:"files"`
	Was    int64  `json:"was"`
	Is     int64  `json:"is"`
}

type fileDoc struct {
	Path    string      `json:"path"`
	Changes []string    `json:"changes"`
	In      []*entryDoc `json:"in"`
}

// entryDoc is a path in one side.
type entryDoc struct {
	Type  string `json:"type"`
	Mode  string `json:"mode"`
	UID   uint32 `json:"uid"`
	GID   uint32 `json:"gid"`
	Size  int64  `json:"size"`
	Time  int64  `json:"modTime"`
	Link  string `json:"link,omitempty"`
	Layer int    `json:"layer"`
}

// mostFiles bounds the places of a side.
const mostPlaces = 100

func (r Report) filesDoc() filesDoc {
	f := r.Comparison.Files()
	d := filesDoc{Places: make([][]placeDoc, f.Sides())}
	for side := range d.Places {
		d.Places[side] = []placeDoc{}
		for _, p := range r.Comparison.Places(side) {
			if len(d.Places[side]) == mostPlaces && !r.All {
				break
			}
			d.Places[side] = append(d.Places[side], placeDoc{p.Path, p.Dir, p.Change.String(), p.Files, p.Was, p.Is})
		}
	}
	differ := f.Differences()
	if !r.Files {
		d.Omitted = len(differ)
		return d
	}
	for _, id := range differ {
		row := fileDoc{Path: f.Path(id), Changes: changes(f.Sides(), func(side int) image.Change { return f.Own(id, side) })}
		for side := range f.Sides() {
			row.In = append(row.In, entryOf(f, id, side))
		}
		d.Differ = append(d.Differ, row)
	}
	return d
}

func entryOf(f *compare.Files, id compare.ID, side int) *entryDoc {
	i, ok := f.Info(id, side)
	if !ok {
		return nil
	}
	return &entryDoc{i.Type.String(), fmt.Sprintf("%04o", i.Mode), i.UID, i.GID, i.Size, i.ModTime, i.Link, i.Layer}
}
