package remote

import (
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// lastWords is the connection through a helper command. Writing to a command
// that has ended gives "broken pipe", or "file already closed" while a reader is
// clearing up after it; reading from it gives what it said, which is what the
// user needs.
type lastWords struct {
	net.Conn
	once sync.Once
	over chan struct{} // closed when a Read has failed
	said error         // of that Read
}

func newLastWords(c net.Conn) *lastWords { return &lastWords{Conn: c, over: make(chan struct{})} }

// saidTime bounds how long a failed Write waits for a Read that is under way: it
// has only to gather what the ended command left.
const saidTime = time.Second

// Read is net.Conn's.
func (c *lastWords) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.once.Do(func() {
			c.said = err
			close(c.over)
		})
	}
	return n, err
}

// Write is net.Conn's.
func (c *lastWords) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	switch {
	case errors.Is(err, syscall.EPIPE):
		if _, said := c.Conn.Read(make([]byte, 1)); said != nil && !errors.Is(said, os.ErrClosed) {
			return n, said
		}
	case !errors.Is(err, os.ErrClosed):
		return n, err
	}
	select {
	case <-c.over:
		if !errors.Is(c.said, os.ErrClosed) {
			err = c.said
		}
	case <-time.After(saidTime):
	}
	return n, err
}

// helper is the command that BuildKit's client reaches a scheme through.
func helper(scheme string) string {
	switch scheme {
	case "docker-container":
		return "docker"
	case "podman-container":
		return "podman"
	case "kube-pod":
		return "kubectl"
	case "ssh":
		return "ssh"
	}
	return ""
}
