package probe_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/probe"
)

func said(s string) probe.Bytes { return probe.Bytes{Kept: []byte(s), All: int64(len(s))} }

func TestJudge(t *testing.T) {
	run := probe.Probe{Name: "v", Start: probe.Command, Args: []string{"app"}, Ask: probe.End}
	with := func(e probe.Expect) probe.Probe {
		p := run
		p.Expect = e
		return p
	}
	get := func(e probe.Expect) probe.Probe {
		return probe.Probe{Name: "h", Start: probe.Itself, Ask: probe.HTTP, Port: 80, Path: "/", Expect: e}
	}
	for _, c := range []struct {
		name    string
		p       probe.Probe
		ran     probe.Ran
		failure string // "" passes
		short   string
	}{
		{"nothing expected", run, probe.Ran{Exit: number(7), Stdout: said("x")}, "", "exit 7"},
		{"exit code", with(probe.Expect{Exit: number(0)}), probe.Ran{Exit: number(7)}, "expected exit code 0, got 7", "exit 7"},
		{"output", with(probe.Expect{Stdout: patterns(`^v\d`)}), probe.Ran{Exit: number(0), Stdout: said("v1\n")}, "", "exit 0"},
		{"other output", with(probe.Expect{Stdout: patterns(`^v\d`)}), probe.Ran{Exit: number(0), Stdout: said("no\nno\n")}, `expected standard output to match ^v\d, got "no⏎ no"`, "exit 0"},
		{"no output", with(probe.Expect{Stderr: patterns("x")}), probe.Ran{Exit: number(0)}, "expected standard error to match x, got nothing", "exit 0"},
		{"long output", with(probe.Expect{Stdout: patterns("x")}), probe.Ran{Exit: number(0), Stdout: probe.Bytes{Kept: []byte("abc"), All: 9}}, `expected standard output to match x within its first 3 B, got "abc"`, "exit 0"},
		{"did not start", run, probe.Ran{Problem: "app: no such program"}, "app: no such program", "failed"},
		{"answered", get(probe.Expect{}), probe.Ran{Status: 204}, "", "status 204"},
		{"another answer", get(probe.Expect{}), probe.Ran{Status: 404}, "expected a status from 200 to 399, got 404", "status 404"},
		{"that very status", get(probe.Expect{Status: number(404)}), probe.Ran{Status: 404}, "", "status 404"},
		{"another status", get(probe.Expect{Status: number(200)}), probe.Ran{Status: 204}, "expected status 200, got 204", "status 204"},
		{"body", get(probe.Expect{Body: patterns("ok")}), probe.Ran{Status: 200, Body: said("no")}, `expected the body to match ok, got "no"`, "status 200"},
	} {
		o := c.p.Judge(c.ran, nil)
		if o.Failure != c.failure || (o.State == probe.Failed) != (c.failure != "") || o.Short() != c.short {
			t.Errorf("%s: %+v, short %q", c.name, o, o.Short())
		}
	}
}

// Nothing of what an image writes can drive a terminal, tell a secret, or fill the memory.
func TestJudgeCleans(t *testing.T) {
	clean := func(s string) string { return strings.ReplaceAll(s, "hunter2", "‹redacted›") }
	p := probe.Probe{Name: "n\x1b[2J", Start: probe.Command, Args: []string{"login", "hunter2"}, Ask: probe.End, Ignore: patterns(`\d\d:\d\d`), Expect: probe.Expect{Stdout: patterns("never")}}
	o := p.Judge(probe.Ran{Exit: number(0), Took: time.Second, Stdout: said("\x1b]0;x\a12:34 hunter2\r\n"), Last: []byte("a\n\n\x1b[31mhunter2\r\n")}, clean)
	all := o.Name + o.What + o.Failure + o.Stdout.Text + strings.Join(o.Last, "")
	if strings.ContainsAny(all, "\x1b\a\r") || strings.Contains(all, "hunter2") {
		t.Errorf("%+v %+v", o, o.Stdout)
	}
	if !strings.HasSuffix(o.Stdout.Text, probe.Ignored+" ‹redacted›\n") || !slices.Equal(o.Last, []string{"a", "␛[31m‹redacted›"}) {
		t.Errorf("%q %q", o.Stdout.Text, o.Last)
	}
	long := strings.Repeat("é", probe.MaxText)
	o = p.Judge(probe.Ran{Exit: number(0), Stdout: said(long), Last: []byte(strings.Repeat("line\n", 100) + long)}, clean)
	if len(o.Stdout.Text) > probe.MaxText || !o.Stdout.Cut || !strings.HasSuffix(o.Stdout.Text, "é") || o.Stdout.Bytes != int64(len(long)) || len(o.Last) != 12 || len([]rune(o.Last[11])) > 160 {
		t.Errorf("%d bytes, cut %v, %d lines", len(o.Stdout.Text), o.Stdout.Cut, len(o.Last))
	}
}
