//go:build linux

package solve_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/build"
)

// said is what a command in a hold's container wrote, and its exit code.
func said(t testing.TB, h *hold.Hold, c hold.Command) (string, int) {
	t.Helper()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	p, err := h.Start(t.Context(), c)
	if err != nil {
		t.Fatalf("starting %q: %v", c.Args, err)
	}
	code, err := p.Wait()
	if err != nil {
		t.Fatalf("running %q: %v\n%s", c.Args, err, &out)
	}
	return out.String(), code
}

func sh(script string) hold.Command { return hold.Command{Args: []string{"/bin/sh", "-c", script}} }

// What a failed step had written is there, with the step's environment, also
// beside the step's mounts, and each container starts from it anew.
func TestHoldFailure(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS good
RUN echo fine > /fine
FROM good AS test
ENV COLOUR=blue
WORKDIR /work
USER nobody
RUN --mount=type=secret,id=token,mode=0444 --mount=type=cache,target=/cache,mode=0777 --mount=type=bind,target=/ctx \
    echo half > /tmp/written && echo kept > /cache/kept && echo the reason >&2 && exit 42
FROM shell AS slow
RUN echo slowly && sleep 120.7731
FROM scratch
COPY --from=test / /
COPY --from=slow / /
`})
	p.NoCache, p.HoldFailure = true, true
	secret := "correct-horse-battery"
	p.Secrets = []string{"id=token,env=TOKEN"}
	p.LookupEnv = func(string) (string, bool) { return secret, true }
	ctx, cancel := context.WithCancel(t.Context())
	o := p.run(ctx, t, c).must(t, build.OutcomeFailed)
	if o.held == nil {
		t.Fatal("nothing is held")
	}
	defer o.held.Close()
	cancel() // as whoever builds does when the build has ended
	if f := o.end.Failure; f.ExitCode != 42 || f.Line != 7 {
		t.Errorf("failure %+v", f)
	}
	if log := o.log(build.StepRef{Stage: 1, Step: 4}); !strings.Contains(log, "the reason") {
		t.Errorf("the log is not whole when the build ends: %q", log)
	}
	if s := o.held.Stop; s.Reason != build.StopFailed || s.Line != 7 || s.Stage != 1 {
		t.Errorf("it stands at %+v", s)
	}
	if last := o.events[len(o.events)-1]; last.End == nil {
		t.Errorf("the last event is %+v", last)
	}
	o.wantStates(t, map[string]build.State{"good": build.Done, "test": build.Failed, "slow": build.Cancelled})

	enginetest.Eventually(t, "the end of what the failed build was doing beside", func() bool { return !enginetest.Running("sleep", "120.7731") })
	out, code := said(t, o.held, sh(`cat /fine /tmp/written /cache/kept /run/secrets/token; echo " $COLOUR $PWD $(id -u)"; ls /ctx; echo "$STEP"; exit 3`))
	for _, want := range []string{"fine", "half", "kept", secret, "blue /work 65534", "Dockerfile", "echo half > /tmp/written"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
	if code != 3 {
		t.Errorf("exit code %d", code)
	}
	said(t, o.held, sh("echo mine > /tmp/mine && rm /tmp/written"))
	if out, _ := said(t, o.held, sh("ls /tmp")); strings.Contains(out, "mine") || !strings.Contains(out, "written") {
		t.Errorf("a container shows what was done in another:\n%s", out)
	}
	if out, code := said(t, o.held, hold.Command{Stdin: strings.NewReader("echo in a shell\n")}); code != 0 || !strings.Contains(out, "in a shell") {
		t.Errorf("code %d: %s", code, out)
	}
	o.held.Close()
	if _, err := o.held.Start(t.Context(), sh("true")); err == nil {
		t.Error("a container of a build that is over")
	}
}

// What is done in a shell is in no later build.
func TestHoldIsNotCached(t *testing.T) {
	c := dial(t)
	files := map[string]string{"Dockerfile": "FROM shell\nRUN echo one > /one\nRUN test -e /two || exit 1\n"}
	p := newProject(t, files)
	p.HoldFailure = true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeFailed)
	said(t, o.held, sh("echo two > /two && echo changed > /one"))
	o.held.Close()
	p.run(t.Context(), t, c).must(t, build.OutcomeFailed).held.Close()
	files["Dockerfile"] = "FROM shell\nRUN echo one > /one\nRUN grep one /one\n"
	newProject(t, files).run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
}

// A copy that fails is held with what it would have been copied to.
func TestHoldFailedCopy(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nENV COLOUR=pink\nRUN echo one > /one\nCOPY missing /\n"})
	p.HoldFailure = true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeFailed)
	if o.held == nil {
		t.Fatal("nothing is held")
	}
	defer o.held.Close()
	if out, _ := said(t, o.held, sh("cat /one; echo $COLOUR")); out != "one\npink\n" {
		t.Errorf("%q", out)
	}
}

// A stage's result can be entered with the stage's settings.
func TestHoldResult(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS tools
ENV COLOUR=green
WORKDIR /tools
RUN echo tool > tool
USER nobody
FROM scratch
COPY --from=tools /tools /
`})
	p.Targets, p.HoldResult = []int{0}, true
	o := p.run(t.Context(), t, c).must(t, build.OutcomeSucceeded)
	defer o.held.Close()
	if out, _ := said(t, o.held, sh("cat tool; echo $COLOUR $PWD $(id -u)")); out != "tool\ngreen /tools 65534\n" {
		t.Errorf("%q", out)
	}
	if s := o.held.Stop; s.Reason != build.StopEnd || s.Stage != 0 {
		t.Errorf("it stands at %+v", s)
	}
}

