//go:build linux

package embedded

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// The first argument tells the later lives of the daemon from the launcher's
// call: engineStage is the warden's child, rootStage the warden after it has
// become the root of its user namespace.
const (
	engineStage = "--engine"
	rootStage   = "--root-of-userns"
)

// Main runs the hidden command that is the daemon and returns its exit code.
// The launcher calls it in new namespaces and with a pipe as ReportFD; a person
// who runs it by hand is told to leave it to stagedive.
func Main(ctx context.Context, args []string, stderr io.Writer) int {
	stage := ""
	if len(args) > 0 && (args[0] == engineStage || args[0] == rootStage) {
		stage, args = args[0], args[1:]
	}
	engine := stage == engineStage
	cfg, err := parseArgs(args)
	if err == nil && !engine && os.Getpid() != 1 {
		err = fmt.Errorf("stagedive starts its engine itself; to run a BuildKit by hand use buildkitd and --engine")
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}

	if cfg.UserNS && stage == "" {
		fmt.Fprintln(stderr, becomeRoot(cfg))
		return 1
	}
	unix.CloseOnExec(ReportFD)
	report := os.NewFile(ReportFD, "report")
	if !engine {
		unix.CloseOnExec(MappedFD)
		code, err := runWarden(cfg, report)
		if err != nil {
			fmt.Fprintln(stderr, err)
			Report{Error: err.Error()}.send(report)
		}
		return code
	}

	unix.CloseOnExec(lockFD)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	if err := serve(ctx, cfg, func() { Report{Ready: true}.send(report) }); err != nil {
		fmt.Fprintln(stderr, err)
		Report{Error: err.Error()}.send(report)
		return 1
	}
	return 0
}

// becomeRoot waits until the launcher has mapped this user namespace's IDs, then
// runs this program again: only by execve(2) does its ID 0 get capabilities. It
// returns when that failed.
func becomeRoot(cfg Config) error {
	if _, err := io.Copy(io.Discard, os.NewFile(MappedFD, "mapped")); err != nil {
		return fmt.Errorf("waiting for the engine's IDs: %w", err)
	}
	if os.Getuid() != 0 {
		return fmt.Errorf("waiting for the engine's IDs: they were not mapped")
	}
	argv := append([]string{os.Args[0], os.Args[1], rootStage}, cfg.Args()...)
	return fmt.Errorf("running as the root of the user namespace: %w", syscall.Exec("/proc/self/exe", argv, os.Environ()))
}
