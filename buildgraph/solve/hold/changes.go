package hold

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	gateway "github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"

	"github.com/stagedive/stagedive/buildgraph/solve/hold/differ"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Bounds of what is asked of a container.
const (
	mostChanges = 100_000
	mostText    = 1 << 20 // bytes
)

// errNothingFailed is why there is nothing to compare.
var errNothingFailed = errors.New("only a RUN that failed has changed files to show")

// Changes are the files that the failed step added, changed and removed, by path;
// more says that there were too many to tell them all.
func (h *Hold) Changes(ctx context.Context) (changes []build.Change, more bool, err error) {
	r, w := io.Pipe()
	type read struct {
		entries []differ.Entry
		more    bool
		err     error
	}
	done := make(chan read, 1)
	go func() {
		entries, more, err := differ.Read(r, mostChanges)
		r.CloseWithError(err) // nil: the writer hears that nobody reads
		done <- read{entries, more, err}
	}()
	err = h.look(ctx, w, "changes", "/before", "/after")
	w.Close()
	got := <-done
	if err = errors.Join(err, got.err); err != nil {
		return nil, false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed = h.withoutStubs(got.entries)
	for _, e := range h.changed {
		changes = append(changes, build.Change{
			Path: sanitize.Text(e.Path), Kind: build.ChangeKind(e.Kind), Size: e.Size, Was: e.Was, Dir: e.Mode.IsDir(),
		})
	}
	return changes, got.more, nil
}

// withoutStubs leaves out the empty directories and files that the engine made to
// mount something on: the step did not.
func (h *Hold) withoutStubs(entries []differ.Entry) []differ.Entry {
	stubs := map[string]bool{"/dev": true, "/proc": true, "/sys": true, "/etc/resolv.conf": true, "/etc/hosts": true}
	for _, m := range h.root.mounts {
		for at := m.Dest; at != "/" && at != "."; at = path.Dir(at) {
			stubs[at] = true
		}
	}
	full := map[string]bool{} // directories with something in them that is no stub
	for _, e := range entries {
		if !stubs[e.Path] {
			for at := path.Dir(e.Path); at != "/" && !full[at]; at = path.Dir(at) {
				full[at] = true
			}
		}
	}
	return slices.DeleteFunc(entries, func(e differ.Entry) bool {
		return e.Kind == differ.Added && stubs[e.Path] && e.Size == 0 && !full[e.Path]
	})
}

// Text is the beginning of a file that Changes told of, by its index there: as the
// step left it, or as it was where the step removed it.
func (h *Hold) Text(ctx context.Context, index int) ([]byte, error) {
	h.mu.Lock()
	if index < 0 || index >= len(h.changed) {
		h.mu.Unlock()
		return nil, errors.New("this file is not known")
	}
	e := h.changed[index]
	h.mu.Unlock()
	root := "/after"
	if e.Kind == differ.Removed {
		root = "/before"
	}
	var out bytes.Buffer
	err := h.look(ctx, &out, "dump", root, e.Path, strconv.Itoa(mostText))
	return out.Bytes(), err
}

// look runs the helper beside both states of the failed step's files.
func (h *Hold) look(ctx context.Context, w io.Writer, args ...string) error {
	before, after := rootOf(h.before), rootOf(h.root)
	if before == nil || after == nil {
		return errNothingFailed
	}
	at := func(m gateway.Mount, dest string) gateway.Mount {
		return gateway.Mount{Dest: dest, MountType: pb.MountType_BIND, ResultID: m.ResultID, Readonly: true}
	}
	return h.beside(ctx, w, []gateway.Mount{at(*before, "/before"), at(*after, "/after")}, args)
}

// beside runs the helper in a container that has some files mounted and nothing
// else.
func (h *Hold) beside(ctx context.Context, w io.Writer, files []gateway.Mount, args []string) error {
	mount, err := h.help(ctx)
	if err != nil {
		return err
	}
	empty := state{[]gateway.Mount{{Dest: pb.RootMount, MountType: pb.MountType_BIND}}}
	ctr, err := h.container(ctx, empty, append(files, mount)...)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	proc, err := ctr.Start(ctx, gateway.StartRequest{
		Args: append(append([]string{}, h.helper.Command...), args...), Cwd: "/",
		Stdout: writeCloser{w}, Stderr: writeCloser{&said},
	})
	if err != nil {
		release(ctx, ctr)
		return h.refused(err)
	}
	code, err := (&Process{proc: proc, ctr: ctr, ctx: ctx}).Wait()
	switch {
	case err != nil:
		return err
	case code != 0:
		return fmt.Errorf("looking at the step's files: %s", sanitize.Text(strings.TrimSpace(said.String())))
	}
	return nil
}

// rootOf is the root among mounts; nil when there are none.
func rootOf(s state) *gateway.Mount {
	for i := range s.mounts {
		if s.mounts[i].Dest == pb.RootMount {
			return &s.mounts[i]
		}
	}
	return nil
}
