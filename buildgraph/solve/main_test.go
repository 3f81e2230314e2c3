//go:build linux

package solve_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/moby/buildkit/client"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/buildgraph/solve/hold/lister"
)

// theEngine is one engine for all tests of this package.
var theEngine enginetest.Shared

func TestMain(m *testing.M) {
	enginetest.BeDaemon()
	if len(os.Args) > 2 && os.Args[1] == inside && os.Args[2] == hold.ListCommand { // what is brought into containers
		if err := lister.Write(os.Stdout, os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	solve.LibraryLog(io.Discard)
	os.Exit(theEngine.Main(m))
}

// inside is how the test binary is called in a container.
const inside = "inside"

// helper is the test binary, to be brought into containers.
func helper() *hold.Helper { return hold.Self(inside, func(string) bool { return false }) }

// dial gives a real BuildKit: the embedded one, or that of BUILDKIT_HOST.
func dial(t testing.TB) *client.Client {
	t.Helper()
	return theEngine.Client(t)
}
