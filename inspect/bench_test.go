package inspect_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/model/image"
)

// The image of the benchmark: its layers' shares of files and whether they are
// gzipped.
var benchLayers = []struct {
	files int
	gzip  bool
}{{9000, true}, {6000, true}, {6000, false}, {4000, true}, {3000, true}, {2000, false}}

// benchBytes is what all its files hold together.
const benchBytes = 300 << 20

// BenchmarkInspect opens an OCI archive whole, trees and checksums and all, and
// prints how many times as long that takes as bare decompression of the same
// layers on the same CPUs. The goal is 1.25 at most.
func BenchmarkInspect(b *testing.B) {
	file, layers := benchArchive(b)
	var ours, bare, oursCPU, bareCPU time.Duration
	var im *image.Image
	for b.Loop() {
		start, cpu := time.Now(), cpuTime()
		res, err := inspect.Inspect(context.Background(), file, inspect.Options{})
		if err != nil {
			b.Fatal(err)
		}
		ours, oursCPU = ours+time.Since(start), oursCPU+cpuTime()-cpu
		im = res.Image
		start, cpu = time.Now(), cpuTime()
		decompress(b, file, layers)
		bare, bareCPU = bare+time.Since(start), bareCPU+cpuTime()-cpu
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var nodes int
	for i := range im.Layers {
		nodes += im.Layers[i].Tree.Len()
		if p := im.Layers[i].Problems; len(p) > 0 {
			b.Fatal(p)
		}
		im.Layers[i].Tree = nil
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(ours)/float64(bare), "ratio")
	b.ReportMetric(float64(oursCPU)/float64(bareCPU), "cpu-ratio")
	b.ReportMetric(float64(before.HeapAlloc-after.HeapAlloc)/float64(nodes), "B/node")
	b.ReportMetric(float64(ours.Milliseconds())/float64(b.N), "ms/inspect")
	b.ReportMetric(0, "ns/op")
}

// cpuTime is what the process has used so far: on a busy machine its ratio says
// more than the wall clock's.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// place is where a layer lies in the archive.
type place struct {
	offset, size int64
	gzip         bool
}

// decompress is the floor: every layer's bytes unpacked and thrown away, as many
// layers at a time as there are CPUs.
func decompress(b *testing.B, file string, layers []place) {
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, l := range layers {
		g.Go(func() error {
			var r io.Reader = io.NewSectionReader(f, l.offset, l.size)
			if l.gzip {
				z, err := gzip.NewReader(r)
				if err != nil {
					return err
				}
				r = z
			}
			_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, make([]byte, 256<<10))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
}

// benchArchive writes the image: half text, half noise, sizes as in real trees.
func benchArchive(b *testing.B) (string, []place) {
	name := filepath.Join(b.TempDir(), "image.tar")
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	out := tar.NewWriter(f)
	var places []place
	put := func(name string, data []byte) int64 {
		if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			b.Fatal(err)
		}
		at, _ := f.Seek(0, io.SeekCurrent)
		if _, err := out.Write(data); err != nil {
			b.Fatal(err)
		}
		return at
	}
	cfg := v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}}
	m := v1.Manifest{SchemaVersion: 2, MediaType: types.OCIManifestSchema1}
	for i, l := range benchLayers {
		raw := benchLayer(i, l.files)
		blob := raw
		media := types.OCIUncompressedLayer
		if l.gzip {
			var z bytes.Buffer
			w, _ := gzip.NewWriterLevel(&z, gzip.DefaultCompression)
			w.Write(raw)
			w.Close()
			blob, media = z.Bytes(), types.OCILayer
		}
		h := digest(blob)
		places = append(places, place{put("blobs/sha256/"+h.Hex, blob), int64(len(blob)), l.gzip})
		cfg.RootFS.DiffIDs = append(cfg.RootFS.DiffIDs, digest(raw))
		m.Layers = append(m.Layers, v1.Descriptor{MediaType: media, Size: int64(len(blob)), Digest: h})
	}
	document := func(v any) v1.Hash {
		raw, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		put("blobs/sha256/"+digest(raw).Hex, raw)
		return digest(raw)
	}
	m.Config = v1.Descriptor{MediaType: types.OCIConfigJSON, Digest: document(cfg)}
	index, _ := json.Marshal(v1.IndexManifest{SchemaVersion: 2, Manifests: []v1.Descriptor{{MediaType: types.OCIManifestSchema1, Digest: document(m)}}})
	put("index.json", index)
	put("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
	return name, places
}

func digest(p []byte) v1.Hash {
	sum := sha256.Sum256(p)
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum[:])}
}

func benchLayer(seed, files int) []byte {
	var total int
	for _, l := range benchLayers {
		total += l.files
	}
	rng := rand.New(rand.NewPCG(uint64(seed), 7))
	mean := float64(benchBytes) / float64(total)
	words := make([]string, 4000)
	for i := range words {
		p := make([]byte, 2+rng.IntN(9))
		for j := range p {
			p[j] = "etaoinshrdlucmfwyp"[min(rng.IntN(18), rng.IntN(18))]
		}
		words[i] = string(p)
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := range files {
		size := int(min(rng.ExpFloat64()*rng.ExpFloat64()*mean, 8<<20))
		data := make([]byte, 0, size+16)
		if i%2 == 0 {
			for len(data) < size {
				data = append(data, words[min(rng.IntN(4000), rng.IntN(4000))]...)
				data = append(data, ' ')
			}
		} else { // like code: noise between runs
			for len(data) < size {
				x := rng.Uint64()
				data = append(data, byte(x), byte(x>>8), byte(x>>16), 0, 0x48, 0x8b, byte(x>>24)&15, 0)
			}
		}
		name := fmt.Sprintf("usr/lib/%s/%s/%s-%d.js", words[i/400], words[i/40], words[rng.IntN(4000)], i)
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(1700000000, 0)}); err != nil {
			panic(err)
		}
		w.Write(data)
	}
	w.Close()
	return out.Bytes()
}
