package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Dirs are the directories that the embedded engine may write to. All of them
// are the user's own; they are made when needed.
type Dirs struct {
	State   string // $XDG_STATE_HOME/stagedive: cache, history, log
	Runtime string // $XDG_RUNTIME_DIR/stagedive: the socket; without one, State/run
	Temp    string // where the socket goes when Runtime is too long for it
}

// DirsFromEnv places the directories by the XDG base directory specification:
// relative values are ignored, and state is in ~/.local/state by default.
func DirsFromEnv(getenv func(string) string) Dirs {
	state := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		state = filepath.Join(getenv("HOME"), ".local", "state")
	}
	d := Dirs{State: filepath.Join(state, "stagedive"), Temp: os.TempDir()}
	if r := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(r) {
		d.Runtime = filepath.Join(r, "stagedive")
	} else {
		d.Runtime = filepath.Join(d.State, "run")
	}
	return d
}

// root is the state directory of the embedded engine.
func (d Dirs) root() string { return filepath.Join(d.State, "buildkit") }

// maxSocketPath is what fits sun_path of unix(7), with its final zero byte.
const maxSocketPath = 107

// socket is where the engine of root() listens: buildkit-HASH.sock under
// Runtime, HASH telling apart the engines of several state directories. Where
// that is longer than a socket's path may be, it is under
// Temp/stagedive-UID-HASH instead.
func (d Dirs) socket(uid int) string {
	sum := sha256.Sum256([]byte(d.root()))
	hash := hex.EncodeToString(sum[:4])
	path := filepath.Join(d.Runtime, "buildkit-"+hash+".sock")
	if len(path) <= maxSocketPath {
		return path
	}
	return filepath.Join(d.Temp, fmt.Sprintf("stagedive-%d-%s", uid, hash), "buildkit.sock")
}
