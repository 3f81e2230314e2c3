//go:build linux

package embedded

import (
	"fmt"

	ctdsnapshots "github.com/containerd/containerd/v2/core/snapshots"
	"github.com/containerd/containerd/v2/plugins/snapshots/native"
	"github.com/containerd/containerd/v2/plugins/snapshots/overlay"
	"github.com/containerd/containerd/v2/plugins/snapshots/overlay/overlayutils"
	fuseoverlayfs "github.com/containerd/fuse-overlayfs-snapshotter/v2"
	"github.com/moby/buildkit/util/bklog"
	"github.com/moby/buildkit/worker/runc"
)

// chooseSnapshotter makes what name asks for. "auto" takes the first that works
// under root of overlayfs, fuse-overlayfs and native, which copies everything
// but works everywhere.
func chooseSnapshotter(name, root string) (runc.SnapshotterFactory, error) {
	if name == "auto" {
		name = detectSnapshotter(root)
	}
	f := runc.SnapshotterFactory{Name: name}
	switch name {
	case "native":
		f.New = native.NewSnapshotter
	case "overlayfs":
		f.New = func(dir string) (ctdsnapshots.Snapshotter, error) {
			return overlay.NewSnapshotter(dir, overlay.AsynchronousRemove)
		}
	case "fuse-overlayfs":
		f.New = func(dir string) (ctdsnapshots.Snapshotter, error) {
			return fuseoverlayfs.NewSnapshotter(dir)
		}
	default:
		return f, fmt.Errorf("choosing a snapshotter: %q is not one of auto, overlayfs, fuse-overlayfs, native; correct worker.oci.snapshotter in the engine's configuration", name)
	}
	return f, nil
}

func detectSnapshotter(root string) string {
	overlayErr := overlayutils.Supported(root)
	if overlayErr == nil {
		return "overlayfs"
	}
	fuseErr := fuseoverlayfs.Supported(root)
	if fuseErr == nil {
		return "fuse-overlayfs"
	}
	bklog.L.Warnf("using the slow native snapshotter: overlayfs: %v; fuse-overlayfs: %v", overlayErr, fuseErr)
	return "native"
}
