package packages_test

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect/imagetest"
	"github.com/stagedive/stagedive/inspect/packages"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source/resolve"
)

// BenchmarkScan prints how many times as long a scan takes that reads what is installed
// as one that reads trees and checksums only, in time of the CPUs: on the image that the
// goals speak of, which has no packages, so that this is what looking costs (the goal is
// 1.05 at most); and on 3,000 packages of npm, with 20 files each, beside nothing else.
func BenchmarkScan(b *testing.B) {
	b.Run("large", func(b *testing.B) { benchScan(b, imagetest.Make(b, imagetest.Large).Layout) })
	b.Run("node_modules", func(b *testing.B) { benchScan(b, modules(b)) })
}

func benchScan(b *testing.B, ref string) {
	ctx := context.Background()
	run := func(detectors ...scan.Detector) time.Duration {
		src, err := resolve.Open(ctx, ref, resolve.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer src.Close()
		before := cpuTime()
		if _, err := scan.Scan(ctx, src, scan.Options{Detectors: detectors}); err != nil {
			b.Fatal(err)
		}
		return cpuTime() - before
	}
	run() // the files are in memory from here on
	var with, without time.Duration
	for b.Loop() {
		without += run(nothing{})
		with += run(packages.Detector{})
	}
	b.ReportMetric(float64(with)/float64(without), "ratio")
	b.ReportMetric(float64((with-without).Milliseconds())/float64(b.N), "ms-more/scan")
	b.ReportMetric(0, "ns/op")
}

// nothing is a detector that looks at nothing.
type nothing struct{ scan.Sink }

func (nothing) Kind() string       { return "nothing" }
func (n nothing) Begin() scan.Sink { return n }

func (nothing) Entry(scan.File) int64 { return 0 }
func (nothing) Notes() []byte         { return nil }

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// modules is an OCI layout with a layer of packages.
func modules(b *testing.B) string {
	dir := b.TempDir()
	blobs := filepath.Join(dir, "blobs", "sha256")
	if err := os.MkdirAll(blobs, 0o755); err != nil {
		b.Fatal(err)
	}
	put := func(data []byte) map[string]any {
		sum := sha256.Sum256(data)
		name := hex.EncodeToString(sum[:])
		if err := os.WriteFile(filepath.Join(blobs, name), data, 0o644); err != nil {
			b.Fatal(err)
		}
		return map[string]any{"digest": "sha256:" + name, "size": len(data)}
	}
	object := func(media string, v map[string]any) map[string]any {
		raw, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		d := put(raw)
		d["mediaType"] = media
		return d
	}
	var out strings.Builder
	w := tar.NewWriter(&out)
	add := func(name, content string) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			b.Fatal(err)
		}
		fmt.Fprint(w, content)
	}
	code := strings.Repeat("exports.a = function (b) { return b };\n", 150)
	for i := range 3000 {
		at := fmt.Sprintf("app/node_modules/p%d/", i)
		add(at+"package.json", fmt.Sprintf(`{"name":"p%d","version":"1.%d.0","description":%q,"dependencies":{"p%d":"^1","p%d":"^1"}}`, i, i, strings.Repeat("what it is for ", 100), i*7%3000, i*11%3000))
		for k := range 20 {
			add(fmt.Sprintf("%slib/%d.js", at, k), code)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	layer := put([]byte(out.String()))
	layer["mediaType"] = "application/vnd.oci.image.layer.v1.tar"
	config := object("application/vnd.oci.image.config.v1+json", map[string]any{"os": "linux", "architecture": "amd64", "rootfs": map[string]any{"type": "layers", "diff_ids": []any{layer["digest"]}}})
	manifest := object("application/vnd.oci.image.manifest.v1+json", map[string]any{"schemaVersion": 2, "config": config, "layers": []any{layer}})
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "manifests": []any{manifest}})
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string]string{"index.json": string(index), "oci-layout": `{"imageLayoutVersion":"1.0.0"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}
