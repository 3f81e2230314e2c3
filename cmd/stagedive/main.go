// Command stagedive dives into every stage of a container build.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"

	"github.com/stagedive/stagedive/buildgraph/solve"
)

func main() {
	collectLate()
	solve.LibraryLog(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), ending()...)
	code := run(ctx, os.Args[1:], system())
	stop()
	os.Exit(code)
}

// run is the whole program with its surroundings passed in. It returns the exit
// code (docs/exit-codes.md).
func run(ctx context.Context, args []string, env environment) int {
	root := newRootCmd(env)
	root.SetArgs(args)
	root.SetIn(env.stdin)
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	return say(env.stderr, root.ExecuteContext(ctx))
}
