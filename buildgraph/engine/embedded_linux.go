package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net"
	"os"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/cmd/buildkitd/config"

	"github.com/stagedive/stagedive/buildgraph/engine/coalesce"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
	"github.com/stagedive/stagedive/buildgraph/engine/launch"
	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
	"github.com/stagedive/stagedive/model/build"
)

func dialEmbedded(ctx context.Context, o Options) (*Conn, error) {
	spec, err := o.spec()
	if err != nil {
		return nil, err
	}
	lease, err := launch.Get(ctx, spec)
	if err != nil {
		return nil, err
	}
	socket := spec.Daemon.Socket
	dialer := func(ctx context.Context, _ string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err != nil {
			return nil, err
		}
		return coalesce.New(c), nil
	}
	c, err := client.New(ctx, "unix://"+socket, client.WithContextDialer(dialer))
	if err != nil {
		lease.Close()
		return nil, fmt.Errorf("connecting to the embedded engine: %w", err)
	}
	hello := lease.Hello
	return &Conn{
		Client: c,
		Info:   build.Engine{Name: Embedded, Version: hello.BuildKit, Detail: hello.Runtime + ", " + hello.Snapshotter},
		done:   lease.Done(),
		close:  lease.Close,
		root:   o.Dirs.root(),
	}, nil
}

// spec says what daemon the options ask for. It reads files and starts nothing.
func (o Options) spec() (launch.Spec, error) {
	configFile, err := o.configFile()
	if err != nil {
		return launch.Spec{}, err
	}
	identity := sha256.New()
	override, err := readConfig(identity, configFile)
	if err != nil {
		return launch.Spec{}, err
	}
	getenv := lookup(o.Env)
	osRelease, _ := os.ReadFile("/etc/os-release")
	runtime, err := ociruntime.Find(ociruntime.Search{Override: override, Dirs: ociruntime.SearchDirs(getenv("PATH")), OSRelease: string(osRelease)})
	if err != nil {
		return launch.Spec{}, err
	}
	fmt.Fprintln(identity, runtime.Path)
	for _, key := range proxyVariables() {
		fmt.Fprintln(identity, key, getenv(key))
	}
	exe, err := exeIdentity(o.Exe)
	if err != nil {
		return launch.Spec{}, err
	}
	idle := o.Idle
	if idle == 0 {
		idle = DefaultIdle
	}
	return launch.Spec{
		Exe:     o.Exe,
		Command: []string{DaemonCommand},
		Env:     o.Env,
		Notify:  o.Notify,
		Daemon: embedded.Config{
			Root:       o.Dirs.root(),
			Socket:     o.Dirs.socket(os.Geteuid()),
			ConfigFile: configFile,
			Runtime:    runtime.Path,
			Idle:       idle,
			Exe:        exe,
			Identity:   hex.EncodeToString(identity.Sum(nil)[:8]),
		},
	}, nil
}

// readConfig adds the file's content to the identity and returns the OCI
// runtime that it names.
func readConfig(identity hash.Hash, path string) (runtime string, err error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the engine configuration: %w", err)
	}
	identity.Write(text)
	settings, err := config.LoadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the engine configuration %s: %w", path, err)
	}
	return settings.Workers.OCI.Binary, nil
}

// proxyVariables change how the engine reaches registries, so that runs which
// differ in them cannot share one.
func proxyVariables() []string {
	return []string{
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
		"http_proxy", "https_proxy", "no_proxy", "all_proxy",
		"SSL_CERT_FILE", "SSL_CERT_DIR",
	}
}

// exeIdentity tells two builds of the program apart without reading them.
func exeIdentity(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("finding the program to run as engine: %w", err)
	}
	return fmt.Sprintf("%d-%d", st.Size(), st.ModTime().UnixNano()), nil
}
