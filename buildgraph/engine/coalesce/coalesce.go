// Package coalesce makes a connection that is talked to in many small pieces be
// read in fewer, larger ones, as network cards do with interrupts.
//
// BuildKit sends each write of each step as a message of its own. While a build
// is noisy, waking up for every one of them costs more than all that is done with
// them: half of what a client takes of the processor.
package coalesce

import (
	"net"
	"sync"
	"time"
)

// The rule: when in a window there were many reads, little of it each, and hardly
// a write, then it is a report that streams in, nobody here waits for an answer,
// and a read may wait a little. Uploads have writes, downloads have large reads,
// and questions have as many writes as reads: they are left alone.
const (
	window    = 100 * time.Millisecond
	manyReads = 10        // a window
	muchData  = 256 << 10 // bytes a window
	pause     = 40 * time.Millisecond
)

// Conn is a net.Conn whose reads wait for more to come where that hurts nobody.
type Conn struct {
	net.Conn

	mu            sync.Mutex
	since         time.Time // begin of the window
	reads, writes int
	bytes         int
	patient       bool      // as the last whole window says
	last          time.Time // read
	closed        chan struct{}
	once          sync.Once
}

// New wraps a connection.
func New(c net.Conn) *Conn { return &Conn{Conn: c, closed: make(chan struct{})} }

// Read is net.Conn's.
func (c *Conn) Read(p []byte) (int, error) {
	if d := c.wait(time.Now()); d > 0 {
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-c.closed:
			t.Stop()
		}
	}
	n, err := c.Conn.Read(p)
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn(now)
	c.reads++
	c.bytes += n
	c.last = now
	return n, err
}

// Write is net.Conn's.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.writes++
	if c.writes > manyReads { // somebody talks back: at once
		c.patient = false
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// Close is net.Conn's.
func (c *Conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// wait is how long the next read shall wait.
func (c *Conn) wait(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn(now)
	if !c.patient {
		return 0
	}
	return pause - now.Sub(c.last)
}

// turn begins a new window when the old one is over, and judges that. A patient
// connection reads once a pause: that many reads still are many.
func (c *Conn) turn(now time.Time) {
	took := now.Sub(c.since)
	if took < window {
		return
	}
	many := manyReads
	if c.patient {
		many = int(window/pause) - 1
	}
	c.patient = took < 2*window && c.reads >= many && c.writes <= c.reads/2 && c.bytes <= muchData
	c.since, c.reads, c.writes, c.bytes = now, 0, 0, 0
}
