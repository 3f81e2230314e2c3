package podman

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/inspect/source/docker"
)

// service is a process that serves Podman's API to us alone.
type service struct {
	cmd    *exec.Cmd
	dir    string
	socket string
	ended  chan struct{} // closed when the process has ended
	said   bytes.Buffer  // what it printed; to be read when it has ended
}

// patience is how long the service may take to listen.
const patience = 10 * time.Second

// idle is after how long without a question the service ends by itself, whatever
// becomes of us. As long as we are there, it is asked something now and then.
const idle = time.Minute

// start starts the service and waits until it listens.
func start(ctx context.Context, program string) (*service, error) {
	dir, err := os.MkdirTemp(os.Getenv("XDG_RUNTIME_DIR"), "stagedive-podman-")
	if err != nil {
		dir, err = os.MkdirTemp("", "stagedive-podman-")
	}
	if err != nil {
		return nil, err
	}
	s := &service{dir: dir, socket: filepath.Join(dir, "podman.sock"), ended: make(chan struct{})}
	s.cmd = exec.Command(program, "system", "service", "--time", strconv.Itoa(int(idle.Seconds())), "unix://"+s.socket)
	s.cmd.Stdout, s.cmd.Stderr = &s.said, &s.said
	if err := s.cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	if err := s.wait(ctx); err != nil {
		s.stop()
		return nil, err
	}
	go s.keep()
	return s, nil
}

// keep keeps the service from ending for want of questions: a person may look at an
// image for long before a file of it is asked for.
func (s *service) keep() {
	tick := time.NewTicker(idle / 4)
	defer tick.Stop()
	for {
		select {
		case <-s.ended:
			return
		case <-tick.C:
			s.ping()
		}
	}
}

// ping asks whether the service is there.
func (s *service) ping() {
	c, err := net.Dial("unix", s.socket)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(idle / 4))
	if _, err := io.WriteString(c, "GET /_ping HTTP/1.0\r\n\r\n"); err == nil {
		_, _ = io.Copy(io.Discard, c)
	}
}

// wait returns when the service listens.
func (s *service) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.Dial("unix", s.socket); err == nil {
			return c.Close()
		}
		select {
		case <-s.ended:
			last := strings.TrimSpace(s.said.String())
			if i := strings.LastIndexByte(last, '\n'); i >= 0 {
				last = last[i+1:]
			}
			return fmt.Errorf("it ended: %s", last)
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// stop ends the service.
func (s *service) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case <-s.ended:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
	os.RemoveAll(s.dir)
}

// owned is an image that brought its service along.
type owned struct {
	*docker.Saved
	s *service
}

// Close implements source.Source.
func (o *owned) Close() error {
	err := o.Saved.Close()
	o.s.stop()
	return err
}
