package compare

import (
	"slices"
	"time"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
)

// Unit says what a Cell's number counts.
type Unit uint8

// The units.
const (
	Count    Unit = iota // things
	Bytes                // bytes
	Duration             // nanoseconds
)

// Fact is a row of the overview: one number of every side.
type Fact struct {
	Key   string // stays the same for programs: "size", "files.added"
	Label string // as shown
	Unit  Unit
	Cells []Cell
	// Growth says that more of it is worse, so that a side can be better or worse.
	Growth bool
}

// Cell is a side's number in a row.
type Cell struct {
	Known  bool // false where the side has no such number
	Number int64
	Note   string // beside it: "5 shared", "2 high"; "" for none
}

// Text is the number as it is shown; a dash where there is none.
func (f Fact) Text(side int) string {
	c := f.Cells[side]
	if !c.Known {
		return "–"
	}
	switch f.Unit {
	case Bytes:
		return measure.Bytes(c.Number)
	case Duration:
		return measure.Duration(time.Duration(c.Number))
	}
	return measure.Count(int(c.Number))
}

// Delta is by how much a side's number differs from the first's; ok is false where one
// of them is not known, and for the first.
func (f Fact) Delta(side int) (delta int64, ok bool) {
	a, b := f.Cells[0], f.Cells[side]
	return b.Number - a.Number, side > 0 && a.Known && b.Known
}

// Percent is how much larger a side's number is than the first's, in percent of that;
// ok is false where that can't be said.
func (f Fact) Percent(side int) (percent float64, ok bool) {
	delta, ok := f.Delta(side)
	if !ok || f.Cells[0].Number == 0 {
		return 0, false
	}
	return 100 * float64(delta) / float64(f.Cells[0].Number), true
}

// Facts are the rows of the overview. Those are left out that no side has a number for.
func (c *Comparison) Facts() []Fact {
	shared, sharedBytes := c.sharedLayers()
	facts := []Fact{
		{Key: "size", Label: "size", Unit: Bytes, Growth: true, Cells: c.each(func(i int, s Side) Cell { return Cell{Number: s.Image.Size()} })},
		{Key: "layers", Label: "layers", Growth: true, Cells: c.each(func(i int, s Side) Cell {
			return Cell{Number: int64(len(s.Image.Layers))}
		})},
		{Key: "layers.shared", Label: "  in all of them", Cells: c.each(func(int, Side) Cell { return Cell{Number: int64(shared), Note: measure.Bytes(sharedBytes)} })},
		{Key: "files", Label: "files", Growth: true, Cells: c.each(func(i int, s Side) Cell {
			return Cell{Number: int64(c.Tree(i).Files(image.Root))}
		})},
	}
	for _, of := range []struct {
		key, label string
		number     func(image.Counts) (n int, bytes int64)
	}{
		{"files.added", "  only here", func(n image.Counts) (int, int64) { return n.Added, n.AddedBytes }},
		{"files.removed", "  only in the first", func(n image.Counts) (int, int64) { return n.Removed, n.RemovedBytes }},
		{"files.changed", "  changed", func(n image.Counts) (int, int64) { return n.Modified, n.ModifiedBytes }},
		{"files.metadata", "  other mode, owner or time", func(n image.Counts) (int, int64) { return n.Metadata, n.MetadataBytes }},
	} {
		f := Fact{Key: of.key, Label: of.label, Cells: make([]Cell, len(c.Sides))}
		for i := range c.Sides {
			if c.files.compared(i) {
				n, bytes := of.number(c.files.Counts(i))
				f.Cells[i] = Cell{Known: true, Number: int64(n), Note: measure.Bytes(bytes)}
			}
		}
		facts = append(facts, f)
	}
	facts = append(facts,
		Fact{Key: "packages", Label: "packages", Growth: true, Cells: c.each(func(i int, s Side) Cell {
			return Cell{Number: int64(len(inventory.Final(s.Image.Packages)))}
		})},
		Fact{Key: "findings", Label: "findings", Growth: true, Cells: c.each(func(i int, s Side) Cell {
			n := finding.Count(s.Found)
			return Cell{Number: int64(n.Total()), Note: n.String()}
		})},
	)
	facts = append(facts, c.severities()...)
	facts = append(facts,
		Fact{Key: "settings.differ", Label: "settings that differ", Cells: c.differing()},
		Fact{Key: "build.busy", Label: "build, work of its steps", Unit: Duration, Cells: c.built(func(b Build) Cell { return Cell{Number: int64(b.Busy)} })},
		Fact{Key: "build.ran", Label: "  steps run", Cells: c.built(func(b Build) Cell { return Cell{Number: int64(b.Ran)} })},
		Fact{Key: "build.cached", Label: "  steps from the cache", Cells: c.built(func(b Build) Cell { return Cell{Number: int64(b.Cached)} })},
	)
	return known(facts)
}

// severities are the findings by how severe they are, without those that no side has.
func (c *Comparison) severities() []Fact {
	var out []Fact
	for _, level := range finding.Severities() {
		f := Fact{Key: "findings." + level.String(), Label: "  " + level.String(), Growth: true, Cells: c.each(func(_ int, s Side) Cell {
			return Cell{Number: int64(finding.Count(s.Found)[level])}
		})}
		if slices.ContainsFunc(f.Cells, func(cell Cell) bool { return cell.Number > 0 }) {
			out = append(out, f)
		}
	}
	return out
}

// differing counts the settings of each side that are not the first's.
func (c *Comparison) differing() []Cell {
	out := make([]Cell, len(c.Sides))
	settings := c.Settings()
	for i, s := range c.Sides {
		if i == 0 || s.Image == nil || c.Sides[0].Image == nil {
			continue
		}
		out[i].Known = true
		for _, x := range settings {
			if x.Values[i] != x.Values[0] {
				out[i].Number++
			}
		}
	}
	return out
}

// each has a number of every side that has an image.
func (c *Comparison) each(number func(i int, s Side) Cell) []Cell {
	out := make([]Cell, len(c.Sides))
	for i, s := range c.Sides {
		if s.Image != nil {
			out[i] = number(i, s)
			out[i].Known = true
		}
	}
	return out
}

// built has a number of every side that was built.
func (c *Comparison) built(number func(Build) Cell) []Cell {
	out := make([]Cell, len(c.Sides))
	for i, s := range c.Sides {
		if s.Build != nil {
			out[i] = number(*s.Build)
			out[i].Known = true
		}
	}
	return out
}

// sharedLayers are those that every side has.
func (c *Comparison) sharedLayers() (n int, bytes int64) {
	for _, l := range c.Layers() {
		if l.Shared() {
			n, bytes = n+1, bytes+l.Size
		}
	}
	return n, bytes
}

// known leaves out rows without a number.
func known(facts []Fact) []Fact {
	var out []Fact
	for _, f := range facts {
		for _, c := range f.Cells {
			if c.Known {
				out = append(out, f)
				break
			}
		}
	}
	return out
}
