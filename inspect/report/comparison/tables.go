package comparison

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/image/maker"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// perSide are a section's columns: what a row is about, then one for each side.
func perSide(names []string) []column {
	out := []column{{quoted: true}}
	for _, n := range names {
		out = append(out, column{name: n, quoted: true, side: true})
	}
	return out
}

// packages are those that differ, by what became of the first side's.
func (r Report) packages(names []string) section {
	s := section{title: "packages", columns: perSide(names)}
	groups := map[image.Change][]compare.Package{}
	same := 0
	for _, p := range r.Comparison.Packages() {
		if p.Same() {
			same++
			continue
		}
		groups[became(p)] = append(groups[became(p)], p)
	}
	if same > 0 {
		s.summary = measure.Count(same) + " the same"
	}
	for _, of := range []struct {
		change image.Change
		word   string
	}{{image.Modified, "other versions"}, {image.Added, "added"}, {image.Removed, "removed"}} {
		list := groups[of.change]
		if len(list) == 0 {
			continue
		}
		g := group{title: fmt.Sprintf("%s: %s", of.word, measure.Plural(len(list), "package"))}
		most := r.most(len(list))
		for _, p := range list[:most] {
			row := []string{string(p.Kind) + " " + p.Name}
			for _, v := range p.Versions {
				row = append(row, dash(strings.Join(v, ", ")))
			}
			g.rows = append(g.rows, row)
		}
		g.more = more(len(list)-most, 0)
		s.groups = append(s.groups, g)
	}
	return s
}

// became is what the sides together make of a package: added where the first has none,
// removed where only the first has it in a version of its own, else another version.
func became(p compare.Package) image.Change {
	if len(p.Versions[0]) == 0 {
		return image.Added
	}
	for side := range p.Versions {
		if p.Change(side) == image.Modified {
			return image.Modified
		}
	}
	return image.Removed
}

// settings are those that differ.
func (r Report) settings(names []string) section {
	s := section{title: "settings that differ", columns: perSide(names)}
	var g group
	for _, setting := range r.Comparison.Settings() {
		if setting.Same() {
			continue
		}
		row := []string{setting.Name}
		for _, v := range setting.Values {
			row = append(row, dash(one(v)))
		}
		g.rows = append(g.rows, row)
	}
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// layers are those of all sides, with the number that each has in the sides.
func (r Report) layers(names []string) section {
	s := section{title: "layers", columns: []column{{number: true}}}
	for _, n := range names {
		s.columns = append(s.columns, column{name: n, number: true, side: true})
	}
	s.columns = append(s.columns, column{quoted: true})
	all := r.Comparison.Layers()
	shared, bytes := 0, int64(0)
	for _, l := range all {
		if l.Shared() {
			shared, bytes = shared+1, bytes+l.Size
		}
	}
	s.summary = fmt.Sprintf("%s of %s in all of them, %s", measure.Count(shared), measure.Count(len(all)), measure.Bytes(bytes))
	var g group
	most := r.most(len(all))
	for _, l := range all[:most] {
		row := []string{measure.Bytes(l.Size)}
		for _, at := range l.In {
			cell := "–"
			if at >= 0 {
				cell = fmt.Sprint(at + 1)
			}
			row = append(row, cell)
		}
		g.rows = append(g.rows, append(row, r.made(l)))
	}
	left, leftBytes := len(all)-most, int64(0)
	for _, l := range all[most:] {
		leftBytes += l.Size
	}
	g.more = more(left, leftBytes)
	if len(g.rows) > 0 {
		s.groups = []group{g}
	}
	return s
}

// longest is how much of an instruction is told, in characters.
const longest = 120

// made is the instruction of a layer, as the first side that has it tells.
func (r Report) made(l compare.Layer) string {
	side := slices.IndexFunc(l.In, func(at int) bool { return at >= 0 })
	_, text := maker.Instruction(r.Comparison.Sides[side].Image.Layers[l.In[side]].CreatedBy)
	if command, rest, ok := strings.Cut(text, "/bin/sh -c "); ok && (command == "" || strings.HasPrefix(command, "RUN ")) {
		text = "RUN " + rest // without the build arguments that it was given
	}
	return sanitize.Shorten(one(strings.ReplaceAll(text, "␊", " ")), longest)
}
