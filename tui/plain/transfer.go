package plain

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
)

// transferEvery is how often a transfer that goes on is told of.
const transferEvery = 5 * time.Second

// progress tells now and then how far a long transfer has come.
func (p *Printer) progress(now time.Time, e build.Progress) {
	v, ok := p.build.Vertex(e.Vertex)
	if !ok || v.Started == nil || v.Completed != nil {
		return
	}
	last, ok := p.moved[e.Vertex]
	if !ok {
		last = *v.Started
	}
	if now.Sub(last) < transferEvery {
		return
	}
	var done, total int64
	for _, t := range p.build.Progress(e.Vertex) {
		done += t.Current
		total += max(t.Total, t.Current)
	}
	if done == 0 {
		return
	}
	p.moved[e.Vertex] = now
	how := measure.Bytes(done)
	if total > done {
		how += " of " + measure.Bytes(total)
	}
	p.printf("%s so far  %s: %s", p.label(e.Vertex), p.text(v), how)
}
