//go:build linux

package prober_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve/prober"
	"github.com/stagedive/stagedive/buildgraph/solve/prober/asker"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/probe"
)

// byHand is a clock whose limits pass when something else has come about, however busy
// the machine is: each timer that is set asks whether it may ring.
type byHand struct {
	ends context.Context
	ring func(time.Duration) bool // waits until it may; false for never
}

func (c *byHand) Now() time.Time { return time.Unix(0, 0) }

func (c *byHand) AfterFunc(d time.Duration, f func()) func() {
	stopped, stop := context.WithCancel(c.ends)
	go func() {
		if c.ring(d) && stopped.Err() == nil {
			f()
		}
	}()
	return stop
}

// until says whether something came about while a test ran.
func until(t *testing.T, ok func() bool) bool {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-t.Context().Done():
			return false
		}
	}
	return true
}

// What does not end, or never answers, is ended when its time is over; nothing of it is
// left. The limit passes when it runs.
func TestTimeLimit(t *testing.T) {
	c := config()
	c.Healthcheck = &image.Healthcheck{Test: []string{"CMD", "/server", "-check", "http://127.0.0.1:8080/absent"}}
	on := prober.Subject{Root: opened(t, scratch(t)), Config: c}
	check := probe.Probe{Name: "check", Start: probe.Entrypoint, Ask: probe.Healthcheck}
	for _, test := range []struct {
		p       probe.Probe
		mark    string // of its process; what it is known by
		failure string
	}{
		{command("hang", "-say", "hang-1"), "hang-1", "it did not end within 1m00s and was ended; timeout: gives it more time"},
		{get("/healthz", "-mode", "hang", "-say", "hang-2"), "hang-2", "nothing answered on port 8080 within 1m00s: connection refused"},
		{get("/healthz", "-mode", "mute", "-say", "hang-3"), "hang-3", "nothing answered on port 8080 within 1m00s: it closed the connection without an answer"},
		{get("/healthz", "-late", "1000000", "-say", "hang-4"), "hang-4", "expected a status from 200 to 399, got 503"},
		{check, "hang-5", "its HEALTHCHECK did not succeed within 1m00s: it ended with exit code 1 and said"},
	} {
		test.p.Timeout = time.Minute
		if test.p.Ask == probe.Healthcheck {
			test.p.Args = []string{"-say", "hang-5"}
		}
		answered := make(chan struct{})
		var once sync.Once
		clock := &byHand{ends: t.Context()}
		clock.ring = func(time.Duration) bool { // when all has happened that will
			if test.p.Ask != probe.End {
				<-answered
				return true
			}
			return until(t, func() bool { return enginetest.Running("-say", test.mark) })
		}
		opt := prober.Hearing(prober.Options{Clock: clock}, func(a asker.Answer) {
			if strings.Contains(test.failure, a.Refused) { // one that only begins refuses the connection
				once.Do(func() { close(answered) })
			}
		})
		out, err := prober.Run(t.Context(), on, []probe.Probe{test.p}, opt)
		if err != nil {
			t.Fatal(err)
		}
		if o := out[0]; o.State != probe.Failed || !strings.HasPrefix(o.Failure, test.failure) {
			t.Errorf("%s: %+v", test.mark, o)
		}
		if !until(t, func() bool {
			return !enginetest.Running("-say", test.mark) && !enginetest.Running(inside, asker.Command)
		}) {
			t.Errorf("%s runs on", test.mark)
		}
	}
}

// Who gives up gets no outcome of what still ran, and that has ended.
func TestGivenUp(t *testing.T) {
	on := prober.Subject{Root: opened(t, scratch(t)), Config: config()}
	for _, p := range []probe.Probe{command("hang", "-say", "given-up"), get("/healthz", "-mode", "hang", "-say", "given-up")} {
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("enough")
		go func() {
			until(t, func() bool { return enginetest.Running("-say", "given-up") })
			cancel(why)
		}()
		out, err := prober.Run(ctx, on, []probe.Probe{command("version"), p}, prober.Options{})
		if !errors.Is(err, why) || len(out) != 1 {
			t.Errorf("%v, %+v", err, out)
		}
		if !until(t, func() bool {
			return !enginetest.Running("-say", "given-up") && !enginetest.Running(inside, asker.Command)
		}) {
			t.Error("it runs on")
		}
	}
}

// While a server is asked, nobody outside of its container can reach it, wherever it
// listens; and it reaches nobody.
func TestNothingListensOutside(t *testing.T) {
	// A server of ours has the port on this machine: the one in the container gets its
	// own all the same, and is the one that answers.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	on := prober.Subject{Root: opened(t, scratch(t)), Config: config()}
	p := get("/healthz", "-listen", "0.0.0.0:"+port)
	fmt.Sscan(port, &p.Port)
	if o := asked(t, on, p)[0]; o.State != probe.Passed {
		t.Errorf("%+v", o)
	}
	p = get("/", "-check", "http://127.0.0.1:"+port)
	if o := asked(t, on, p)[0]; o.State != probe.Failed || !strings.Contains(strings.Join(o.Last, " "), "connection refused") {
		t.Errorf("it reaches the machine: %+v", o)
	}
}
