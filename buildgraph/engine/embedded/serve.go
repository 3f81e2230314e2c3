//go:build linux

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/containerd/containerd/v2/defaults"
	"github.com/moby/buildkit/util/apicaps"
	"github.com/moby/buildkit/util/bklog"
	"github.com/moby/buildkit/util/grpcerrors"
	_ "github.com/moby/buildkit/util/grpcutil/encoding/proto" // the codec that buildkitd speaks: no reflection for its own messages
	"github.com/moby/buildkit/util/stack"
	"github.com/moby/buildkit/version"
	"github.com/sirupsen/logrus"
	fscopy "github.com/tonistiigi/fsutil/copy"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/stagedive/stagedive/buildgraph/engine/handshake"
	"github.com/stagedive/stagedive/buildgraph/engine/ociruntime"
)

// stopPatience is how long cancelled builds get to end before their connections
// are cut; the warden then ends what is left of them.
const stopPatience = 5 * time.Second

// Serve runs the engine until ctx ends or nobody has been connected for
// cfg.Idle. The process is its own from then on: umask, TMPDIR, PATH, the
// logger and BuildKit's package settings are changed.
func Serve(ctx context.Context, cfg Config) error { return serve(ctx, cfg, func() {}) }

func serve(ctx context.Context, cfg Config, ready func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := prepareProcess(cfg); err != nil {
		return err
	}
	settings, err := loadSettings(ctx, cfg)
	if err != nil {
		return err
	}
	if err := prepareLog(cfg, settings.Log.Level); err != nil {
		return err
	}
	runtime := make(chan string, 1)
	go func() { runtime <- describeRuntime(ctx, cfg.Runtime) }()

	w, snapshotter, err := newWorker(ctx, settings)
	if err != nil {
		return err
	}
	controller, err := newController(ctx, settings, w)
	if err != nil {
		return err
	}
	defer controller.Close()

	listener, err := listen(cfg.Socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.ChainUnaryInterceptor(logErrors, grpcerrors.UnaryServerInterceptor),
		grpc.StreamInterceptor(grpcerrors.StreamServerInterceptor),
		grpc.MaxRecvMsgSize(defaults.DefaultMaxRecvMsgSize),
		grpc.MaxSendMsgSize(defaults.DefaultMaxSendMsgSize),
	)
	healthv1.RegisterHealthServer(server, health.NewServer())
	controller.Register(server)
	g := newGate(listener, cfg.Idle, cancel)
	handshake.Register(server, &host{gate: g, done: ctx.Done(), hello: handshake.Hello{
		Protocol:    handshake.Protocol,
		BuildKit:    version.Version,
		Exe:         cfg.Exe,
		Config:      cfg.Identity,
		Snapshotter: snapshotter,
		Runtime:     <-runtime,
	}})
	served := make(chan error, 1)
	go func() { served <- server.Serve(g) }()
	ready()

	select {
	case err = <-served:
		return fmt.Errorf("serving %s: %w", cfg.Socket, err)
	case <-ctx.Done():
	}
	_ = os.Remove(cfg.Socket) // at once: who comes now starts another engine
	hard := time.AfterFunc(stopPatience, server.Stop)
	defer hard.Stop()
	server.GracefulStop()
	return nil
}

// host is the daemon to the handshake service.
type host struct {
	gate  *gate
	done  <-chan struct{}
	hello handshake.Hello
}

func (h *host) Hello() handshake.Hello { return h.hello }
func (h *host) Done() <-chan struct{}  { return h.done }
func (h *host) Retire() bool           { return h.gate.shut(1) } // the one who asks

func listen(socket string) (net.Listener, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("closing the socket to other users: %w", err)
	}
	return l, nil
}

// prepareProcess sets what BuildKit expects of the process it runs in
// (init in cmd/buildkitd/main.go and main_unix.go).
func prepareProcess(cfg Config) error {
	unix.Umask(0) // modes in snapshots are exactly those of the image
	fscopy.UmaskIsZero = true
	apicaps.ExportedProduct = "buildkit"
	version.Version = BuildKitVersion()
	stack.SetVersionInfo(version.Version, version.Revision)

	tmp := tmpDir(cfg.Root)
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return fmt.Errorf("making the engine's temporary directory: %w", err)
	}
	path := strings.Join(ociruntime.SearchDirs(os.Getenv("PATH")), string(filepath.ListSeparator))
	return errors.Join(os.Setenv("TMPDIR", tmp), os.Setenv("PATH", path))
}

func prepareLog(cfg Config, level string) error {
	logrus.SetOutput(newRotatingLog(cfg.LogPath()))
	logrus.SetFormatter(&logrus.TextFormatter{FullTimestamp: true, DisableColors: true})
	if level == "" {
		return nil
	}
	l, err := logrus.ParseLevel(level)
	if err != nil {
		return fmt.Errorf("reading log.level in %s: %w", cfg.ConfigFile, err)
	}
	logrus.SetLevel(l)
	return nil
}

func describeRuntime(ctx context.Context, path string) string {
	r := ociruntime.Runtime{Name: filepath.Base(path), Path: path}
	return strings.TrimSpace(r.Name + " " + r.Version(ctx))
}

func logErrors(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	resp, err := handle(ctx, req)
	if err != nil {
		bklog.G(ctx).Errorf("%s: %v", info.FullMethod, err)
	}
	return resp, err
}