// The build stops before a step, as the step would see it, while other stages go
// on; then the step runs.
func TestBreakpoint(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": `FROM shell AS test
ENV COLOUR=red
RUN echo one > /one
RUN --mount=type=cache,target=/cache echo two > /two
RUN echo three > /three
FROM shell AS other
RUN echo beside
FROM scratch
COPY --from=test /three /
COPY --from=other /bin/sh /
`})
	p.NoCache = true
	at := []build.StepRef{{Stage: 0, Step: 3}, {Stage: 2, Step: 2}}
	p.Breakpoints = at
	beside := make(chan struct{})
	stops := 0
	p.Stopped = func(ctx context.Context, h *hold.Hold) {
		if stops++; stops == 1 {
			<-beside
			if out, code := said(t, h, sh("cat /one; echo $COLOUR; ls -d /cache; test -e /two")); code == 0 || out != "one\nred\n/cache\n" {
				t.Errorf("code %d: %q", code, out)
			}
		}
	}
	var told []build.Stop
	o := p.run(t.Context(), t, c, func(e build.Event) {
		switch {
		case e.Log != nil && strings.Contains(e.Log.Text, "beside"):
			close(beside)
		case e.Stop != nil:
			told = append(told, *e.Stop)
		}
	}).must(t, build.OutcomeSucceeded)
	if stops != 2 || len(told) != 4 {
		t.Fatalf("%d stops: %+v", stops, told)
	}
	for i, s := range told {
		if *s.Step != at[i/2] || s.Over != (i%2 == 1) || s.Reason != build.StopBreakpoint {
			t.Errorf("stop %d: %+v", i, s)
		}
	}
	for i, s := range o.graph.Stages {
		for _, step := range s.Steps {
			if st := o.Step(build.StepRef{Stage: i, Step: step.Index}); step.Command == "RUN" && len(st.Intervals) != 1 {
				t.Errorf("%s ran %d times", step.Text, len(st.Intervals))
			}
		}
	}
}

// A build that stands still can be cancelled.
func TestCancelAtBreakpoint(t *testing.T) {
	c := dial(t)
	p := newProject(t, map[string]string{"Dockerfile": "FROM shell\nRUN echo one > /one\nRUN echo two\n"})
	p.Breakpoints = []build.StepRef{{Stage: 0, Step: 2}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.Stopped = func(ctx context.Context, _ *hold.Hold) {
		cancel()
		<-ctx.Done()
	}
	o := p.run(ctx, t, c).must(t, build.OutcomeCancelled)
	if s := o.Step(build.StepRef{Stage: 0, Step: 2}).State; s == build.Done {
		t.Errorf("the step is %s", s)
	}
}
