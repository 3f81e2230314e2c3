//go:build linux

package prober_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/buildgraph/solve/prober"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/probe"
)

// patience is a limit that only a broken program reaches.
const patience = 2 * time.Minute

func command(mode string, more ...string) probe.Probe {
	return probe.Probe{Name: mode, Start: probe.Command, Args: append([]string{"/server", "-mode", mode}, more...), Ask: probe.End, Timeout: patience}
}

func get(path string, more ...string) probe.Probe {
	return probe.Probe{Name: path, Start: probe.Entrypoint, Args: more, Ask: probe.HTTP, Port: 8080, Path: path, Timeout: patience}
}

func patterns(p ...string) (out []*regexp.Regexp) {
	for _, s := range p {
		out = append(out, regexp.MustCompile(s))
	}
	return out
}

func number(n int) *int { return &n }

// config is that of an image whose ENTRYPOINT is the server.
func config() image.Config {
	return image.Config{Entrypoint: []string{"/server"}, Cmd: []string{"-say", "fine"}, Env: []string{"COLOUR=blue", "HELLO=x"}, ExposedPorts: []string{"8080/tcp"}}
}

// asked runs probes that must come to an end by themselves.
func asked(t *testing.T, on prober.Subject, probes ...probe.Probe) []probe.Outcome {
	t.Helper()
	out, err := prober.Run(t.Context(), on, probes, prober.Options{Clean: func(s string) string { return strings.ReplaceAll(s, "hunter2-hunter2", "‹redacted›") }})
	if err != nil || len(out) != len(probes) {
		t.Fatalf("%d outcomes of %d probes, %v", len(out), len(probes), err)
	}
	return out
}

// The same program in an image with a shell and in one with nothing else behaves the
// same; one that is told to say something else does not.
func TestSameBehaviour(t *testing.T) {
	probes := []probe.Probe{
		command("version"), get("/healthz"),
		{Name: "itself", Start: probe.Itself, Ask: probe.HTTP, Path: "/healthz", Timeout: patience, Expect: probe.Expect{Status: number(200), Body: patterns("(?m)^fine$")}},
		get("/moved"), get("/long"),
		{Name: "port", Start: probe.Itself, Ask: probe.TCP, Timeout: patience},
		command("nothing"),
	}
	probes[6].Args = []string{"/server", "-nosuch"}
	other := config()
	other.Cmd = []string{"-say", "bad"}
	sides := [][]probe.Outcome{
		asked(t, prober.Subject{Root: opened(t, fat(t)), Config: config()}, probes...),
		asked(t, prober.Subject{Root: opened(t, scratch(t)), Config: config()}, probes...),
		asked(t, prober.Subject{Root: opened(t, scratch(t)), Config: other, Stage: "bad"}, get("/healthz", "-say", "bad"), get("/nowhere")),
	}
	rows := probe.Compare(sides[0], sides[1])
	for _, r := range rows {
		if r.Verdict != probe.Same {
			t.Errorf("%s: %s: %+v %+v", r.Name, r.Verdict, r.Cells[0].Outcome, r.Cells[1].Outcome)
		}
	}
	first := sides[0]
	if first[0].Short() != "exit 0" || first[0].Stdout.Text != "server 1.4\n" || first[1].Short() != "status 200" || first[1].Body.Text != "fine\n" ||
		first[3].Short() != "status 302" || first[4].Body.Bytes != 1<<20 || !first[4].Body.Cut || first[5].Short() != "connected" || first[6].Short() != "exit 2" {
		t.Errorf("%+v", first)
	}
	if first[2].What != "GET :8080/healthz" || first[1].What != "GET :8080/healthz of ENTRYPOINT" {
		t.Errorf("%q, %q", first[1].What, first[2].What)
	}
	rows = probe.Compare(first, sides[2])
	if d := rows[1].Cells[1].Differences; len(d) != 1 || d[0].String() != `body, line 1: "fine" there, "bad" here` {
		t.Errorf("%+v", d)
	}
	if o := sides[2][1]; o.State != probe.Failed || o.Failure != "expected a status from 200 to 399, got 404" {
		t.Errorf("%+v", o)
	}
}

// A command runs as the image would run it, unless the probe says otherwise.
func TestSettings(t *testing.T) {
	c := config()
	c.User, c.WorkingDir = "1234", "/made"
	on := prober.Subject{Root: opened(t, scratch(t)), Config: c}
	other := command("whoami")
	other.Env, other.Dir, other.User = []string{"HELLO=you"}, "/up", "99:99"
	echo := command("echo")
	echo.Stdin = "hello"
	silent := command("echo")
	out := asked(t, on, command("whoami"), other, echo, silent)
	for i, want := range []string{"1234 /made <nil> blue x\n", "99 /up <nil> blue you\n", "HELLO <nil>\n", " <nil>\n"} {
		if got := out[i].Stdout.Text; got != want {
			t.Errorf("%q, want %q: %+v", got, want, out[i])
		}
	}
}

