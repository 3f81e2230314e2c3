package tui_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// asker is a Prober that answers when the test says so.
type asker struct {
	questions [][]probe.Question
	wrong     error
	asked     chan asked
}

// asked is probes that run.
type asked struct {
	ctx  context.Context
	hear func(int, probe.Outcome)
	tell func(string)
	end  chan error
}

func (a *asker) Questions(context.Context, *compare.Comparison) ([][]probe.Question, error) {
	return a.questions, a.wrong
}

func (a *asker) Probe(ctx context.Context, _ *compare.Comparison, hear func(int, probe.Outcome), tell func(string)) error {
	run := asked{ctx, hear, tell, make(chan error)}
	a.asked <- run
	return <-run.end
}

// sidesApart is an App with two images side by side, and who asks them.
func sidesApart(t *testing.T, a *asker, change func(*tui.Config)) *tuitest.Driver {
	t.Helper()
	a.asked = make(chan asked, 1)
	cfg := tui.Config{NoBuilder: "there is no Dockerfile", Prober: a, Comparison: func(context.Context, func(string)) (*compare.Comparison, error) {
		return compare.New(compare.Side{Name: "fat"}, compare.Side{Name: "slim"}), nil
	}}
	if change != nil {
		change(&cfg)
	}
	return tuitest.New(t, cfg).Size(120, 40).UntilSee("overview").Press("[").UntilSee("behaviour")
}

func version(out string, code int) probe.Outcome {
	p := probe.Probe{Name: "version", Start: probe.Command, Args: []string{"app", "--version"}, Ask: probe.End}
	return p.Judge(probe.Ran{Exit: &code, Stdout: probe.Bytes{Kept: []byte(out), All: int64(len(out))}}, nil)
}

func twice(names ...string) [][]probe.Question {
	var list []probe.Question
	for _, n := range names {
		list = append(list, probe.Question{Name: n, What: "app --" + n})
	}
	return [][]probe.Question{list, list}
}

// TestProbes: P runs what is written down by now, each answer is shown as it comes, and
// the explorer stays of use meanwhile.
func TestProbes(t *testing.T) {
	a := &asker{questions: twice("version")}
	d := sidesApart(t, a, nil).UntilSee("1 probe, not run yet: P runs them")
	a.questions = twice("version", "list")
	d.Press("P")
	run := <-a.asked
	d.UntilSee("1 of 4 · asking fat: version").See("esc cancel").Press("P").See("the probes are running: esc cancels them")
	run.tell("sending 12 MB")
	d.Advance(1e9).UntilSee("sending 12 MB")
	run.hear(0, version("app 1\n", 0))
	d.UntilSee("2 of 4").See("passed, exit 0", "│ app 1")
	d.Press("[").SeeNot("│ app 1").Press("]").See("│ app 1")
	run.hear(1, version("app 2\n", 0))
	run.end <- nil
	d.UntilSee("1 came out otherwise").See(`standard output, line 1: "app 1" there, "app 2" here`, "≠ app 2", "2 of 4 were not asked")
	if run.ctx.Err() == nil {
		t.Error("its context does not end")
	}
}

// TestProbesCancelled: esc and ^C cancel probes and nothing else; what came stays, what
// comes late does not.
func TestProbesCancelled(t *testing.T) {
	for _, by := range []string{"esc", "ctrl+c"} {
		a := &asker{questions: twice("version")}
		d := sidesApart(t, a, nil).UntilSee("not run yet").Press("P")
		run := <-a.asked
		run.hear(0, version("app 1\n", 0))
		d.UntilSee("2 of 2").Press(by).See("Cancelled when 1 of 2 were answered: P asks again.")
		if run.ctx.Err() == nil || d.Quit() {
			t.Errorf("%s: they go on, or the program has ended", by)
		}
		run.hear(1, version("app 1\n", 0))
		run.end <- context.Cause(run.ctx)
		d.Press("P")
		again := <-a.asked
		d.UntilSee("1 of 2").See("waits")
		again.hear(0, version("app 1\n", 0))
		again.hear(1, version("app 1\n", 0))
		d.Press("[").See("overview")
		again.end <- nil
		d.UntilSee("All behave the same, as far as 1 probe can tell.").SeeNot("Cancelled")
	}
}

// TestProbesWrong: a policy that can't be read is said, and read again; so is that there
// is nothing to ask.
func TestProbesWrong(t *testing.T) {
	a := &asker{wrong: errors.New(".stagedive.yaml:3: unknown key htp")}
	d := sidesApart(t, a, nil).UntilSee(".stagedive.yaml:3: unknown key htp").See("P reads it again")
	a.wrong = nil
	d.Press("P")
	run := <-a.asked
	run.end <- nil
	d.UntilSee("Write probes into .stagedive.yaml").See("HEALTHCHECK")
	d.Press("P")
	run = <-a.asked
	run.end <- errors.New("the engine is gone")
	d.UntilSee("the engine is gone")
}

// TestProbesAtOnce: the program may be started for them; what ran before is shown without.
func TestProbesAtOnce(t *testing.T) {
	a := &asker{questions: twice("version")}
	d := sidesApart(t, a, func(c *tui.Config) { c.Probe = true })
	run := <-a.asked
	d.UntilSee("1 of 2 · asking fat: version")
	run.end <- nil
	d.UntilSee("not run yet")

	d = sidesApart(t, &asker{}, func(c *tui.Config) {
		c.Prober = nil
		c.Comparison = func(context.Context, func(string)) (*compare.Comparison, error) {
			return compare.New(compare.Side{Name: "fat", Probes: []probe.Outcome{version("a\n", 0)}}, compare.Side{Name: "slim", Probes: []probe.Outcome{version("a\n", 1)}}), nil
		}
	})
	d.UntilSee("1 came out otherwise").See("exit code: 0 there, 1 here").SeeNot("P run probes")
}

// TestProbesOfWhatWasCompared: another comparison has nothing of the one before.
func TestProbesOfWhatWasCompared(t *testing.T) {
	g := tuitest.Shop()
	a := &asker{questions: twice("version"), asked: make(chan asked, 1)}
	c := &sidesBuilt{n: make(chan int, 2)}
	d := tuitest.New(t, tui.Config{Graph: g, Target: -1, Comparer: c, Prober: a}).Size(120, 40)
	compareAgain := func(n int) {
		c.n <- n
		d.Press("1", "c").UntilSee("overview")
	}
	d.Press("k", "space")
	compareAgain(1)
	d.Press("[").UntilSee("not run yet").Press("P")
	run := <-a.asked
	run.hear(0, version("app 1\n", 0))
	d.UntilSee("2 of 2")
	compareAgain(2)
	if run.ctx.Err() == nil {
		t.Error("probes of images that nobody looks at go on")
	}
	run.end <- context.Cause(run.ctx)
	d.Press("[").UntilSee("not run yet").See("second").SeeNot("passed")
}

// sidesBuilt is a Comparer that builds at once.
type sidesBuilt struct{ n chan int }

func (c *sidesBuilt) Compare(_ context.Context, targets []int, emit func(build.Event), _ func(string)) (*compare.Comparison, error) {
	for _, e := range tuitest.ShopBuilt().Events() {
		emit(e)
	}
	name := map[int]string{1: "first", 2: "second"}[<-c.n]
	return compare.New(compare.Side{Name: name}, compare.Side{Name: fmt.Sprint(len(targets))}), nil
}

func (c *sidesBuilt) Dissect(context.Context, int, func(build.Event), func(string)) (*tui.Dissected, error) {
	return nil, errors.New("nothing is taken apart here")
}
