// Package engine reaches a BuildKit: the embedded one, which it starts when
// needed, or one that is named by its address.
package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
	"github.com/stagedive/stagedive/buildgraph/engine/remote"
	"github.com/stagedive/stagedive/model/build"
)

// Embedded is the address of the embedded engine.
const Embedded = "embedded"

// DaemonCommand is the hidden subcommand under which the binary named by
// Options.Exe must run embedded.Main.
const DaemonCommand = "engine-daemon"

// DefaultIdle is how long the embedded engine outlives its last client.
const DefaultIdle = time.Minute

// ErrNoRuntime is what the error of Dial is when the embedded engine has no OCI
// runtime to run containers with. Its text says how to install one.
var ErrNoRuntime = ociruntime.ErrNoRuntime

// Options says which engine to use.
type Options struct {
	Address    string        // --engine or BUILDKIT_HOST; empty or "embedded" for the embedded one
	ConfigFile string        // --engine-config: a buildkitd.toml that must exist; empty for the user's, if there is one
	Exe        string        // this program (os.Executable), to run as the embedded engine
	Dirs       Dirs          // where the embedded engine keeps its things
	Idle       time.Duration // DefaultIdle when zero
	Env        []string      // the environment, as os.Environ gives it; the embedded engine inherits it
	Notify     func(text string)
}

// FromEnv fills in what the environment says: BUILDKIT_HOST, the directories,
// and STAGEDIVE_ENGINE_IDLE (a Go duration of at least a second, as in "90s").
// Flags are the caller's to put on top.
func FromEnv(environ []string) (Options, error) {
	getenv := lookup(environ)
	o := Options{
		Address: getenv("BUILDKIT_HOST"),
		Dirs:    DirsFromEnv(getenv),
		Env:     environ,
	}
	if text := getenv("STAGEDIVE_ENGINE_IDLE"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil || d < time.Second {
			return o, fmt.Errorf("reading STAGEDIVE_ENGINE_IDLE: %q is not a duration of at least a second; write it as in 90s or 5m", text)
		}
		o.Idle = d
	}
	var err error
	if o.Exe, err = os.Executable(); err != nil {
		return o, fmt.Errorf("finding this program: %w", err)
	}
	return o, nil
}

// Conn is a connection to an engine.
type Conn struct {
	Client *client.Client
	Info   build.Engine

	done  <-chan struct{}
	close func() error
	root  string // of the embedded engine's state; "" for others
}

// Contents lists the content stores (directories with blobs/ in them) of an
// engine whose files are ours to read: what lies there need not be fetched.
func (c *Conn) Contents() []string {
	if c.root == "" {
		return nil
	}
	dirs, _ := filepath.Glob(filepath.Join(c.root, "*", "content")) // the pattern is sound
	return dirs
}

// Done is closed when the embedded engine has ended under us. For an engine
// that is not ours it is nil: only its requests tell.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Close gives the engine up. The embedded one ends later, when nobody has used
// it for a while.
func (c *Conn) Close() error {
	err := c.Client.Close()
	if c.close != nil {
		err = firstError(err, c.close())
	}
	return err
}

// Dial connects to the engine that the options name and makes sure that it
// answers. It is quick when the engine runs and takes a fraction of a second
// when the embedded one must be started; ctx bounds it, not the connection.
func Dial(ctx context.Context, o Options) (*Conn, error) {
	if o.Notify == nil {
		o.Notify = func(string) {}
	}
	if o.Address == "" || o.Address == Embedded {
		return dialEmbedded(ctx, o)
	}
	c, version, err := remote.Dial(ctx, o.Address)
	if err != nil {
		return nil, err
	}
	return &Conn{Client: c, Info: build.Engine{Name: o.Address, Version: version}}, nil
}

// configFile is the buildkitd.toml to use: the one that was asked for, which
// must exist, or the user's, or the machine's for root; empty without any.
func (o Options) configFile() (string, error) {
	if o.ConfigFile != "" {
		path, err := filepath.Abs(o.ConfigFile)
		if err == nil {
			_, err = os.Stat(path)
		}
		if err != nil {
			return "", fmt.Errorf("reading the engine configuration: %w", err)
		}
		return path, nil
	}
	getenv := lookup(o.Env)
	dir := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(getenv("HOME"), ".config")
	}
	candidates := []string{filepath.Join(dir, "buildkit", "buildkitd.toml")}
	if os.Geteuid() == 0 {
		candidates = append(candidates, "/etc/buildkit/buildkitd.toml")
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); err == nil && filepath.IsAbs(path) {
			return path, nil
		}
	}
	return "", nil
}
