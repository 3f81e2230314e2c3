// Package console lends the user's terminal to a process that runs elsewhere: in
// a container of a build. What is typed goes there byte by byte, and so do the
// terminal's size and the signals of its keys; what the process writes comes to
// the screen as it is. When it is given back the terminal is as it was.
package console

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"
)

// Process is what the terminal can be lent to.
type Process interface {
	// Wait waits for its end; an error says that it was cut off.
	Wait() (code int, err error)
	// Resize tells it the size in cells.
	Resize(width, height int) error
	// Signal sends it a signal.
	Signal(syscall.Signal) error
}

// Console is a terminal that has been taken over. It is used by one goroutine.
type Console struct {
	in    io.Reader
	out   io.Writer
	file  *os.File // in, when that is a terminal
	state *term.State
	keys  *pump
	spoke chan struct{} // closed when a process has written something
	once  sync.Once
}

// ErrLeft is why a process was cut off whose user pressed the way out.
var ErrLeft = errors.New("left by the way out")

// Open takes the terminal over: keys come as they are pressed, signals of keys
// among them. Without a terminal on both sides nothing changes, and TTY says so.
func Open(in io.Reader, out io.Writer) (*Console, error) {
	c := &Console{in: in, out: out, spoke: make(chan struct{})}
	f, ok := in.(*os.File)
	o, also := out.(*os.File)
	if !ok || !also || !term.IsTerminal(int(f.Fd())) || !term.IsTerminal(int(o.Fd())) {
		return c, nil
	}
	var err error
	if c.state, err = term.MakeRaw(int(f.Fd())); err != nil {
		return nil, err
	}
	c.file = f
	c.keys = newPump(f)
	return c, nil
}

// TTY says whether there is a terminal.
func (c *Console) TTY() bool { return c.file != nil }

// Size is that of the terminal in cells; 0 without one.
func (c *Console) Size() (width, height int) {
	if c.file == nil {
		return 0, 0
	}
	if o, ok := c.out.(*os.File); ok {
		width, height, _ = term.GetSize(int(o.Fd()))
	}
	return width, height
}

// Out is where a process is to write.
func (c *Console) Out() io.Writer { return speaker{c} }

type speaker struct{ c *Console }

func (s speaker) Write(p []byte) (int, error) {
	s.c.once.Do(func() { close(s.c.spoke) })
	return s.c.out.Write(p)
}

// Text is where to write lines of one's own.
func (c *Console) Text() io.Writer {
	if c.file == nil {
		return c.out
	}
	return lines{c.out}
}

// Interruptible returns a context that ends when ^C is pressed, and what to call
// when that shall mean nothing any more. Other keys are lost until then.
func (c *Console) Interruptible(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	if c.keys == nil {
		return ctx, cancel
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case p, ok := <-c.keys.got:
				if !ok {
					return
				}
				for _, b := range p {
					if b == 0x03 || b == 0x04 {
						cancel()
					}
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return ctx, func() { cancel(); wg.Wait() }
}

// Attach starts a process with what is typed as its input, and waits for its end.
// The context it is started with ends when the user takes the way out: ~. at the
// beginning of a line, for a process that listens to nothing else.
func (c *Console) Attach(ctx context.Context, start func(ctx context.Context, in io.Reader) (Process, error)) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	defer wg.Wait()
	ended := make(chan struct{})
	defer close(ended)
	if c.keys == nil {
		p, err := start(ctx, c.in)
		if err != nil {
			return 0, err
		}
		wg.Go(func() { passSignals(ended, p.Signal) })
		return p.Wait()
	}
	r, w := io.Pipe()
	defer w.Close()
	p, err := start(ctx, r)
	if err != nil {
		r.Close()
		return 0, err
	}
	wg.Go(func() { passSignals(ended, p.Signal) })
	wg.Go(func() { c.send(w, ended, cancel) })
	resize := func() {
		if width, height := c.Size(); width > 0 {
			_ = p.Resize(width, height) // it ends with the process
		}
	}
	resize()
	wg.Go(func() { watchSize(ended, resize) })
	code, err := p.Wait()
	r.Close() // so that nothing waits for it to read on
	return code, err
}

// promptTime is how long keys wait for a process to write something, most often a
// prompt: what comes before that its terminal shows twice.
const promptTime = 2 * time.Second

// send passes keys on until the process has ended.
func (c *Console) send(w io.Writer, ended <-chan struct{}, cancel context.CancelCauseFunc) {
	select {
	case <-c.spoke:
	case <-time.After(promptTime):
	case <-ended:
		return
	}
	out := wayOut{start: true}
	for {
		select {
		case p, ok := <-c.keys.got:
			if !ok {
				return
			}
			pass, leave := out.filter(p)
			if leave {
				cancel(ErrLeft)
				return
			}
			if _, err := w.Write(pass); err != nil {
				return
			}
		case <-ended:
			return
		}
	}
}

// Close gives the terminal back. What a program has switched on in it and not off
// is switched off.
func (c *Console) Close() error {
	if c.file == nil {
		return nil
	}
	c.keys.stop()
	_, _ = io.WriteString(c.out, restore)
	return term.Restore(int(c.file.Fd()), c.state)
}

// restore is a soft reset (DECSTR), a visible cursor, and no reports of the mouse,
// of focus or of pastes.
const restore = "\x1b[!p\x1b[?25h\x1b[0m\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l"

// lines writes text to a terminal that does nothing of its own at a line's end.
type lines struct{ w io.Writer }

func (l lines) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+8)
	for _, b := range p {
		if b == '\n' {
			out = append(out, '\r')
		}
		out = append(out, b)
	}
	if _, err := l.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// wayOut finds ~. at the beginning of a line.
type wayOut struct {
	start bool // of a line
	tilde bool // held back
}

// filter returns what of the keys the process gets.
func (o *wayOut) filter(p []byte) (pass []byte, leave bool) {
	for _, b := range p {
		switch {
		case o.tilde && b == '.':
			return pass, true
		case o.tilde && b == '~':
			o.tilde = false
			pass = append(pass, '~')
			continue
		case o.tilde:
			o.tilde = false
			pass = append(pass, '~')
		case o.start && b == '~':
			o.start, o.tilde = false, true
			continue
		}
		o.start = b == '\r' || b == '\n'
		pass = append(pass, b)
	}
	return pass, false
}