// A server that answers later than it listens is waited for; what was asked by its own
// HEALTHCHECK, too.
func TestLate(t *testing.T) {
	c := config()
	c.Healthcheck = &image.Healthcheck{Test: []string{"CMD", "/server", "-check", "http://127.0.0.1:8080/healthz"}}
	on := prober.Subject{Root: opened(t, scratch(t)), Config: c}
	late := get("/healthz", "-late", "3")
	check := probe.Probe{Name: "check", Start: probe.Entrypoint, Args: []string{"-late", "2"}, Ask: probe.Healthcheck, Timeout: patience}
	six := get("/healthz", "-listen", "[::1]:8080")
	for _, o := range asked(t, on, late, check, six) {
		if o.State != probe.Passed {
			t.Errorf("%+v", o)
		}
	}
	c.Healthcheck = &image.Healthcheck{Test: []string{"CMD-SHELL", "/server -check http://127.0.0.1:8080/healthz || exit 1"}}
	shell := prober.Subject{Root: opened(t, fat(t)), Config: c}
	o := asked(t, shell, check)[0]
	if o.State != probe.Passed || o.Short() != "healthy" || o.What != "HEALTHCHECK of ENTRYPOINT -late 2" {
		t.Errorf("%+v", o)
	}
	on.Config = c // which has no shell
	if o = asked(t, on, check)[0]; o.State != probe.Failed || !strings.Contains(o.Failure, "its HEALTHCHECK can't be run: /bin/sh: no such file or directory") {
		t.Errorf("%+v", o)
	}
}

// What does not do what is asked is told in a sentence, with the last that it wrote.
func TestFails(t *testing.T) {
	on := prober.Subject{Root: opened(t, scratch(t)), Config: config(), Stage: "runtime"}
	absent := command("version")
	absent.Args[0] = "/absent"
	expected := absent
	expected.Expect.Exit = number(127)
	none := get("/")
	none.Start, none.Args = probe.Command, []string{"/absent"}
	user := command("version")
	user.User = "nobody"
	elsewhere := command("version")
	elsewhere.Only = []string{"builder", "test"}
	flood := command("flood")
	for _, c := range []struct {
		p       probe.Probe
		state   probe.State
		failure string
		last    string
	}{
		{absent, probe.Failed, "/absent: there is no such file in the image", ""},
		{expected, probe.Passed, "", ""},
		{none, probe.Failed, "/absent: there is no such file in the image", ""},
		{user, probe.Failed, "no such user", ""},
		{elsewhere, probe.Skipped, "it is asked of builder, test only", ""},
		{get("/healthz", "-mode", "crash"), probe.Failed, "it ended with exit code 3 before it answered", "fatal: the token is ‹redacted›␛[2J"},
		{get("/healthz", "-mode", "version"), probe.Failed, "it ended with exit code 0 before it answered", ""},
		{flood, probe.Failed, "it wrote more than 268.4 MB and was ended", "flood flood"},
		{probe.Probe{Name: "check", Start: probe.Itself, Ask: probe.Healthcheck}, probe.Skipped, "the image has no HEALTHCHECK", ""},
	} {
		o := asked(t, on, c.p)[0]
		if o.State != c.state || !strings.Contains(o.Failure, c.failure) || (c.failure == "") != (o.Failure == "") || !strings.Contains(strings.Join(o.Last, "\n"), c.last) {
			t.Errorf("%s: %+v", c.p.What(), o)
		}
	}
}

// An image that starts nothing, or whose port nobody knows, can't be asked.
func TestNothingToStart(t *testing.T) {
	on := prober.Subject{Root: opened(t, scratch(t))}
	itself := probe.Probe{Name: "x", Start: probe.Itself, Ask: probe.HTTP, Port: 80, Path: "/"}
	with := itself
	with.Start = probe.Entrypoint
	port := itself
	port.Port = 0
	out := asked(t, on, itself, with, port)
	if !strings.Contains(out[0].Failure, "neither ENTRYPOINT nor CMD") || !strings.Contains(out[1].Failure, "no ENTRYPOINT") || out[2].State != probe.NotRun || !strings.Contains(out[2].Failure, "exposes no port") {
		t.Errorf("%+v", out)
	}
	on.Config.ExposedPorts = []string{"53/udp", "80/tcp", "443/tcp"}
	if o := asked(t, on, port)[0]; !strings.Contains(o.Failure, "exposes 2 ports; say in the probe which one is meant, such as http: 80/healthz") {
		t.Errorf("%+v", o)
	}
}
