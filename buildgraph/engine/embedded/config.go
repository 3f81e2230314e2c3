// Package embedded is BuildKit's daemon inside the stagedive binary: the OCI
// worker, the built-in frontends, the cache and history stores and the gRPC
// services, wired as cmd/buildkitd of the same version wires them, and the life
// cycle around them that a daemon started on demand needs.
//
// It runs in two processes, both of this binary. The warden is the first
// process of a PID namespace and a mount namespace of their own; the engine is
// its child. Whatever becomes of either, the kernel ends every container and
// drops every mount when the warden is gone.
package embedded

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Config says where a daemon lives and what it uses.
type Config struct {
	Root       string        // state directory, absolute, exists; nothing else is in it
	Socket     string        // unix socket to listen on, absolute, at most 107 bytes
	ConfigFile string        // buildkitd.toml; empty for none
	Runtime    string        // OCI runtime binary, absolute
	Idle       time.Duration // ends after this long without a connection; at least a second
	Exe        string        // identity of the binary, as told in the handshake
	Identity   string        // digest of the configuration, as told in the handshake
	UserNS     bool          // runs as the root of a user namespace
}

// LogName is the log's name under Root.
const LogName = "engine.log"

// LogPath is the file that the daemon logs to.
func (c Config) LogPath() string { return filepath.Join(c.Root, LogName) }

func (c *Config) flags() *flag.FlagSet {
	f := flag.NewFlagSet("engine-daemon", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.Root, "root", "", "")
	f.StringVar(&c.Socket, "socket", "", "")
	f.StringVar(&c.ConfigFile, "config", "", "")
	f.StringVar(&c.Runtime, "runtime", "", "")
	f.DurationVar(&c.Idle, "idle", time.Minute, "")
	f.StringVar(&c.Exe, "exe", "", "")
	f.StringVar(&c.Identity, "identity", "", "")
	f.BoolVar(&c.UserNS, "userns", false, "")
	return f
}

// Args are the arguments that make Main run c.
func (c Config) Args() []string {
	return []string{
		"--root=" + c.Root,
		"--socket=" + c.Socket,
		"--config=" + c.ConfigFile,
		"--runtime=" + c.Runtime,
		"--idle=" + c.Idle.String(),
		"--exe=" + c.Exe,
		"--identity=" + c.Identity,
		fmt.Sprintf("--userns=%t", c.UserNS),
	}
}

func parseArgs(args []string) (Config, error) {
	var c Config
	f := c.flags()
	if err := f.Parse(args); err != nil {
		return c, fmt.Errorf("reading the engine's arguments: %w", err)
	}
	switch {
	case f.NArg() > 0:
		return c, fmt.Errorf("reading the engine's arguments: unexpected %q", f.Arg(0))
	case !filepath.IsAbs(c.Root), !filepath.IsAbs(c.Socket), !filepath.IsAbs(c.Runtime):
		return c, fmt.Errorf("reading the engine's arguments: --root, --socket and --runtime must be absolute paths")
	case c.Idle < time.Second:
		return c, fmt.Errorf("reading the engine's arguments: --idle must be at least a second")
	}
	return c, nil
}

// Report is the one JSON document that a starting daemon writes to ReportFD:
// that it listens, or why it could not start.
type Report struct {
	Ready bool   `json:"ready"`
	Error string `json:"error,omitempty"`
}

// ReportFD is the file descriptor that the daemon reports on. MappedFD is one
// that ends when the warden's user namespace has its IDs. lockFD is the one
// through which the engine shares the warden's lock of the state directory.
const (
	ReportFD = 3
	MappedFD = 4
	lockFD   = 4
)

func (r Report) send(w *os.File) {
	// Whoever started the daemon may be gone; that is no reason to stop.
	_ = json.NewEncoder(w).Encode(r)
	_ = w.Close()
}
