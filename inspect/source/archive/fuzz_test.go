package archive

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stagedive/stagedive/inspect/hostile"
	"github.com/stagedive/stagedive/inspect/source"
)

// FuzzOpen: whatever the bytes of a file, opening it as an archive ends, and so does
// reading what it calls its layers; the same of a stream.
func FuzzOpen(f *testing.F) {
	for _, c := range hostile.Cases() {
		if c.Family != "archive" || c.Large {
			continue
		}
		path, err := c.Write(f.TempDir())
		if err != nil {
			f.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > 32<<10 {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	file := filepath.Join(f.TempDir(), "image.tar")
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx := context.Background()
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		src, err := Open(ctx, file, source.Pick{})
		if err != nil {
			return
		}
		defer src.Close()
		if s, ok := src.(source.Stream); ok && s.Each(ctx, drain) != nil {
			return
		}
		s := NewStream("reading", source.Pick{}, "", func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
		_ = s.Each(ctx, drain)
		for i := range src.Image().Layers {
			src.Identity(i)
			rc, err := src.Open(ctx, i)
			if err != nil {
				continue
			}
			_ = drain("", rc)
			rc.Close()
		}
	})
}

// drain reads to the end, or further than any input here is long.
func drain(_ string, r io.Reader) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, 1<<30))
	if n == 1<<30 {
		panic("a layer without end")
	}
	return err
}
