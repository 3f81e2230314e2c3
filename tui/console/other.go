//go:build !unix

package console

import (
	"os"
	"syscall"
)

// waiter cannot end a wait here: the key that ends it is lost.
func waiter(*os.File) (wait func() bool, wake, done func()) {
	return func() bool { return true }, func() {}, func() {}
}

// passSignals has none to pass on here.
func passSignals(ended <-chan struct{}, _ func(syscall.Signal) error) { <-ended }

// watchSize has nothing that tells of another size here.
func watchSize(ended <-chan struct{}, _ func()) { <-ended }
