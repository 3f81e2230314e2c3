//go:build !linux

package embedded

import (
	"context"
	"fmt"
	"io"
)

// Main says that the engine runs on Linux only.
func Main(_ context.Context, _ []string, stderr io.Writer) int {
	fmt.Fprintln(stderr, "the embedded engine runs on Linux only")
	return 2
}
