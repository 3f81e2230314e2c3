//go:build linux

package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/moby/sys/mountinfo"
)

// sweepFiles removes what a killed engine leaves on disk: its socket, temporary
// files, bundles and mount points of containers. The caller holds the state
// directory's lock and has a mount namespace that no engine ran in: in the dead
// engine's own, these directories may still show the content of snapshots and
// of cache mounts.
func sweepFiles(cfg Config) {
	_ = os.Remove(cfg.Socket)
	left := []string{tmpDir(cfg.Root)}
	for _, pattern := range []string{"runc-*/executor/*", "runc-*/cachemounts/*"} {
		paths, _ := filepath.Glob(filepath.Join(cfg.Root, pattern))
		left = append(left, paths...)
	}
	for _, path := range left {
		// Never delete through a mount, whoever made it.
		if m, err := mountinfo.GetMounts(mountinfo.PrefixFilter(path)); err == nil && len(m) == 0 {
			_ = os.RemoveAll(path)
		}
	}
}

// tmpDir is the TMPDIR of the engine: BuildKit and runc leave mount points and
// pid files there when they are killed.
func tmpDir(root string) string { return filepath.Join(root, "tmp") }

// cgroupParent is the control group under which the containers of the engine
// at root run. Each engine has its own, so that one never sweeps another's.
func cgroupParent(root string) string {
	sum := sha256.Sum256([]byte(root))
	return "stagedive-" + hex.EncodeToString(sum[:6])
}

// sweepCgroups removes the group from every hierarchy, version 1 or 2. A
// directory of a group can be removed once no process is in it; the files in it
// cannot and need not be.
func sweepCgroups(parent string) {
	roots, _ := filepath.Glob("/sys/fs/cgroup/*/" + parent)
	roots = append(roots, filepath.Join("/sys/fs/cgroup", parent))
	for _, root := range roots {
		var dirs []string
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
		for i := len(dirs) - 1; i >= 0; i-- { // children first
			if err := syscall.Rmdir(dirs[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
				break
			}
		}
	}
}
