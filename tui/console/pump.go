package console

import (
	"os"
	"sync"
)

// pump reads a terminal until it is stopped, and takes nothing that is typed
// after that.
type pump struct {
	got  chan []byte // closed at the end
	quit chan struct{}
	wake func() // ends a wait for input
	done func() // gives up what waiting needs
	wg   sync.WaitGroup
}

func newPump(f *os.File) *pump {
	p := &pump{got: make(chan []byte), quit: make(chan struct{})}
	wait, wake, done := waiter(f)
	p.wake, p.done = wake, done
	p.wg.Go(func() {
		defer close(p.got)
		buf := make([]byte, 4096)
		for wait() {
			n, err := f.Read(buf)
			if n > 0 {
				select {
				case p.got <- append([]byte(nil), buf[:n]...):
				case <-p.quit:
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
	return p
}

func (p *pump) stop() {
	close(p.quit)
	p.wake()
	p.wg.Wait()
	p.done()
}
