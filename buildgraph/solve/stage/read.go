package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model/sanitize"
)

// chunk is how much of a file is asked for at a time: the engine sends no message
// above 16 MiB.
const chunk = 4 << 20

// file is a file of a stage, read from its beginning to its end.
type file struct {
	ctx  context.Context
	ref  gateway.Reference
	path string
	at   int64
	size int64  // as it was told; what comes beyond it is not read
	rest []byte // read, and not given out yet
}

// Open opens the file at a path, as it is after a layer, and tells its size. The
// path is a tree's RawPath; links on the way stay within the stage.
func (s *Stage) Open(ctx context.Context, layer int, path string) (io.Reader, int64, error) {
	ref, err := s.ref(layer)
	if err != nil {
		return nil, 0, err
	}
	st, err := ref.StatFile(ctx, gateway.StatRequest{Path: path})
	if err != nil {
		return nil, 0, s.gone(ctx, path, err)
	}
	if fs.FileMode(st.Mode)&fs.ModeType != 0 {
		return nil, 0, s.gone(ctx, path, errNoContent)
	}
	return &file{ctx: ctx, ref: ref, path: path, size: st.Size}, st.Size, nil
}

var errNoContent = errors.New("not a regular file")

// Read returns up to limit bytes of a file, and its whole size.
func (s *Stage) Read(ctx context.Context, layer int, path string, limit int64) ([]byte, int64, error) {
	f, size, err := s.Open(ctx, layer, path)
	if err != nil {
		return nil, 0, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, 0, s.gone(ctx, path, err)
	}
	return data, size, nil
}

// ref is the file system after a layer.
func (s *Stage) ref(layer int) (gateway.Reference, error) {
	select {
	case <-s.held.Over():
		return nil, hold.ErrOver
	default:
	}
	if layer < 0 || layer >= len(s.states) || s.states[layer].Ref == nil {
		return nil, errors.New("the stage has no such file")
	}
	return s.states[layer].Ref, nil
}

// gone says plainly why a file can't be read.
func (s *Stage) gone(ctx context.Context, path string, err error) error {
	path = sanitize.Text("/" + strings.TrimLeft(path, "/"))
	select {
	case <-s.held.Over():
		return hold.ErrOver
	default:
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case strings.Contains(err.Error(), "no such file"):
		return fmt.Errorf("the stage has no file %s here", path)
	case errors.Is(err, errNoContent):
		return fmt.Errorf("%s is no file with content", path)
	}
	return fmt.Errorf("reading %s of the stage: %s", path, sanitize.Text(err.Error()))
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		if f.at >= f.size {
			return 0, io.EOF
		}
		// A small reader needs no more than it asks for, unless it goes on.
		want := min(max(int64(len(p)), 64<<10), chunk, f.size-f.at)
		if f.at > 0 {
			want = min(chunk, f.size-f.at)
		}
		data, err := f.ref.ReadFile(f.ctx, gateway.ReadRequest{Filename: f.path, Range: &gateway.FileRange{Offset: int(f.at), Length: int(want)}})
		if err != nil {
			return 0, err
		}
		if len(data) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		f.at += int64(len(data))
		f.rest = data
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
