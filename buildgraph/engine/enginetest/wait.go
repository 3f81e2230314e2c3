package enginetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Patience bounds every wait for an engine. It is for machines that are busy: nothing is
// measured by it.
const Patience = time.Minute

// Eventually waits until a condition holds, looking again and again: for what happens in
// other processes, which tell nobody.
func Eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(Patience); !cond(); <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// Running says whether some process of this machine was called so, with its arguments.
func Running(args ...string) bool {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range all {
		if line, err := os.ReadFile(name); err == nil && strings.Contains(string(line), strings.Join(args, "\x00")) {
			return true
		}
	}
	return false
}
