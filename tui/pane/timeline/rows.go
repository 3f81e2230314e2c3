package timeline

import (
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/timing"
)

// own stands for BuildKit's own work where a stage's index stands else.
const own = -1

// whole stands for a stage as a whole where a step's index stands else.
const whole = -1

// id names a row, so that the cursor stays on it.
type id struct {
	stage, step int
	digest      string // of BuildKit's own work
}

// nowhere is no row's id: the cursor then stays on the first row.
var nowhere = id{stage: own, step: whole, digest: "none"}

// row is a line of the chart.
type row struct {
	id
	work  *timing.Work
	stage *timing.Stage // of the stage's own row
	fold  fold
	deep  bool // it lies within a group
}

// fold says whether a row has others below it.
type fold uint8

const (
	leaf fold = iota
	open
	closed
)

// many is how many rows a chart may have before its stages begin folded.
const many = 200

// fill makes the rows of what is known, and keeps the cursor where it was.
func (p *Pane) fill() {
	p.rows = p.rows[:0]
	if p.at == nil {
		return
	}
	p.fillOwn(false)
	for i := range p.at.Stages {
		st := &p.at.Stages[i]
		if p.pathOnly && !st.Critical {
			continue
		}
		state := leaf
		if len(st.Steps) > 0 {
			state = open
			if p.isFolded(st.Index) {
				state = closed
			}
		}
		p.rows = append(p.rows, row{id: id{stage: st.Index, step: whole}, work: &st.Work, stage: st, fold: state})
		if state != open {
			continue
		}
		for k := range st.Steps {
			s := &st.Steps[k]
			if !p.pathOnly || p.onPath(s) {
				p.rows = append(p.rows, row{id: id{stage: st.Index, step: s.Ref.Step}, work: &s.Work, deep: true})
			}
		}
	}
	p.fillOwn(true)
	p.arrange()
	p.find()
}

// fillOwn adds BuildKit's own work: what comes before the stages in a group,
// what follows them each by itself.
func (p *Pane) fillOwn(follows bool) {
	first := len(p.rows)
	var all timing.Work
	for i := range p.at.Own {
		w := &p.at.Own[i]
		if w.Follows != follows || p.pathOnly && !w.Critical {
			continue
		}
		p.rows = append(p.rows, row{id: id{stage: own, step: i, digest: w.Vertices[0]}, work: w, deep: !follows})
		all.Vertices = append(all.Vertices, w.Vertices...)
		all.Runs = append(all.Runs, w.Runs...)
		all.Critical = all.Critical || w.Critical
		if w.State > all.State {
			all.State = w.State
		}
	}
	if follows || len(p.rows) == first {
		return
	}
	all.Name, all.Runs = "BuildKit", timing.Union(all.Runs)
	head := row{id: id{stage: own, step: whole}, work: &all, fold: open}
	if p.isFolded(own) {
		head.fold = closed
		p.rows = p.rows[:first]
	}
	p.rows = append(p.rows, row{})
	copy(p.rows[first+1:], p.rows[first:])
	p.rows[first] = head
}

// onPath says whether the critical path goes through the step: a step that shares
// its vertex with another stage's may only look so.
func (p *Pane) onPath(s *timing.Step) bool {
	for _, d := range s.Vertices {
		for _, l := range p.links[d] {
			if l.Step != nil && l.Step.Stage == s.Ref.Stage {
				return true
			}
		}
	}
	return false
}

func (p *Pane) isFolded(stage int) bool {
	if folded, said := p.folded[stage]; said {
		return folded
	}
	if stage == own {
		return true
	}
	n := 0
	for i := range p.at.Stages {
		n += 1 + len(p.at.Stages[i].Steps)
	}
	return n > many
}

// find puts the cursor back on the row that it stood on; when that is folded
// away, on its group.
func (p *Pane) find() {
	at := p.list.Cursor
	for i, r := range p.rows {
		if r.id == p.chosen {
			p.list.Select(i, len(p.rows))
			return
		}
		if r.stage == nil && r.id.stage == own && p.chosen.stage == own && r.step == whole && p.chosen != nowhere || r.stage != nil && r.id.stage == p.chosen.stage {
			at = i
		}
	}
	p.list.Select(at, len(p.rows))
	p.choose()
}

// choose notes what the cursor stands on.
func (p *Pane) choose() {
	if r := p.selected(); r != nil {
		p.chosen = r.id
	}
}

func (p *Pane) selected() *row {
	if p.list.Cursor < 0 || p.list.Cursor >= len(p.rows) {
		return nil
	}
	return &p.rows[p.list.Cursor]
}

// Go is where enter leads: a stage, and a step of it unless that is -1.
type Go struct{ Stage, Step int }

// target is what the selected row stands for in the build; nil for BuildKit's own
// work.
func (p *Pane) target() *Go {
	r := p.selected()
	if r == nil || r.id.stage == own {
		return nil
	}
	return &Go{r.id.stage, r.step}
}

// state is that of a row at the time of the last frame.
func (r *row) state() build.State { return r.work.State }

// Line is the Dockerfile line of the selected row; 0 when it has none.
func (p *Pane) Line() int {
	r := p.selected()
	if r == nil || p.at == nil || p.at.Graph == nil {
		return 0
	}
	if s, ok := p.stepOf(r.id); ok {
		return s.Line
	}
	if r.stage != nil {
		return p.at.Graph.Stages[r.stage.Index].Line
	}
	return 0
}
