package timeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/tui/theme"
)

var epoch = time.Unix(1_000_000, 0)

func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

// lanes is a build of so many stages side by side, each with so many steps of ms,
// one after the other.
func lanes(stages, steps, ms int) *build.Build {
	g := &model.Graph{File: "Dockerfile"}
	b := build.New()
	var targets []int
	for i := range stages {
		s := model.Stage{Index: i, Name: fmt.Sprintf("stage%d", i), Line: 1}
		for k := range steps {
			s.Steps = append(s.Steps, model.Step{Index: k, Command: "RUN", Text: fmt.Sprintf("RUN make target%d", k), Line: 1, EndLine: 1, Vertex: true})
		}
		g.Stages, targets = append(g.Stages, s), append(targets, i)
	}
	g.Lines = []string{"FROM scratch"}
	b.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: g, Targets: targets}})
	for i := range stages {
		for k := range steps {
			from, to := at(k*ms), at((k+1)*ms)
			v := build.Vertex{Digest: fmt.Sprint(i, "/", k), Name: "RUN", Steps: []build.StepRef{{Stage: i, Step: k}}, Started: &from, Completed: &to}
			if k > 0 {
				v.Inputs = []string{fmt.Sprint(i, "/", k-1)}
			}
			b.Apply(build.Event{Time: to, Vertex: &v})
		}
	}
	return b
}

func end(b *build.Build, ms int) *build.Build {
	b.Apply(build.Event{Time: at(ms), End: &build.End{Outcome: build.OutcomeSucceeded}})
	return b
}

func look(ascii bool) *theme.Theme {
	return theme.New(theme.Options{Profile: colorprofile.NoTTY, ASCII: ascii})
}

func text(p *Pane) string { return ansi.Strip(strings.Join(p.View(), "\n")) }

// Bars are exact to an eighth of a cell at both ends, in Unicode; in ASCII to a
// cell, and nothing is lost that is shorter.
func TestBars(t *testing.T) {
	b := build.New()
	g := &model.Graph{Lines: []string{""}, Stages: []model.Stage{{Name: "s"}}}
	type run struct {
		from, to int
		cached   bool
	}
	runs := []run{{0, 500, false}, {500, 510, false}, {510, 1000, false}, {625, 750, false}, {200, 200, true}}
	for i := range runs {
		g.Stages[0].Steps = append(g.Stages[0].Steps, model.Step{Index: i, Command: "RUN", Text: "RUN", Vertex: true})
	}
	b.Apply(build.Event{Time: epoch, Begin: &build.Begin{Graph: g, Targets: []int{0}}})
	for i, r := range runs {
		from, to := at(r.from), at(r.to)
		v := build.Vertex{Digest: fmt.Sprint(i), Steps: []build.StepRef{{Step: i}}, Started: &from, Completed: &to, Cached: r.cached}
		if i == 1 || i == 2 {
			v.Inputs = []string{fmt.Sprint(i - 1)}
		}
		b.Apply(build.Event{Vertex: &v})
	}
	end(b, 1000)
	for _, c := range []struct {
		ascii bool
		want  []string
	}{
		{false, []string{"████████        ", "        ▏       ", "        ▏███████", "┄┄┄┄┄┄┄┄┄┄━━    ", "┄┄┄◇            "}},
		{true, []string{"########        ", "        #       ", "        ########", "..........==    ", "...=            "}},
	} {
		p := New(look(c.ascii))
		p.SetSize(60, 30)
		p.SetBuild(b, at(1000))
		p.boxes.chart.w = 16
		for i, want := range c.want {
			r := &p.rows[i+1]
			if got := ansi.Strip(p.draw(p.lane(r), theme.Text, nil, -1)); got != want {
				t.Errorf("ASCII %t, row %d: %q, want %q", c.ascii, i, got, want)
			}
		}
	}
}

// What was ready and did not run is dotted from then on.
func TestWaiting(t *testing.T) {
	b := lanes(1, 1, 250)
	from, to := at(750), at(1000)
	b.Begin.Graph.Stages[0].Steps = append(b.Begin.Graph.Stages[0].Steps, model.Step{Index: 1, Command: "RUN", Text: "RUN late", Vertex: true})
	b.Apply(build.Event{Vertex: &build.Vertex{Digest: "late", Inputs: []string{"0/0"}, Steps: []build.StepRef{{Step: 1}}, Started: &from, Completed: &to}})
	end(b, 1000)
	p := New(look(false))
	p.SetSize(100, 30)
	p.SetBuild(b, at(1000))
	p.boxes.chart.w = 16
	if got, want := ansi.Strip(p.draw(p.lane(&p.rows[2]), theme.Text, nil, -1)), "    ┄┄┄┄┄┄┄┄████"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.SetSize(100, 31)
	p.Select(build.StepRef{Step: 1})
	for _, want := range []string{"ready, it waited 500ms for the engine", "after stage0 line 1, RUN make target0", "it would save 250ms at most"} {
		if !strings.Contains(text(p), want) {
			t.Errorf("%q is not in\n%s", want, text(p))
		}
	}
}

func TestTicksAreRound(t *testing.T) {
	for _, c := range []struct {
		span  time.Duration
		cells int
		want  time.Duration
	}{
		{4 * time.Second, 70, time.Second},
		{60 * time.Second, 70, 10 * time.Second},
		{20 * time.Millisecond, 70, 5 * time.Millisecond},
		{time.Hour, 60, 10 * time.Minute},
		{100 * time.Hour, 40, 32 * time.Hour},
		{time.Second, 0, 10 * time.Second},
	} {
		if got := tickStep(c.span, c.cells); got != c.want {
			t.Errorf("%v in %d cells: %v, want %v", c.span, c.cells, got, c.want)
		}
	}
}

