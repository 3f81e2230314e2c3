// Package prober runs probes in an image at an engine: commands, and servers that are
// asked on loopback inside of their own container. Nothing of it can be reached from
// outside, and nothing of it is left when a probe has ended.
package prober

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/probe"
)

// kept bounds what is kept of an output to compare it, in bytes.
const kept = 1 << 20

// Subject is the image that is asked.
type Subject struct {
	Root   *container.Root
	Config image.Config // as the image has it, not as it is shown
	Shell  []string     // what a HEALTHCHECK's text is for; nil for the usual one
	Stage  string       // the stage that it is of; "" unknown
}

// Clock is the time that limits are held against.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in a goroutine of its own when d has passed, unless it was
	// stopped before.
	AfterFunc(d time.Duration, f func()) (stop func())
}

// Options are how to run probes.
type Options struct {
	Clean probe.Cleaner // takes secrets out of what is shown
	Clock Clock         // nil for the machine's
	// Tell is called with each outcome as it is known; nil for nobody.
	Tell func(probe.Outcome)
	// heard is called with each answer on loopback; for tests, which else could not know
	// when to let time pass.
	heard func(asker.Answer)
}

// Run runs probes one after the other. It has an outcome for each; an error says that ctx
// has ended.
func Run(ctx context.Context, on Subject, probes []probe.Probe, opt Options) ([]probe.Outcome, error) {
	if opt.Clock == nil {
		opt.Clock = machine{}
	}
	var out []probe.Outcome
	for i := range probes {
		r := &run{Subject: on, p: probes[i], clock: opt.Clock, heard: opt.heard}
		o := r.outcome(ctx, opt.Clean)
		if ctx.Err() != nil { // what came then is not about the image
			return out, context.Cause(ctx)
		}
		out = append(out, o)
		if opt.Tell != nil {
			opt.Tell(o)
		}
	}
	return out, nil
}

// run is one probe under way.
type run struct {
	Subject
	p     probe.Probe
	clock Clock
	heard func(asker.Answer)
}

// unasked says why a probe is not asked of an image, or could not be.
type unasked struct {
	state probe.State
	error
}

func (r *run) outcome(ctx context.Context, clean probe.Cleaner) probe.Outcome {
	ran, err := r.ran(ctx)
	var no unasked
	switch {
	case errors.As(err, &no):
		ran.Problem = no.Error()
		o := r.p.Judge(ran, clean)
		o.State = no.state
		return o
	case err != nil:
		ran.Problem = err.Error()
	}
	return r.p.Judge(ran, clean)
}

// ran runs the probe. The error is why it did not come to what was asked.
func (r *run) ran(ctx context.Context) (probe.Ran, error) {
	if !r.p.Of(r.Stage) {
		return probe.Ran{}, unasked{probe.Skipped, fmt.Errorf("it is asked of %s only", strings.Join(r.p.Only, ", "))}
	}
	if (r.p.Ask == probe.HTTP || r.p.Ask == probe.TCP) && r.p.Port == 0 {
		var err error
		if r.p.Port, err = onlyPort(r.Config.ExposedPorts); err != nil {
			return probe.Ran{}, unasked{probe.NotRun, err}
		}
	}
	question := r.question()
	if r.p.Ask == probe.Healthcheck && question.Args == nil {
		return probe.Ran{}, unasked{probe.Skipped, errors.New("the image has no HEALTHCHECK")}
	}
	args, err := r.args()
	if err != nil {
		return probe.Ran{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x, err := r.Root.Begin(ctx, r.command(args), r.p.Ask != probe.End)
	if err != nil {
		return probe.Ran{}, unasked{probe.NotRun, err}
	}
	defer x.Close()
	began := r.clock.Now()
	late := fmt.Errorf("within %s", measure.Duration(r.p.Limit()))
	defer r.clock.AfterFunc(r.p.Limit(), func() { cancel(late) })()
	var ran probe.Ran
	if r.p.Ask == probe.End {
		ran, err = r.end(ctx, x)
	} else {
		ran, err = r.ask(ctx, x, question)
	}
	ran.Took = r.clock.Now().Sub(began)
	return ran, err
}

// args are what is started.
func (r *run) args() ([]string, error) {
	c := &r.Config
	switch r.p.Start {
	case probe.Command:
		return r.p.Args, nil
	case probe.Entrypoint:
		if len(c.Entrypoint) == 0 {
			return nil, errors.New("the image has no ENTRYPOINT that could take these arguments")
		}
		return slices.Concat(c.Entrypoint, r.p.Args), nil
	}
	if len(c.Entrypoint)+len(c.Cmd) == 0 {
		return nil, errors.New("the image starts nothing by itself: it has neither ENTRYPOINT nor CMD")
	}
	return slices.Concat(c.Entrypoint, c.Cmd), nil
}

// command is how something is started as the image would.
func (r *run) command(args []string) container.Command {
	c := container.Command{Args: args, Env: over(r.Config.Env, r.p.Env), Dir: r.Config.WorkingDir, User: r.Config.User, Stdin: r.p.Stdin, Alone: true, Keep: kept}
	if r.p.Dir != "" {
		c.Dir = r.p.Dir
	}
	if r.p.User != "" {
		c.User = r.p.User
	}
	return c
}

// over puts variables over others.
func over(env, more []string) []string {
	out := slices.Clone(env)
	for _, e := range more {
		name, _, _ := strings.Cut(e, "=")
		out = slices.DeleteFunc(out, func(o string) bool { return strings.HasPrefix(o, name+"=") })
		out = append(out, e)
	}
	return out
}

// onlyPort is the port that an image exposes, where it is one.
func onlyPort(exposed []string) (int, error) {
	var ports []int
	for _, e := range exposed {
		number, proto, _ := strings.Cut(e, "/")
		var port int
		if _, err := fmt.Sscanf(number, "%d", &port); err == nil && port > 0 && (proto == "" || proto == "tcp") {
			ports = append(ports, port)
		}
	}
	switch len(ports) {
	case 0:
		return 0, errors.New("the image exposes no port; say in the probe which one is meant, such as http: 8080/healthz")
	case 1:
		return ports[0], nil
	}
	return 0, fmt.Errorf("the image exposes %d ports; say in the probe which one is meant, such as http: %d/healthz", len(ports), ports[0])
}

// machine is the machine's clock.
type machine struct{}

// Now implements Clock.
func (machine) Now() time.Time { return time.Now() }

// AfterFunc implements Clock.
func (machine) AfterFunc(d time.Duration, f func()) func() {
	t := time.AfterFunc(d, f)
	return func() { t.Stop() }
}
