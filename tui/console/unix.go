//go:build unix

package console

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// waiter waits for input in a way that can be ended, so that nobody is left
// behind who takes the next key. wait is false once wake has been called.
func waiter(f *os.File) (wait func() bool, wake, done func()) {
	var pipe [2]int
	if unix.Pipe(pipe[:]) != nil {
		return func() bool { return true }, func() {}, func() {}
	}
	fd := int(f.Fd())
	wait = func() bool {
		for {
			var set unix.FdSet // select, for poll knows no terminals on some systems
			set.Set(fd)
			set.Set(pipe[0])
			_, err := unix.Select(max(fd, pipe[0])+1, &set, nil, nil, nil)
			switch {
			case err == unix.EINTR:
			case err != nil || set.IsSet(pipe[0]):
				return false
			case set.IsSet(fd):
				return true
			}
		}
	}
	wake = func() { _, _ = unix.Write(pipe[1], []byte{0}) }
	done = func() { unix.Close(pipe[0]); unix.Close(pipe[1]) }
	return wait, wake, done
}

// passSignals hands signals to a process until ended: those that mean something to
// it and not to this program, which SIGINT and SIGTERM end with all it runs.
func passSignals(ended <-chan struct{}, send func(syscall.Signal) error) {
	come := make(chan os.Signal, 1)
	signal.Notify(come, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	defer signal.Stop(come)
	for {
		select {
		case sig := <-come:
			_ = send(sig.(syscall.Signal)) // it may have ended by now
		case <-ended:
			return
		}
	}
}

// watchSize calls resized whenever the terminal has another size, until ended.
func watchSize(ended <-chan struct{}, resized func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	defer signal.Stop(changed)
	for {
		select {
		case <-changed:
			resized()
		case <-ended:
			return
		}
	}
}
