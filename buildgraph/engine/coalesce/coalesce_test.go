package coalesce_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stagedive/stagedive/buildgraph/engine/coalesce"
)

// line is a connection on which what is sent lies until it is read, as in a
// socket's buffer. It counts the reads.
type line struct {
	net.Conn
	mu    sync.Mutex
	some  sync.Cond
	data  bytes.Buffer
	over  bool
	reads int
}

func newLine() *line {
	l := &line{}
	l.some.L = &l.mu
	return l
}

func (l *line) send(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data.Write(p)
	l.some.Signal()
}

func (l *line) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.data.Len() == 0 && !l.over {
		l.some.Wait()
	}
	if l.over {
		return 0, io.EOF
	}
	l.reads++
	return l.data.Read(p)
}

func (l *line) Write(p []byte) (int, error) { return len(p), nil }

func (l *line) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.some.Broadcast()
	return nil
}

// A report of many small messages is read in few pieces, whole, and none of it is
// more than a twentieth of a second late.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		c := coalesce.New(l)
		const messages = 2000
		go func() {
			for i := range messages {
				l.send([]byte{byte(i)})
				time.Sleep(time.Millisecond)
			}
		}()
		buf := make([]byte, 32<<10)
		for got := 0; got < messages; {
			n, err := c.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			if buf[0] != byte(got) {
				t.Fatalf("message %d is %d", got, buf[0])
			}
			got += n
			if n > 50 {
				t.Fatalf("%d messages, a millisecond each, came at once", n)
			}
		}
		if l.reads > messages/8 {
			t.Errorf("%d messages took %d reads", messages, l.reads)
		}
	})
}

// What must not wait: the fake clock stands still when nothing sleeps.
func TestAtOnce(t *testing.T) {
	small, large := make([]byte, 50), make([]byte, 32<<10)
	for _, c := range []struct {
		name string
		step func(l *line, c net.Conn) // one exchange, in a thousand
	}{
		{"questions", func(l *line, c net.Conn) {
			_, _ = c.Write(small)
			l.send(small)
		}},
		{"a download", func(l *line, _ net.Conn) { l.send(large) }},
		{"an upload", func(l *line, c net.Conn) {
			for range 4 {
				_, _ = c.Write(large)
			}
			l.send(small)
		}},
		{"now and then", func(l *line, _ net.Conn) {
			time.Sleep(20 * time.Millisecond)
			l.send(small)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLine()
				conn := coalesce.New(l)
				buf := make([]byte, 32<<10)
				for range 1000 {
					c.step(l, conn)
					before := time.Now()
					if _, err := conn.Read(buf); err != nil {
						t.Fatal(err)
					}
					if late := time.Since(before); late > 0 {
						t.Fatalf("the answer waited %s", late)
					}
					time.Sleep(2 * time.Millisecond)
				}
			})
		})
	}
}

// Closing ends a read that waits.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine()
		c := coalesce.New(l)
		buf := make([]byte, 1)
		for range 200 {
			l.send(buf)
			if _, err := c.Read(buf); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		done := make(chan error)
		go func() {
			_, err := c.Read(buf)
			done <- err
		}()
		synctest.Wait()
		before := time.Now()
		c.Close()
		if err := <-done; err == nil || time.Since(before) > 0 {
			t.Errorf("after %s: %v", time.Since(before), err)
		}
	})
}
