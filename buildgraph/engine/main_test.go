//go:build linux

package engine_test

import (
	"context"
	"os"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine"
	"github.com/stagedive/stagedive/buildgraph/engine/embedded"
)

// TestMain lets the test binary be the daemon, as the stagedive binary is, and
// the client that some tests kill.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case engine.DaemonCommand:
			os.Exit(embedded.Main(context.Background(), os.Args[2:], os.Stderr))
		case buildCommand:
			os.Exit(buildAndWait(os.Args[2:]))
		}
	}
	os.Exit(m.Run())
}
