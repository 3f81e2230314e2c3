//go:build unix

package userland

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"
)

// terminalSize is `stty size`: rows and columns of the terminal.
func terminalSize(_ context.Context, args []string, s streams) error {
	in, ok := s.in.(*os.File)
	if len(args) != 1 || args[0] != "size" || !ok {
		fmt.Fprintln(s.err, "usage: stty size")
		return status(1)
	}
	width, height, err := term.GetSize(int(in.Fd()))
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, height, width)
	return nil
}
