package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// measureCommand makes the test binary run a program and tell what it used.
const measureCommand = "test-measure"

// used is what a program took.
type used struct {
	Code   int
	CPU    time.Duration // of all threads together, so that a busy machine does not count
	Memory int64         // bytes, the most at one time
}

// measured runs a command and returns what it used. A process between this one and
// the command keeps Linux from counting our own memory as the command's: a child
// begins with its parent's peak (getrusage(2), ru_maxrss).
func measured(t testing.TB, cmd *exec.Cmd) used {
	t.Helper()
	return measuredWithin(t, cmd, patience)
}

// measuredWithin is measured with a patience of its own.
func measuredWithin(t testing.TB, cmd *exec.Cmd, patience time.Duration) used {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Args = append([]string{self, measureCommand, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = self
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	var u used
	decoding := json.NewDecoder(r).Decode(&u)
	_ = cmd.Wait() // what it used tells
	if !late.Stop() {
		t.Fatalf("it does not end")
	}
	if decoding != nil {
		t.Fatalf("measuring: %v", decoding)
	}
	return u
}

// runMeasured is measureCommand.
func runMeasured(args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run() // the code tells
	if cmd.ProcessState == nil {
		return 1
	}
	use, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	err := json.NewEncoder(os.NewFile(3, "usage")).Encode(used{
		Code: cmd.ProcessState.ExitCode(), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Memory: use.Maxrss << 10,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
