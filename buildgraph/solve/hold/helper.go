package hold

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"
)

// Helper is a program that is brought into containers: as a shell for images that
// have none, and to see what a step changed.
type Helper struct {
	Files        []HelperFile
	Command      []string          // how it is called inside; its files lie in HelperDir
	Has          func(string) bool // whether it can stand in for a command
	Architecture string            // GOARCH
}

// HelperFile is a file of this machine that the helper consists of.
type HelperFile struct{ Name, Path string }

// HelperDir is where a helper's files lie in a container, for reading only.
const HelperDir = "/.stagedive"

// HelperLocal is the name under which a build's session serves a helper's files.
const HelperLocal = "stagedive-helper"

// HelperVertex is the name of the vertex that fetches them. It is no part of the
// build.
const HelperVertex = "[stagedive] bring a helper along"

// Walk implements fsutil.FS.
func (p *Helper) Walk(_ context.Context, target string, fn fs.WalkDirFunc) error {
	target = strings.TrimPrefix(target, "/")
	byName := func(a, b HelperFile) int { return strings.Compare(a.Name, b.Name) }
	for _, f := range slices.SortedFunc(slices.Values(p.Files), byName) {
		if target != "" && target != f.Name {
			continue
		}
		info, err := os.Stat(f.Path)
		if err != nil {
			return err
		}
		// Size and time tell the engine whether it has this one.
		st := &fstypes.Stat{Path: f.Name, Mode: 0o555, Size: info.Size(), ModTime: info.ModTime().UnixNano()}
		if err := fn(f.Name, &fsutil.DirEntryInfo{Stat: st}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Open implements fsutil.FS.
func (p *Helper) Open(name string) (io.ReadCloser, error) {
	for _, f := range p.Files {
		if f.Name == name {
			return os.Open(f.Path)
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// errNoHelper is why nothing can be brought along.
var errNoHelper = errors.New("no program can be brought into the container")

// help makes the mount of the helper, which the engine fetches when it has not
// got it.
func (h *Hold) help(ctx context.Context) (gateway.Mount, error) {
	if h.helper == nil {
		return gateway.Mount{}, errNoHelper
	}
	return h.helper.Mount(ctx, h.gw, h.architecture())
}

// Mount makes the mount of the helper in a session that serves it, for a container of an
// architecture (GOARCH).
func (p *Helper) Mount(ctx context.Context, gw gateway.Client, arch string) (gateway.Mount, error) {
	if arch != p.Architecture {
		return gateway.Mount{}, fmt.Errorf("the image is for %s, and what stagedive could bring along for %s only", arch, p.Architecture)
	}
	def, err := llb.Local(HelperLocal, llb.SharedKeyHint(HelperLocal), llb.WithCustomName(HelperVertex)).Marshal(ctx)
	if err != nil {
		return gateway.Mount{}, err
	}
	res, err := gw.Solve(ctx, gateway.SolveRequest{Definition: def.ToPB(), Evaluate: true})
	if err != nil {
		return gateway.Mount{}, fmt.Errorf("bringing a helper along: %w", err)
	}
	ref, err := res.SingleRef()
	return gateway.Mount{Dest: HelperDir, MountType: pb.MountType_BIND, Ref: ref, Readonly: true}, err
}

// architecture is what the containers run.
func (h *Hold) architecture() string {
	if p := h.step.platform; p.GetArchitecture() != "" {
		return p.GetArchitecture()
	}
	return Architecture(h.gw)
}

// Architecture is what an engine's containers run where nothing is said; "" unknown.
func Architecture(gw gateway.Client) string {
	for _, w := range gw.BuildOpts().Workers {
		for _, p := range w.Platforms {
			return p.Architecture
		}
	}
	return ""
}
