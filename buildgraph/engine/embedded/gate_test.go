package embedded

import (
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGateLapsesWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &pipeListener{conns: make(chan net.Conn)}
		var lapsed atomic.Bool
		g := newGate(l, time.Minute, func() { lapsed.Store(true) })
		accept := func() net.Conn {
			client, server := net.Pipe()
			t.Cleanup(func() { client.Close() })
			go func() { l.conns <- server }()
			c, err := g.Accept()
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		time.Sleep(59 * time.Second) // of the bubble's clock
		a := accept()
		b := accept()
		time.Sleep(time.Hour)
		a.Close()
		a.Close() // a second time is not a second connection
		time.Sleep(time.Hour)
		synctest.Wait()
		if lapsed.Load() {
			t.Fatal("lapsed with a connection open")
		}
		if g.shut(0) {
			t.Fatal("shut with a connection open")
		}
		b.Close()
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if lapsed.Load() {
			t.Fatal("lapsed too soon")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !lapsed.Load() {
			t.Fatal("did not lapse")
		}
		if g.shut(1) {
			t.Error("shut twice")
		}
	})
}

func TestGateRetires(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g := newGate(l, time.Hour, func() {})
	for range 2 {
		c, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first, err := g.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if !g.shut(1) {
		t.Fatal("did not shut for its only client")
	}
	done := make(chan error, 1)
	go func() { _, err := g.Accept(); done <- err }()
	l.Close()
	if err := <-done; err == nil {
		t.Error("let somebody in after it was shut")
	}
}

// pipeListener hands out the connections it is given.
type pipeListener struct{ conns chan net.Conn }

func (l *pipeListener) Accept() (net.Conn, error) { return <-l.conns, nil }
func (l *pipeListener) Close() error              { return nil }
func (l *pipeListener) Addr() net.Addr            { return &net.UnixAddr{} }
