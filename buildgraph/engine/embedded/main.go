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

// engineStage marks the arguments of the warden's child.
const engineStage = "--engine"

// Main runs the hidden command that is the daemon and returns its exit code.
// The launcher calls it in new namespaces and with a pipe as ReportFD; a person
// who runs it by hand is told to leave it to stagedive.
func Main(ctx context.Context, args []string, stderr io.Writer) int {
	engine := len(args) > 0 && args[0] == engineStage
	if engine {
		args = args[1:]
	}
	cfg, err := parseArgs(args)
	if err == nil && !engine && os.Getpid() != 1 {
		err = fmt.Errorf("stagedive starts its engine itself; to run a BuildKit by hand use buildkitd and --engine")
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}

	unix.CloseOnExec(ReportFD)
	report := os.NewFile(ReportFD, "report")
	if !engine {
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
