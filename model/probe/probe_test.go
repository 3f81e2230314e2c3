package probe_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/probe"
)

func number(n int) *int { return &n }

func patterns(p ...string) (out []*regexp.Regexp) {
	for _, s := range p {
		out = append(out, regexp.MustCompile(s))
	}
	return out
}

func TestWhat(t *testing.T) {
	for _, c := range []struct {
		p    probe.Probe
		want string
	}{
		{probe.Probe{Start: probe.Command, Args: []string{"app", "it's", "", "a b"}, Ask: probe.End}, `app 'it'\''s' '' 'a b'`},
		{probe.Probe{Start: probe.Entrypoint, Args: []string{"--version"}, Ask: probe.End}, "ENTRYPOINT --version"},
		{probe.Probe{Start: probe.Itself, Ask: probe.End}, "ENTRYPOINT with CMD"},
		{probe.Probe{Start: probe.Itself, Ask: probe.HTTP, Port: 80, Path: "/healthz"}, "GET :80/healthz"},
		{probe.Probe{Start: probe.Itself, Ask: probe.HTTP, Path: "/"}, "GET /"},
		{probe.Probe{Start: probe.Command, Args: []string{"serve"}, Ask: probe.TCP, Port: 5432}, "connect :5432 of serve"},
		{probe.Probe{Start: probe.Itself, Ask: probe.TCP}, "connect"},
		{probe.Probe{Start: probe.Entrypoint, Ask: probe.Healthcheck}, "HEALTHCHECK of ENTRYPOINT"},
	} {
		if got := c.p.What(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// What the sides are compared by is what the probe says nothing of.
func TestCompared(t *testing.T) {
	for _, c := range []struct {
		p    probe.Probe
		want []probe.Aspect
	}{
		{probe.Probe{Ask: probe.End}, []probe.Aspect{probe.Exit, probe.Stdout}},
		{probe.Probe{Ask: probe.End, Expect: probe.Expect{Exit: number(0)}}, []probe.Aspect{probe.Stdout}},
		{probe.Probe{Ask: probe.End, Expect: probe.Expect{Stdout: patterns("x")}}, []probe.Aspect{probe.Exit}},
		{probe.Probe{Ask: probe.End, Same: []probe.Aspect{probe.Stderr}}, []probe.Aspect{probe.Stderr}},
		{probe.Probe{Ask: probe.End, Same: []probe.Aspect{}}, nil},
		{probe.Probe{Ask: probe.HTTP}, []probe.Aspect{probe.Status, probe.Body}},
		{probe.Probe{Ask: probe.HTTP, Expect: probe.Expect{Status: number(200), Body: patterns("x")}}, nil},
		{probe.Probe{Ask: probe.TCP}, nil},
		{probe.Probe{Ask: probe.Healthcheck}, []probe.Aspect{probe.Exit}},
	} {
		if got := c.p.Compared(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.p, got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	all := []probe.Probe{{Name: "a", Port: 1}, {Name: "b", Port: 2}}
	got := probe.Merge(all, []probe.Probe{{Name: "b", Port: 3}, {Name: "c", Port: 4}})
	var ports []int
	for _, p := range got {
		ports = append(ports, p.Port)
	}
	if !slices.Equal(ports, []int{1, 3, 4}) || all[1].Port != 2 {
		t.Errorf("%v, of %+v", ports, all)
	}
}

func TestOf(t *testing.T) {
	p := probe.Probe{Only: []string{"runtime"}}
	if !p.Of("") || !p.Of("runtime") || p.Of("builder") || !new(probe.Probe).Of("builder") {
		t.Error("it is asked of others than it says")
	}
}
