package comparison

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/probe"
)

// Schema names the form of the JSON. The number rises when a field goes away or changes
// its meaning; new fields come without that. docs/compare-json.md describes it.
const Schema = "stagedive.comparison/1"

type document struct {
	Schema string `json:"schema"`
	*sidesDoc
	*targetDoc
}

// sidesDoc is what stands side by side. In lists with an entry for each side, the sides'
// order is that of Sides.
type sidesDoc struct {
	Sides    []sideDoc    `json:"sides"`
	Facts    []factDoc    `json:"facts"`
	Layers   []layerDoc   `json:"layers"`
	Packages packagesDoc  `json:"packages"`
	Settings []settingDoc `json:"settings"`
	Findings []findingDoc `json:"findings"`
	Files    filesDoc     `json:"files"`
	Limits   []limitDoc   `json:"limits,omitempty"`
	Probes   []probe.Row  `json:"probes,omitempty"`
}

// targetDoc is what can be told of one target.
type targetDoc struct {
	Ladder  *ladder.Ladder   `json:"ladder,omitempty"`
	Crossed *crossing.Report `json:"crossed,omitempty"`
}

type sideDoc struct {
	Name     string     `json:"name"`
	Detail   string     `json:"detail,omitempty"`
	Problem  string     `json:"problem,omitempty"`
	Ref      string     `json:"ref,omitempty"`
	Digest   string     `json:"digest,omitempty"`
	Platform string     `json:"platform,omitempty"`
	Created  *time.Time `json:"created,omitempty"`
	Size     int64      `json:"size"`
	Layers   int        `json:"layers"`
	Unread   []int      `json:"unread,omitempty"`
	Problems []string   `json:"problems,omitempty"`
	Notes    []string   `json:"notes,omitempty"`
	Build    *buildDoc  `json:"build,omitempty"`
}

type buildDoc struct {
	Elapsed float64 `json:"elapsedMs"`
	Busy    float64 `json:"busyMs"`
	Cached  int     `json:"cached"`
	Ran     int     `json:"ran"`
}

type factDoc struct {
	Key      string     `json:"key"`
	Label    string     `json:"label"`
	Unit     string     `json:"unit"`
	Growth   bool       `json:"growth"`
	Values   []*float64 `json:"values"`
	Deltas   []*float64 `json:"deltas"`
	Percents []*float64 `json:"percents"`
	Notes    []string   `json:"notes,omitempty"`
}

type layerDoc struct {
	DiffID      string `json:"diffID,omitempty"`
	Size        int64  `json:"size"`
	In          []int  `json:"in"`
	Shared      bool   `json:"shared"`
	Instruction string `json:"instruction,omitempty"`
}

type packagesDoc struct {
	Same   int          `json:"same"`
	Differ []packageDoc `json:"differ"`
}

type packageDoc struct {
	Kind     inventory.Kind `json:"kind"`
	Name     string         `json:"name"`
	Versions [][]string     `json:"versions"`
	Sizes    []int64        `json:"sizes"`
	Changes  []string       `json:"changes"`
}

type settingDoc struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

type limitDoc struct {
	Key    string `json:"key"`
	Limit  string `json:"limit"`
	Where  string `json:"where"`
	Side   int    `json:"side"`
	First  int64  `json:"first"`
	Value  int64  `json:"value"`
	Known  bool   `json:"known"`
	Broken bool   `json:"broken"`
}

// JSON writes the comparison for programs, indented, with the Schema's name in it.
func JSON(w io.Writer, r Report) error {
	d := document{Schema: Schema}
	if r.Comparison != nil {
		d.sidesDoc = r.sidesDoc()
	}
	if r.Ladder != nil || r.Crossed != nil {
		d.targetDoc = &targetDoc{r.Ladder, r.Crossed}
	}
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(d)
	if err == nil {
		err = b.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

func (r Report) sidesDoc() *sidesDoc {
	c := r.Comparison
	d := &sidesDoc{
		Sides: []sideDoc{}, Facts: []factDoc{}, Layers: []layerDoc{}, Settings: []settingDoc{},
		Probes: c.Behaviour(), Packages: r.packagesDoc(), Findings: r.findingDocs(), Files: r.filesDoc(),
	}
	for _, s := range c.Sides {
		d.Sides = append(d.Sides, sideOf(s))
	}
	for _, f := range c.Facts() {
		d.Facts = append(d.Facts, factOf(f))
	}
	for _, l := range c.Layers() {
		d.Layers = append(d.Layers, layerDoc{l.DiffID, l.Size, l.In, l.Shared(), r.made(l)})
	}
	for _, s := range c.Settings() {
		if !s.Same() {
			d.Settings = append(d.Settings, settingDoc(s))
		}
	}
	for _, m := range r.Growth {
		d.Limits = append(d.Limits, limitDoc{string(m.Key), m.Text, m.Where, m.Side, m.First, m.Number, m.Known && m.Sure, m.Broken()})
	}
	return d
}

func sideOf(s compare.Side) sideDoc {
	d := sideDoc{Name: s.Name, Detail: s.Detail, Problem: s.Problem, Notes: s.Notes}
	if im := s.Image; im != nil {
		d.Ref, d.Digest, d.Platform, d.Size, d.Layers, d.Unread, d.Problems = im.Ref, im.Digest, im.Platform, im.Size(), len(im.Layers), im.Unread(), im.Problems
		if !im.Created.IsZero() {
			d.Created = &im.Created
		}
	}
	if b := s.Build; b != nil {
		d.Build = &buildDoc{millis(b.Elapsed), millis(b.Busy), b.Cached, b.Ran}
	}
	return d
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

var units = map[compare.Unit]string{compare.Count: "count", compare.Bytes: "bytes", compare.Duration: "ms"}

func factOf(f compare.Fact) factDoc {
	d := factDoc{Key: f.Key, Label: one(f.Label), Unit: units[f.Unit], Growth: f.Growth}
	number := func(n int64, known bool) *float64 {
		if !known {
			return nil
		}
		v := float64(n)
		if f.Unit == compare.Duration {
			v = millis(time.Duration(n))
		}
		return &v
	}
	noted := false
	for i, cell := range f.Cells {
		d.Values = append(d.Values, number(cell.Number, cell.Known))
		delta, ok := f.Delta(i)
		d.Deltas = append(d.Deltas, number(delta, ok))
		var percent *float64
		if p, ok := f.Percent(i); ok {
			p = math.Round(100*p) / 100
			percent = &p
		}
		d.Percents = append(d.Percents, percent)
		d.Notes = append(d.Notes, cell.Note)
		noted = noted || cell.Note != ""
	}
	if !noted {
		d.Notes = nil
	}
	return d
}

func (r Report) packagesDoc() packagesDoc {
	d := packagesDoc{Differ: []packageDoc{}}
	for _, p := range r.Comparison.Packages() {
		if p.Same() {
			d.Same++
			continue
		}
		for i, v := range p.Versions {
			if v == nil {
				p.Versions[i] = []string{}
			}
		}
		d.Differ = append(d.Differ, packageDoc{p.Kind, p.Name, p.Versions, p.Sizes, changes(len(p.Versions), p.Change)})
	}
	return d
}

// changes are the words for what became of the first side's in each.
func changes(sides int, of func(side int) image.Change) []string {
	out := make([]string, sides)
	for i := range out {
		out[i] = of(i).String()
	}
	return out
}
