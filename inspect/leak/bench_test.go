package leak_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/image"
)

// BenchmarkEntry is what looking at a file costs that nothing comes of: nearly all of an
// image. A million of them are seen, so a microsecond each is a second of a look.
func BenchmarkEntry(b *testing.B) {
	elf := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, scan.HeadSize)...)[:scan.HeadSize]
	js := bytes.Repeat([]byte("module.exports = require('./x')\n"), 16)
	var files []scan.File
	add := func(format string, mode uint32, size int64, head []byte) {
		for i := range 50 {
			files = append(files, scan.File{Path: fmt.Sprintf(format, i), Type: image.Regular, Mode: mode, Size: size, Head: head})
		}
	}
	add("/usr/share/doc/package-%d/copyright", 0o644, 3000, js)
	add("/app/node_modules/module-%d/lib/index.js", 0o644, 900, js)
	add("/app/node_modules/module-%d/README.md", 0o644, 900, js)
	add("/usr/lib/python3.12/site-packages/name%d/__pycache__/x.cpython-312.pyc", 0o644, 5000, make([]byte, scan.HeadSize))
	add("/usr/share/zoneinfo/Europe/Town%d", 0o644, 900, []byte("TZif2"))
	add("/usr/lib/x86_64-linux-gnu/libthing-%d.so.1.2.3", 0o644, 90_000, elf)
	add("/usr/bin/x86_64-linux-gnu-tool-%d", 0o755, 30_000, elf)
	add("/var/lib/dpkg/info/package%d.list", 0o644, 900, js)
	s := leak.New(leak.Options{})
	for b.Loop() {
		sink := s.Begin()
		for _, f := range files {
			sink.Entry(f)
			if w := sink.(scan.Follower).Follow(f); w != nil {
				_ = w.Close()
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(files)), "ns/file")
	b.ReportMetric(0, "ns/op")
}
