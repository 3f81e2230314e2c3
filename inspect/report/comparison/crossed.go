package comparison

import (
	"fmt"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/timing"
)

// crossed writes what copies and mounts carried.
func (p page) crossed(r *crossing.Report) {
	p.line("what crossed")
	none := true
	for _, e := range r.Edges {
		if e.Kind == model.EdgeBase {
			continue
		}
		none = false
		fmt.Fprintln(p.b)
		p.line("  line %-4d %s", e.Line, e.Text)
		p.text(12, 2, e.Sentence())
		for _, f := range e.Largest {
			way := f.Path
			if f.From != "" && f.From != f.Path {
				way = f.From + " → " + f.Path
			}
			p.line("            %9s  %s", measure.Bytes(f.Bytes), way)
		}
		if more := e.Carried.Files - len(e.Largest); more > 0 && len(e.Largest) > 0 {
			p.line("            %9s  and %s", "", measure.Plural(more, "more file"))
		}
	}
	if none {
		p.line("  nothing: no stage copies or mounts files of another")
	}
}

// stages write what of each was kept, and what was left behind.
func (p page) stages(r *crossing.Report) {
	p.line("kept and left behind")
	room := p.width - 54 // what else stands in a row
	for _, s := range r.Stages {
		fmt.Fprintln(p.b)
		p.text(2, 2, s.Name+": "+s.Sentence())
		if !s.Known {
			continue
		}
		p.portion("kept", s.Kept, s.Total, room)
		for _, i := range s.Includes {
			p.item(i)
		}
		for _, k := range s.Kinds {
			p.portion(string(k.Kind), k.Amount, s.Total, room)
			for _, i := range k.Items {
				p.item(i)
			}
		}
	}
}

func (p page) portion(name string, a, whole crossing.Amount, room int) {
	p.line("    %-12s  %9s  %s  %-9s  %s", name, measure.Bytes(a.Bytes), p.bar(0, a.Of(whole), room), timing.Percent(a.Of(whole)), measure.Plural(a.Files, "file"))
}

func (p page) item(i crossing.Item) {
	text := i.Path
	if i.Title != "" {
		text += "  " + i.Title
	}
	p.line("                  %9s    %s", measure.Bytes(i.Amount.Bytes), text)
}
