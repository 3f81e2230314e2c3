package comparison

import (
	"bufio"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/model/timing"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// The most that a page has: rows of a list, and characters of a cell.
const (
	pageRows = 400
	pageCell = 1000
)

// HTML writes the comparison as one page that needs nothing else: no script, no font, no
// picture, nothing from a network, which its own policy forbids too. It is light or dark
// as the reader prefers. All that comes from images and builds is text in it.
func HTML(w io.Writer, r Report) error {
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	if !r.All {
		r.named = pageRows
	}
	b := bufio.NewWriter(w)
	if err := t.Execute(b, r.page()); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the comparison: %w", err)
	}
	return nil
}

// pageDoc is what the template writes.
type pageDoc struct {
	Title     string
	Style     template.CSS
	Headlines []pageHeadline
	Lead      *pageLead
	Broken    []string
	Notes     []string
	Bars      *pageBars
	Numbers   *pageTable
	Drawing   template.HTML
	Stages    []pageStage
	Sections  []pageTable
	Separate  *pageSeparate
}

type pageHeadline struct{ Name, How, First, Rest string }

type pageLead struct{ Name, Text string }

// pageBars are images as bars, the largest as wide as there is room.
type pageBars struct {
	Title string
	Bases bool // parts of the bars are base images
	Rows  []pageBar
	Says  []string
}

// pageBar is one of them; Base and Own are percent of the width.
type pageBar struct {
	Kind, Name, From, Size, Share string
	Base, Own                     float64
}

// pageStage is what of a stage is kept and left behind, in percent of the largest.
type pageStage struct {
	Name, Size, Share string
	Kept, Left        float64
}

type pageTable struct {
	Title, Summary string
	Open, Named    bool
	Columns        []pageColumn
	Groups         []pageGroup
}

type pageColumn struct {
	Name   string
	Number bool
}

type pageGroup struct {
	Title string
	Rows  [][]pageCellDoc
	More  string
}

type pageCellDoc struct{ Class, Text string }

type pageSeparate struct {
	Files    []pageFile
	Script   string
	Replaces []string
}

type pageFile struct{ Name, Stages, Text string }

func (r Report) page() pageDoc {
	d := pageDoc{Title: "stagedive", Style: template.CSS(pageCSS), Drawing: template.HTML(r.Drawing)}
	if c := r.Comparison; c != nil {
		d.Title = strings.Join(r.names(), " · ")
		for _, h := range r.headlines() {
			d.Headlines = append(d.Headlines, pageHeadline{h.name, h.how, h.first, h.rest})
		}
		for _, m := range r.Growth {
			if m.Broken() {
				d.Broken = append(d.Broken, m.Sentence(c))
			}
		}
		for _, s := range c.Sides {
			if s.Detail != "" {
				d.Notes = append(d.Notes, s.Name+": "+s.Detail)
			}
		}
		d.Notes = append(d.Notes, r.notes()...)
		d.Bars = r.sideBars()
		for _, s := range r.sections(r.names()) {
			t := tableOf(s)
			if s.title == "" {
				d.Numbers = &t
				continue
			}
			d.Sections = append(d.Sections, t)
		}
	}
	if l := r.Ladder; l != nil {
		d.Title = l.Name + " · stagedive"
		d.Lead = &pageLead{l.Name, l.Headline}
		d.Bars = ladderBars(l)
		d.Separate = separateOf(l.Separate)
	}
	if r.Crossed != nil {
		d.Stages = stageBars(r.Crossed)
		for _, s := range append([]section{crossed(r.Crossed)}, inside(r.Crossed)...) {
			if len(s.groups) > 0 {
				d.Sections = append(d.Sections, tableOf(s))
			}
		}
	}
	return d
}

// openRows is how many rows a table may have to be open at once.
const openRows = 30

