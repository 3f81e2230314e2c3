package embedded

import (
	"net"
	"sync"
	"time"
)

// gate is a listener that counts its open connections and calls onIdle once,
// after there were none for the idle time.
type gate struct {
	net.Listener
	idle   time.Duration
	onIdle func()

	mu     sync.Mutex
	open   int
	closed bool
	timer  *time.Timer
}

func newGate(l net.Listener, idle time.Duration, onIdle func()) *gate {
	g := &gate{Listener: l, idle: idle, onIdle: onIdle}
	g.timer = time.AfterFunc(idle, g.lapse)
	return g
}

// Accept waits for the next connection and counts it.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g.enter() {
			return &gatedConn{Conn: c, leave: g.leave}, nil
		}
		c.Close() // too late: we are leaving, and the client starts another
	}
}

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.open++
	g.timer.Stop()
	return true
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open--; g.open == 0 && !g.closed {
		g.timer.Reset(g.idle)
	}
}

func (g *gate) lapse() { g.shut(0) }

// shut closes the gate if at most max connections are open, and says whether it
// did. Nobody comes in any more after it.
func (g *gate) shut(max int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open > max || g.closed {
		return false
	}
	g.closed = true
	g.timer.Stop()
	g.onIdle()
	return true
}

// gatedConn tells the gate when it is closed, once.
type gatedConn struct {
	net.Conn
	once  sync.Once
	leave func()
}

func (c *gatedConn) Close() error {
	c.once.Do(c.leave)
	return c.Conn.Close()
}
