package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// program is the path of the program under test: this test binary under the
// program's name, which then is the program (TestMain). So the tests run what
// main does in processes of its own, the embedded engine among them, and the race
// detector watches those too.
var program string

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "stagedive" {
		main()
		return
	}
	if len(os.Args) > 2 && os.Args[1] == measureCommand {
		os.Exit(runMeasured(os.Args[2:]))
	}
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "stagedive-bin-")
	if err == nil {
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "stagedive")
		err = copyTo(program)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "giving the program its name:", err)
		return 1
	}
	return m.Run()
}

// copyTo puts this test binary elsewhere. A link would not do: the program asks
// for its own path to run itself as the engine, and would be given the test's.
func copyTo(path string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, err := os.Open(self)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
