package prober

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/buildgraph/solve/container"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
	"github.com/stagedive/stagedive/model/probe"
)

// end waits until what was started has ended.
func (r *run) end(ctx context.Context, x *container.Running) (probe.Ran, error) {
	res, err := x.Result()
	ran := wrote(res)
	switch {
	case ctx.Err() != nil:
		return ran, fmt.Errorf("it did not end %w and was ended; timeout: gives it more time", context.Cause(ctx))
	case err != nil:
		return ran, err
	}
	ran.Exit = &res.Code
	if want := r.p.Expect.Exit; res.Note != "" && (want == nil || *want != res.Code) {
		return ran, errors.New(res.Note)
	}
	return ran, nil
}

// wrote is what a process has written.
func wrote(res container.Result) probe.Ran {
	return probe.Ran{
		Stdout: probe.Bytes{Kept: res.Stdout, All: res.Wrote[0]}, Stderr: probe.Bytes{Kept: res.Stderr, All: res.Wrote[1]}, Last: res.Last,
	}
}

// ask asks until the answer comes that is waited for.
func (r *run) ask(ctx context.Context, x *container.Running, question container.Command) (probe.Ran, error) {
	asking, enough := context.WithCancel(ctx)
	answers := &answers{came: make(chan asker.Answer), over: asking.Done()}
	ended := make(chan error, 1)
	go func() { ended <- askedOf(x.Ask(asking, question, answers)) }()
	asks := true
	defer func() {
		if enough(); asks {
			<-ended
		}
	}()
	var last asker.Answer
	var broken error // why nobody asks any more
	for {
		ran := wrote(x.SoFar())
		ran.Status, ran.Exit, ran.Body = last.Status, last.Exit, probe.Bytes{Kept: last.Body, All: last.Bytes}
		switch {
		case last.Never:
			return ran, fmt.Errorf("its HEALTHCHECK can't be run: %s", last.Refused)
		case r.settles(last):
			return ran, nil
		}
		ending := ended
		if !asks {
			ending = nil
		}
		select {
		case last = <-answers.came:
			if r.heard != nil {
				r.heard(last)
			}
		case broken = <-ending:
			asks = false // most often because what was started has ended, which tells more
		case <-x.Ended():
			if asks {
				broken, asks = <-ended, false
			}
			ran, code, err := r.crashed(x)
			if broken != nil && code == killed { // it was ended with the helper, not the other way round
				return ran, unasked{probe.NotRun, broken}
			}
			return ran, err
		case <-ctx.Done():
			return ran, r.unanswered(context.Cause(ctx), last)
		}
	}
}

// killed is the exit code of what was ended with the container that it ran in.
const killed = 128 + 9

// askedOf says what kept the helper from asking; nil when it was ended.
func askedOf(res container.Result, err error) error {
	switch {
	case err != nil || res.Code == 0 || res.Code == killed:
		return nil // the session, or what it ran beside, has ended
	case res.Note != "":
		return fmt.Errorf("asking inside of the container: %s", res.Note)
	}
	return fmt.Errorf("asking inside of the container: %s", shortened(strings.TrimSpace(string(res.Last))))
}

// unanswered says that no answer came in time, or not the one that was waited for; nil
// where that is judged.
func (r *run) unanswered(late error, last asker.Answer) error {
	why := ""
	if last.Refused != "" {
		why = ": " + last.Refused
	}
	switch said := strings.TrimSpace(string(last.Body)); {
	case last.Status != 0:
		return nil
	case r.p.Ask != probe.Healthcheck:
		return fmt.Errorf("nothing answered on port %d %w%s", r.p.Port, late, why)
	case last.Exit == nil:
		return fmt.Errorf("its HEALTHCHECK did not succeed %w%s", late, why)
	case said == "":
		return fmt.Errorf("its HEALTHCHECK did not succeed %w: it ended with exit code %d", late, *last.Exit)
	default:
		return fmt.Errorf("its HEALTHCHECK did not succeed %w: it ended with exit code %d and said %q", late, *last.Exit, shortened(said))
	}
}

// settles says whether an answer is the one, or whether there will be no other: a server
// that begins may say for a while that it is not there yet.
func (r *run) settles(a asker.Answer) bool {
	switch {
	case !a.Came || a.Refused != "":
		return false
	case r.p.Ask == probe.TCP:
		return true
	case r.p.Ask == probe.Healthcheck:
		return a.Exit != nil && *a.Exit == 0
	case !r.p.Answers(a.Status):
		return a.Status < 500
	}
	for _, re := range r.p.Expect.Body {
		if !re.Match(a.Body) {
			return false
		}
	}
	return true
}

// crashed is what became of a server that has ended, and its exit code.
func (r *run) crashed(x *container.Running) (ran probe.Ran, code int, err error) {
	res, err := x.Result()
	ran = wrote(res)
	switch {
	case err != nil:
		return ran, 0, err
	case res.Note != "":
		return ran, res.Code, errors.New(res.Note)
	}
	return ran, res.Code, fmt.Errorf("it ended with exit code %d before it answered", res.Code)
}

// answers hands over the lines that the asker writes.
type answers struct {
	came chan asker.Answer
	over <-chan struct{}
	rest []byte
}

// Write implements io.Writer.
func (a *answers) Write(p []byte) (int, error) {
	a.rest = append(a.rest, p...)
	for {
		line, rest, found := bytes.Cut(a.rest, []byte{'\n'})
		if !found {
			return len(p), nil
		}
		a.rest = rest
		var got asker.Answer
		if json.Unmarshal(line, &got) != nil {
			continue // it is no answer
		}
		select {
		case a.came <- got:
		case <-a.over:
		}
	}
}

// question is what the helper is asked; nil arguments where there is nothing to ask.
func (r *run) question() container.Command {
	root := container.Command{User: "0:0", Keep: mostSaid}
	switch r.p.Ask {
	case probe.HTTP:
		root.Args = asker.HTTP(r.p.Port, r.p.Path)
	case probe.TCP:
		root.Args = asker.TCP(r.p.Port)
	case probe.Healthcheck:
		return r.healthcheck()
	}
	return root
}

// healthcheck is the image's own check, which runs as the image's user.
func (r *run) healthcheck() container.Command {
	h := r.Config.Healthcheck
	if h == nil || len(h.Test) < 2 {
		return container.Command{}
	}
	args := h.Test[1:]
	switch h.Test[0] {
	case "CMD":
	case "CMD-SHELL":
		shell := r.Shell
		if len(shell) == 0 {
			shell = []string{"/bin/sh", "-c"}
		}
		args = append(slices.Clone(shell), h.Test[1])
	default:
		return container.Command{}
	}
	limit := h.Timeout
	if limit <= 0 {
		limit = usualCheck
	}
	c := r.command(asker.Run(limit, args))
	c.Stdin, c.Keep = "", mostSaid
	return c
}
