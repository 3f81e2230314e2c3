package hold

import (
	"errors"
	"strings"
	"testing"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
	"github.com/stagedive/stagedive/model/build"
)

// What the engine can't do is told as what to do instead.
func TestRefused(t *testing.T) {
	caps := gatewaypb.Caps.CapSet(nil) // an engine without any
	h := New(nil, build.Stop{}, nil, make(chan struct{}), func() {})
	if err := h.refused(caps.Supports(gatewaypb.CapGatewayExec)); !strings.Contains(err.Error(), "--engine embedded") {
		t.Errorf("without containers: %v", err)
	}
	over := make(chan struct{})
	close(over)
	if err := New(nil, build.Stop{}, nil, over, func() {}).refused(errors.New("x")); !errors.Is(err, ErrOver) {
		t.Errorf("after its end: %v", err)
	}
}

// The shell is the SHELL instruction's where there is one; the script is that of
// RUN in shell form.
func TestStepOf(t *testing.T) {
	for _, c := range []struct {
		args   []string
		shell  string
		script string
	}{
		{[]string{"/bin/sh", "-c", "make"}, "", "make"},
		{[]string{"/bin/bash", "-eo", "pipefail", "-c", "make | tee"}, "/bin/bash -eo pipefail -c", "make | tee"},
		{[]string{"/usr/bin/make", "all"}, "", ""},
		{[]string{"cmd", "all", "x"}, "", ""},
	} {
		s := stepOf(&pb.ExecOp{Meta: &pb.Meta{Args: c.args, ProxyEnv: &pb.ProxyEnv{HttpProxy: "p"}}}, nil)
		if got := strings.Join(s.shell, " "); got != c.shell || s.command != c.script {
			t.Errorf("%q: shell %q, script %q", c.args, got, s.command)
		}
		if s.cwd != "/" || strings.Join(s.env, " ") != "HTTP_PROXY=p http_proxy=p" {
			t.Errorf("%q: %q in %s", c.args, s.env, s.cwd)
		}
	}
}

// Mounts keep what they are; only their content is another.
func TestStateOf(t *testing.T) {
	exec := &pb.ExecOp{Meta: &pb.Meta{Cwd: "/src"}, Mounts: []*pb.Mount{
		{Dest: "/", Input: 0},
		{Dest: "cache", Input: -1, MountType: pb.MountType_CACHE, CacheOpt: &pb.CacheOpt{ID: "c"}},
		{Dest: "/secret", Input: -1, MountType: pb.MountType_SECRET, SecretOpt: &pb.SecretOpt{ID: "s"}},
		{Dest: "/ro", Input: 1, Readonly: true, Selector: "/sub"},
	}}
	h := New(nil, build.Stop{}, nil, make(chan struct{}), func() {})
	h.SetFailed(exec, nil, []string{"b0", "", "", "b3"}, []string{"a0", "", "", "b3"})
	m := h.root.mounts
	if m[0].ResultID != "a0" || h.before.mounts[0].ResultID != "b0" || m[1].Dest != "/src/cache" || m[1].CacheOpt.ID != "c" ||
		m[2].SecretOpt.ID != "s" || !m[3].Readonly || m[3].Selector != "/sub" || m[3].ResultID != "b3" {
		t.Errorf("%+v", m)
	}
	if rootOf(h.before).ResultID != "b0" {
		t.Errorf("%+v", rootOf(h.before))
	}
}

// What the engine made to mount something on is no change of the step's.
func TestWithoutStubs(t *testing.T) {
	h := New(nil, build.Stop{}, nil, make(chan struct{}), func() {})
	h.root.mounts = []gateway.Mount{{Dest: "/"}, {Dest: "/var/cache/go"}}
	var got []string
	for _, e := range h.withoutStubs([]differ.Entry{
		{Path: "/dev", Kind: differ.Added},
		{Path: "/sys", Kind: differ.Removed},
		{Path: "/proc", Kind: differ.Added},
		{Path: "/proc/mine", Kind: differ.Added},
		{Path: "/etc/hosts", Kind: differ.Added, Size: 3},
		{Path: "/etc/resolv.conf", Kind: differ.Added},
		{Path: "/var", Kind: differ.Added},
		{Path: "/var/cache", Kind: differ.Added},
		{Path: "/var/cache/go", Kind: differ.Added},
		{Path: "/var/log", Kind: differ.Added},
	}) {
		got = append(got, e.Path)
	}
	if want := "/sys /proc /proc/mine /etc/hosts /var /var/log"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", strings.Join(got, " "), want)
	}
}
