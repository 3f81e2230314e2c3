package scan_test

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// zerosBomb is a gzipped layer of some megabytes with one file of 4 GB: gzip members
// may follow one another, so it takes no time to make.
func zerosBomb(t testing.TB) []byte {
	const member, members = 16 << 20, 256
	var head bytes.Buffer
	if err := tar.NewWriter(&head).WriteHeader(&tar.Header{Name: "zeros", Mode: 0o644, Size: member * members}); err != nil {
		t.Fatal(err)
	}
	return append(gz(t, head.Bytes()), bytes.Repeat(gz(t, make([]byte, member)), members)...)
}

// TestBomb: a small layer that unpacks to much more is left early, with a sentence;
// its file is in the tree.
func TestBomb(t *testing.T) {
	bomb := zerosBomb(t)
	var most atomic.Int64
	layers, err := scan.Scan(context.Background(), of(bomb), scan.Options{Progress: func(p scan.Progress) { most.Store(p.Bytes) }})
	if err != nil {
		t.Fatal(err)
	}
	l := layers[0]
	if len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "many times its size") {
		t.Errorf("problems %q", l.Problems)
	}
	if limit := int64(100*len(bomb) + 512<<20); most.Load() > limit || paths(l.Tree) != "/zeros" {
		t.Errorf("%d bytes read, %d allowed; tree %s", most.Load(), limit, paths(l.Tree))
	}
}

// Zeros that a real image may hold, a new database file for example, are no bomb.
func TestZerosAreNoBomb(t *testing.T) {
	l := one(t, of(gz(t, pack(t, tar.Header{Name: "db", Size: 64 << 20}))))
	if len(l.Problems) > 0 || l.Size != 64<<20 {
		t.Errorf("%d bytes, problems %q", l.Size, l.Problems)
	}
}

// counter counts what it is shown.
type counter struct{ entries atomic.Int64 }

func (c *counter) Kind() string     { return "counter" }
func (c *counter) Begin() scan.Sink { return sinkOf{c} }

type sinkOf struct{ *counter }

func (s sinkOf) Entry(scan.File) int64              { s.entries.Add(1); return 0 }
func (s sinkOf) Content(scan.File, io.Reader) error { return nil }
func (s sinkOf) Notes() []byte                      { return nil }

// TestManyEntries: the layers of an image share the memory; what finds no room is
// counted, and not shown to detectors either, as they keep notes.
func TestManyEntries(t *testing.T) {
	const memory, entries = 1 << 20, 20_000
	for name, path := range map[string]func(layer, i int) string{
		"files":      func(layer, i int) string { return fmt.Sprintf("d/%d-%d", layer, i) },
		"one file":   func(int, int) string { return "again" },
		"deep paths": func(layer, i int) string { return fmt.Sprintf("%d/%d/%s", layer, i, strings.Repeat("a/", 60)+"f") },
	} {
		t.Run(name, func(t *testing.T) {
			var blobs [][]byte
			for layer := range 2 {
				var headers []tar.Header
				for i := range entries {
					headers = append(headers, tar.Header{Name: path(layer, i)})
				}
				blobs = append(blobs, pack(t, headers...))
			}
			c := &counter{}
			layers, err := scan.Scan(context.Background(), of(blobs...), scan.Options{Detectors: []scan.Detector{c}, Memory: memory})
			if err != nil {
				t.Fatal(err)
			}
			var nodes, told int
			for _, l := range layers {
				nodes += l.Tree.Len()
				if strings.Contains(strings.Join(l.Problems, "\n"), "the image holds more than can be shown") {
					told++
				}
			}
			if told == 0 || nodes > memory/100 || c.entries.Load() > memory/64 {
				t.Errorf("%d nodes, %d entries shown, told of in %d layers", nodes, c.entries.Load(), told)
			}
		})
	}
}

func TestRoomIsEnough(t *testing.T) {
	layers, err := scan.Scan(context.Background(), of(pack(t, tar.Header{Name: "a"}, tar.Header{Name: "b"})), scan.Options{Memory: 1 << 20})
	if err != nil || len(layers[0].Problems) > 0 || layers[0].Tree.Len() != 3 {
		t.Errorf("%+v, %v", layers, err)
	}
	var none *image.Room
	if none.Full() || !none.Take(1) {
		t.Error("no Room is to be without end")
	}
}