func tableOf(s section) pageTable {
	t := pageTable{Title: s.title, Summary: s.summary}
	rows := 0
	for _, c := range s.columns {
		t.Columns = append(t.Columns, pageColumn{c.name, c.number})
		t.Named = t.Named || c.name != ""
	}
	for _, g := range s.groups {
		to := pageGroup{Title: g.title, More: g.more}
		for _, row := range g.rows {
			var cells []pageCellDoc
			for i, text := range row {
				cells = append(cells, pageCellDoc{s.columns[i].class(text), sanitize.Shorten(text, pageCell)})
			}
			to.Rows = append(to.Rows, cells)
		}
		rows += len(to.Rows)
		t.Groups = append(t.Groups, to)
	}
	t.Open = rows <= openRows
	return t
}

// class is how a cell looks. What is less and what is more is told by its sign too.
func (c column) class(text string) string {
	switch {
	case c.beside && strings.HasPrefix(text, "-"):
		return "number less"
	case c.beside && (strings.HasPrefix(text, "+") || strings.HasPrefix(text, "×")):
		return "number more"
	case c.number:
		return "number"
	case strings.HasPrefix(text, "  "):
		return "label"
	}
	return "text"
}

// sideBars are the sides' images.
func (r Report) sideBars() *pageBars {
	bars := &pageBars{Title: "Sizes"}
	most := int64(0)
	for _, s := range r.Comparison.Sides {
		if s.Image != nil {
			most = max(most, s.Image.Size())
		}
	}
	for i, s := range r.Comparison.Sides {
		row := pageBar{Name: s.Name, Size: "no image"}
		if s.Image != nil {
			base, all := int64(0), s.Image.Size()
			for _, l := range s.Image.Layers {
				if l.Origin.Base {
					base += l.Size
				}
			}
			row.Size = measure.Bytes(all)
			row.Base, row.Own = width(base, most), width(all-base, most)
			bars.Bases = bars.Bases || base > 0
			if first := r.Comparison.Sides[0].Image; i > 0 && first != nil && first.Size() > 0 {
				row.Share = percent(100 * float64(all-first.Size()) / float64(first.Size()))
			}
		}
		bars.Rows = append(bars.Rows, row)
	}
	return bars
}

// ladderBars are the rungs of a ladder.
func ladderBars(l *ladder.Ladder) *pageBars {
	bars := &pageBars{Title: "The ladder", Bases: true}
	for _, rung := range l.Rungs {
		row := pageBar{Kind: string(rung.Kind), Name: rung.Name, From: rung.From, Size: "not known"}
		if rung.Known {
			row.Size, row.Share = atLeast(rung), timing.Percent(rung.Share)
			row.Base = round(100 * rung.Share * rung.OfBase())
			row.Own = round(100*rung.Share) - row.Base
		}
		bars.Rows = append(bars.Rows, row)
	}
	if l.Derived != nil {
		bars.Says = append(bars.Says, l.Derived.Stands)
		for _, p := range l.Derived.Parts {
			bars.Says = append(bars.Says, measure.Bytes(p.Bytes)+"  "+p.Name+": "+p.What)
		}
	}
	return bars
}

// stageBars are what of each stage is kept.
func stageBars(r *crossing.Report) []pageStage {
	most := int64(0)
	for _, s := range r.Stages {
		most = max(most, s.Total.Bytes)
	}
	var out []pageStage
	for _, s := range r.Stages {
		row := pageStage{Name: s.Name, Size: "not known"}
		if s.Known {
			row.Size = measure.Bytes(s.Kept.Bytes) + " of " + measure.Bytes(s.Total.Bytes)
			row.Kept, row.Left, row.Share = width(s.Kept.Bytes, most), width(s.Discarded.Bytes, most), timing.Percent(s.Kept.Of(s.Total))
		}
		out = append(out, row)
	}
	return out
}

// separateOf is how the same was done before there were stages.
func separateOf(s *ladder.Separate) *pageSeparate {
	if s == nil {
		return nil
	}
	out := &pageSeparate{Script: strings.Join(s.Script, "\n"), Replaces: s.Replaces}
	for _, f := range s.Files {
		out.Files = append(out.Files, pageFile{f.Name, strings.Join(f.Stages, ", "), strings.Join(f.Lines, "\n")})
	}
	return out
}

// width is a part in percent, to a tenth.
func width(part, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return round(100 * float64(part) / float64(whole))
}

func round(percent float64) float64 { return float64(int(percent*10+0.5)) / 10 }
