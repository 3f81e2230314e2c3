// Package hold is a build that has stopped and is kept open, so that somebody can
// look around in it: where a step failed, before a step with a breakpoint, or at
// the end of a stage.
//
// BuildKit keeps what a failed step had written for as long as the build that it
// failed in is not over. A Hold has the handles of that, and makes containers
// whose root is a writable copy on top: what is done in them touches neither the
// cache nor a second container. They end with the connection to the engine, so
// a client that is killed leaves none.
package hold

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
	"github.com/stagedive/stagedive/model/build"
)

// ErrOver is why nothing can be opened in a Hold that has been closed, or whose
// engine has gone.
var ErrOver = errors.New("what the build had left is gone: build again")

// Hold is a build that has stopped. It is safe for use by several goroutines.
type Hold struct {
	Stop build.Stop // where it stands

	gw     gateway.Client
	root   state // where to look around; of a failed step, as it left it
	before state // as a failed step found it; empty otherwise
	step   step

	helper *Helper // nil when there is none
	states []State // of a stage that is held at its end
	image  ocispecs.ImageConfig

	mu      sync.Mutex
	changed []differ.Entry // as last asked for

	over    <-chan struct{} // closed when the build is over
	release func()
	once    sync.Once
}

// state is what a container is made of.
type state struct{ mounts []gateway.Mount }

// step is how the commands of a step run.
type step struct {
	env       []string
	secretEnv []*pb.SecretEnv
	cwd, user string
	shell     []string // of the SHELL instruction, with its options; none for the default one
	command   string   // what a RUN in shell form runs
	security  pb.SecurityMode
	network   pb.NetMode
	hostname  string
	hosts     []*pb.HostIP
	platform  *pb.Platform
}

// New returns the Hold of a build that stands still until release is called; over
// is closed when it has ended, by that or otherwise. The helper, which may be nil,
// must be served by the build's session as HelperLocal.
func New(gw gateway.Client, at build.Stop, helper *Helper, over <-chan struct{}, release func()) *Hold {
	return &Hold{Stop: at, gw: gw, helper: helper, over: over, release: release, step: step{cwd: "/"}}
}

// Close lets the build go and waits until the engine has.
func (h *Hold) Close() {
	h.once.Do(h.release)
	<-h.over
}

// Over is closed when the build has been let go, or the engine is gone.
func (h *Hold) Over() <-chan struct{} { return h.over }

// Config is how commands run here.
func (h *Hold) Config() Config {
	return Config{Env: h.step.env, WorkingDir: h.step.cwd, User: h.step.user, Shell: h.step.shell, Platform: h.step.platform, Image: h.image}
}

// Script is what the step runs, where it is a RUN in shell form.
func (h *Hold) Script() string { return h.step.command }

func (h *Hold) isOver() bool {
	select {
	case <-h.over:
		return true
	default:
		return false
	}
}

// SetFailed makes the containers those of a step that failed: the mounts hold
// after what it left and before what it had found, by result IDs, in the order of
// its mounts.
func (h *Hold) SetFailed(exec *pb.ExecOp, platform *pb.Platform, before, after []string) {
	h.step = stepOf(exec, platform)
	id := func(ids []string) func(int) gateway.Mount {
		return func(i int) gateway.Mount {
			if i < len(ids) {
				return gateway.Mount{ResultID: ids[i]}
			}
			return gateway.Mount{}
		}
	}
	h.root, h.before = stateOf(exec, id(after)), stateOf(exec, id(before))
}

// SetBefore makes the containers those that a step would run in. inputs are its
// op's, solved; nil ones are empty.
func (h *Hold) SetBefore(exec *pb.ExecOp, platform *pb.Platform, inputs []gateway.Reference) {
	h.step = stepOf(exec, platform)
	h.root = stateOf(exec, func(i int) gateway.Mount {
		if n := exec.Mounts[i].Input; n >= 0 && int(n) < len(inputs) {
			return gateway.Mount{Ref: inputs[n]}
		}
		return gateway.Mount{}
	})
}

