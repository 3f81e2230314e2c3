// Package work tells what BuildKit does beside the steps of the Dockerfile:
// loading it and the context, looking up and pulling images, exporting. That is
// what people wait for when no step runs, so panes must be able to say it.
package work

import (
	"fmt"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// Job is one such piece of work.
type Job struct {
	Digest  string
	Name    string // in BuildKit's words
	Part    string // what of it is at work, such as "transferring context"; may be ""
	Running bool
	Failed  bool
	Took    time.Duration

	Current, Total int64 // bytes; Total is 0 while nobody knows it
}

// Noticeable is how long a job runs before it is worth a line of a pane that
// shows something else: most of them are over sooner, and would flicker.
const Noticeable = 500 * time.Millisecond

// Jobs lists the work beside the steps in the order in which it appeared. now is
// the build's clock.
func Jobs(b *build.Build, now time.Time) []Job {
	var out []Job
	for _, d := range b.Others() {
		if j, ok := jobOf(b, d, now); ok {
			out = append(out, j)
		}
	}
	return out
}

// Running lists the work that runs and has for a while, pulls of base images
// among it; without lists digests that are shown already.
func Running(b *build.Build, now time.Time, without []string) []Job {
	if b == nil || !b.Running() {
		return nil
	}
	var out []Job
	for _, d := range b.Active() {
		j, ok := jobOf(b, d, now)
		if !ok || !j.Running || j.Took < Noticeable || contains(without, d) {
			continue
		}
		if v, _ := b.Vertex(d); len(v.Steps) > 0 && j.Total == 0 {
			continue // a step, which has its own place
		}
		out = append(out, j)
	}
	return out
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func jobOf(b *build.Build, digest string, now time.Time) (Job, bool) {
	v, _ := b.Vertex(digest)
	if v.Started == nil {
		return Job{}, false
	}
	j := Job{Digest: digest, Name: Name(v.Name), Failed: v.Error != "" && !v.Cancelled}
	end := now
	switch {
	case v.Completed != nil:
		end = *v.Completed
	case b.End != nil:
		end = b.Ended
	default:
		j.Running = true
	}
	j.Took = max(0, end.Sub(*v.Started))
	for _, p := range b.Progress(digest) {
		if p.Total > 0 {
			j.Current, j.Total = j.Current+min(p.Current, p.Total), j.Total+p.Total
		} else if j.Total == 0 {
			j.Current = max(j.Current, p.Current)
		}
		if !p.Done {
			j.Part = strings.TrimSuffix(p.ID, ":")
		}
	}
	j.Part, _, _ = strings.Cut(j.Part, "sha256:") // a digest tells nobody much
	if j.Part = strings.TrimSpace(j.Part); !j.Running {
		j.Part = ""
	}
	return j, true
}

// Name drops BuildKit's marks from a vertex's name, and the digest of a pinned
// image, whose tag says more in less room.
func Name(s string) string {
	if strings.HasPrefix(s, "[") {
		if _, rest, ok := strings.Cut(s, "] "); ok {
			s = rest
		}
	}
	if i := strings.Index(s, "@sha256:"); i >= 0 {
		s = s[:i]
	}
	if ref, ok := strings.CutPrefix(s, "FROM "); ok {
		s = "pulling " + ref
	}
	return s
}

// Short is a vertex's name in as few words as say what is done.
func Short(vertex string) string {
	s := Name(vertex)
	for _, more := range []string{" to ", " for ", " from ", "://"} {
		s, _, _ = strings.Cut(s, more)
	}
	return s
}

// Line draws the job in width cells: state, name, part, how far, time.
func (j Job) Line(th *theme.Theme, now time.Time, width int) string {
	mark := th.Render(theme.Done, th.Glyphs.Done)
	took := measure.Duration(j.Took)
	switch {
	case j.Failed:
		mark = th.Render(theme.Failed, th.Glyphs.Failed)
	case j.Running:
		mark, took = th.Render(theme.Running, th.Glyphs.Spinner(now)), measure.Ticking(j.Took)
	}
	right := ""
	switch {
	case j.Running && j.Current < j.Total && width < 72: // the name needs the room of the bar
		right = fmt.Sprintf("%d %%", 100*j.Current/j.Total)
	case j.Running && j.Current < j.Total:
		right = Bar(th, j.Current, j.Total) + fmt.Sprintf(" %3d %% of %s", 100*j.Current/j.Total, measure.Bytes(j.Total))
	case j.Total > 0:
		right = measure.Bytes(j.Total)
	case j.Current > 0:
		right = measure.Bytes(j.Current)
	}
	right += th.Render(theme.Dim, widget.FitRight(took, 7, "")) + " "
	left := " " + mark + " " + j.Name
	if j.Part != "" && j.Part != j.Name {
		left += th.Render(theme.Dim, " "+th.Glyphs.Dot+" "+j.Part)
		if widget.Width(left)+widget.Width(right) > width {
			left = " " + mark + " " + j.Part // it is what moves, and says the rest
		}
	}
	return widget.Sides(left, right, width, th.Glyphs.Ellipsis)
}

// Bar shows current as a part of total, which is more than 0.
func Bar(th *theme.Theme, current, total int64) string {
	const cells = 12
	full := int(cells * min(current, total) / total)
	return th.Render(theme.Running, strings.Repeat(th.Glyphs.Full, full)) +
		th.Render(theme.Dim, strings.Repeat(th.Glyphs.Empty, cells-full))
}