// While a build runs the scale moves rarely: a minute has a dozen scales.
func TestTheScaleStandsStill(t *testing.T) {
	scales := map[time.Duration]bool{}
	for d := time.Duration(0); d < time.Minute; d += 100 * time.Millisecond {
		end := ahead(d)
		if end <= d {
			t.Fatalf("%v has come to the end, %v", d, end)
		}
		scales[end] = true
	}
	if len(scales) > 10 {
		t.Errorf("%d scales in a minute", len(scales))
	}
}

// A running build is analysed now and then, not with every frame.
func TestAnalysesAreFew(t *testing.T) {
	b := lanes(2, 3, 100)
	p := New(look(false))
	p.SetSize(100, 30)
	n, last := 0, p.at
	for ms := 300; ms < 2300; ms += 33 {
		b.Apply(build.Event{Time: at(ms), Notice: &build.Notice{Text: "x"}})
		p.SetBuild(b, at(ms))
		if p.at != last {
			n, last = n+1, p.at
		}
	}
	if n < 3 || n > 5 {
		t.Errorf("%d analyses in two seconds", n)
	}
	end(b, 2300)
	if p.SetBuild(b, at(2300)); p.at == last || p.at.Outcome == "" {
		t.Error("the end is not analysed at once")
	}
	last = p.at
	if p.SetBuild(b, at(9999)); p.at != last {
		t.Error("a build that has ended is analysed again")
	}
}

func TestManyStagesBeginFolded(t *testing.T) {
	p := New(look(false))
	p.SetSize(100, 30)
	p.SetBuild(end(lanes(10, 40, 10), 400), at(400))
	if len(p.rows) != 10 {
		t.Errorf("%d rows", len(p.rows))
	}
	p.Select(build.StepRef{Stage: 3, Step: 20})
	if r := p.selected(); len(p.rows) != 50 || r.id != (id{stage: 3, step: 20}) {
		t.Errorf("%d rows, on %+v", len(p.rows), r)
	}
	p.toggle()
	if r := p.selected(); len(p.rows) != 10 || r.id != (id{stage: 3, step: whole}) {
		t.Errorf("%d rows, on %+v", len(p.rows), r)
	}
}

// Whatever is pressed at whatever size: exactly the pane's cells, and the cursor
// on a row.
func TestEverySize(t *testing.T) {
	builds := []*build.Build{nil, build.New(), lanes(3, 4, 100), end(lanes(3, 4, 100), 450), end(lanes(30, 20, 10), 250)}
	keys := []tea.KeyPressMsg{{Code: 'j'}, {Code: 'k'}, {Code: 'g'}, {Code: 'G'}, {Code: 'o'}, {Code: 'O'}, {Code: 'p'}, {Code: '+'}, {Code: '-'}, {Code: '0'}, {Code: 'h'}, {Code: 'l'}, {Code: 'H'}, {Code: 'L'}, {Code: tea.KeyEscape}, {Code: tea.KeyPgDown}, {Code: tea.KeyEnter}}
	for i := range keys {
		if keys[i].Code < tea.KeyExtended && keys[i].Code > ' ' {
			keys[i].Text = string(keys[i].Code)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := New(look(rapid.Bool().Draw(t, "ascii")))
		b := rapid.SampledFrom(builds).Draw(t, "build")
		w, h := rapid.IntRange(1, 220).Draw(t, "w"), rapid.IntRange(1, 60).Draw(t, "h")
		p.SetSize(w, h)
		p.SetBuild(b, at(rapid.IntRange(0, 1000).Draw(t, "now")))
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			switch rapid.IntRange(0, 3).Draw(t, "do") {
			case 0:
				p.Click(rapid.IntRange(0, w).Draw(t, "x"), rapid.IntRange(0, h).Draw(t, "y"))
			case 1:
				p.Wheel(w/2, h/2, rapid.IntRange(-1, 1).Draw(t, "dx"), rapid.IntRange(-3, 3).Draw(t, "dy"), rapid.Bool().Draw(t, "ctrl"))
			default:
				p.Key(rapid.SampledFrom(keys).Draw(t, "key"))
			}
		}
		lines := p.View()
		if len(lines) != h {
			t.Fatalf("%d lines of %d", len(lines), h)
		}
		for _, l := range lines {
			if got := ansi.StringWidthWc(l); got != w {
				t.Fatalf("%d cells of %d: %q", got, w, ansi.Strip(l))
			}
		}
		if len(p.rows) > 0 && p.selected() == nil {
			t.Fatal("the cursor is on no row")
		}
	})
}

// BenchmarkView is a frame of 5,000 steps, all rows unfolded.
func BenchmarkView(b *testing.B) {
	p := New(theme.New(theme.Options{Profile: colorprofile.TrueColor}))
	p.SetSize(200, 58)
	p.SetBuild(end(lanes(200, 25, 100), 2600), at(2600))
	p.toggleAll()
	if len(p.rows) < 5000 {
		b.Fatal(len(p.rows))
	}
	down := tea.KeyPressMsg{Code: tea.KeyPgDown}
	b.ReportAllocs()
	for b.Loop() {
		p.Key(down)
		if len(p.View()) != 58 {
			b.Fatal("no frame")
		}
	}
}