// SetRoot makes the containers those of a file system with nothing else in them;
// a nil one is empty.
func (h *Hold) SetRoot(root gateway.Reference, c Config) {
	h.root = state{[]gateway.Mount{{Dest: pb.RootMount, MountType: pb.MountType_BIND, Ref: root}}}
	h.image = c.Image
	h.step = step{env: c.Env, cwd: c.WorkingDir, user: c.User, shell: c.Shell, platform: c.Platform}
	if h.step.cwd == "" {
		h.step.cwd = "/"
	}
}

// Config is how a stage runs its commands.
type Config struct {
	Env              []string
	WorkingDir, User string
	Shell            []string // of the SHELL instruction; none for the default one
	Platform         *pb.Platform
	Image            ocispecs.ImageConfig // of the image that the stage would make, as far as it is known
}

func stepOf(exec *pb.ExecOp, platform *pb.Platform) step {
	m := exec.GetMeta()
	s := step{
		env: append([]string{}, m.GetEnv()...), secretEnv: exec.GetSecretenv(),
		cwd: m.GetCwd(), user: m.GetUser(), hostname: m.GetHostname(), hosts: m.GetExtraHosts(),
		security: exec.GetSecurity(), network: exec.GetNetwork(), platform: platform,
	}
	if s.cwd == "" {
		s.cwd = "/"
	}
	proxy := m.GetProxyEnv()
	for _, v := range [][2]string{
		{"http_proxy", proxy.GetHttpProxy()},
		{"https_proxy", proxy.GetHttpsProxy()},
		{"ftp_proxy", proxy.GetFtpProxy()},
		{"no_proxy", proxy.GetNoProxy()},
		{"all_proxy", proxy.GetAllProxy()},
	} {
		if v[1] != "" {
			s.env = append(s.env, strings.ToUpper(v[0])+"="+v[1], v[0]+"="+v[1])
		}
	}
	// RUN in shell form is its shell, the options of that, and the command.
	if args := m.GetArgs(); len(args) >= 3 && strings.HasSuffix(args[len(args)-2], "c") && strings.HasPrefix(args[len(args)-2], "-") {
		s.command = args[len(args)-1]
		if s.shell = args[:len(args)-1]; s.shell[0] == "/bin/sh" && len(s.shell) == 2 {
			s.shell = nil // the default, which nobody chose
		}
	}
	return s
}

// stateOf are a step's mounts with other contents.
func stateOf(exec *pb.ExecOp, content func(i int) gateway.Mount) state {
	var s state
	for i, m := range exec.GetMounts() {
		g := content(i)
		g.Dest, g.Selector, g.Readonly, g.MountType = m.Dest, m.Selector, m.Readonly, m.MountType
		g.CacheOpt, g.SecretOpt, g.SSHOpt = m.CacheOpt, m.SecretOpt, m.SSHOpt
		if !path.IsAbs(g.Dest) {
			g.Dest = path.Join("/", exec.GetMeta().GetCwd(), g.Dest)
		}
		s.mounts = append(s.mounts, g)
	}
	return s
}

// container makes one out of a state; more is mounted on top.
func (h *Hold) container(ctx context.Context, s state, more ...gateway.Mount) (gateway.Container, error) {
	if h.isOver() {
		return nil, ErrOver
	}
	req := gateway.NewContainerRequest{
		Mounts:   append(append([]gateway.Mount{}, s.mounts...), more...),
		Hostname: h.step.hostname, NetMode: h.step.network, ExtraHosts: h.step.hosts, Platform: h.step.platform,
	}
	c, err := h.gw.NewContainer(ctx, req)
	if err == nil {
		return c, nil
	}
	return nil, h.refused(err)
}

// refused puts into words why the engine makes no container.
func (h *Hold) refused(err error) error {
	switch {
	case h.isOver():
		return ErrOver
	case strings.Contains(err.Error(), "gateway.exec"):
		return fmt.Errorf("this engine can't open a shell in a build; use the embedded engine (--engine embedded) or a newer BuildKit")
	}
	return fmt.Errorf("opening a container: %w", err)
}
