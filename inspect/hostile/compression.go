package hostile

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(w io.Writer) io.WriteCloser {
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // fails for levels that there are not
	return z
}

func zstandard(w io.Writer) io.WriteCloser {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options are fixed
	}
	return z
}

func packed(b []byte, with func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	z := with(&out)
	_, _ = z.Write(b) // a Buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// stored is a layer of bytes as they are, whatever they claim to be.
func stored(b []byte) layer {
	return layer{tar: raw(b), mediaType: layerType + "+gzip", diffID: strings.Replace(zeroDigest, "0", "1", 1)}
}

const zeroDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

// bomb is a tar with a file of zeros of so many gigabytes, compressed in members
// (gzip) or frames (zstd) that follow one another, so that making it takes no time.
func bomb(gigabytes int, with func(io.Writer) io.WriteCloser) []byte {
	const member = 16 << 20
	head := entry{name: "zeros", size: int64(gigabytes) << 30}.header()
	return append(packed(head, with), bytes.Repeat(packed(make([]byte, member), with), gigabytes<<30/member)...)
}

// runs is a zstd frame of blocks that each stand for 128 KB of one byte.
func runs(blocks int) []byte {
	out := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38} // no content size, a window of 128 KB
	for i := range blocks {
		b := uint32(128<<10)<<3 | 1<<1
		if i == blocks-1 {
			b |= 1
		}
		out = append(out, byte(b), byte(b>>8), byte(b>>16), 0)
	}
	return out
}

// compression that is more, or less, than it seems.
func compression() []Case {
	layer := func(name string, b []byte) Case { return Case{Name: name, Write: around(stored(b)).layout} }
	some := bytesOf(pack(entry{name: "some", body: strings.Repeat("text ", 2000)}))
	half := len(some) / 2
	gz := packed(some, gzipped)
	bad := bytes.Clone(gz)
	bad[len(bad)-6] ^= 0xff
	window := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00} // 2 GB, an empty block
	return []Case{
		layer("a gzip bomb", bomb(64, gzipped)),
		layer("a zstd bomb", bomb(64, zstandard)),
		layer("a zstd bomb of runs", append(packed(entry{name: "zeros", size: 128 << 30}.header(), zstandard), runs(1<<20)...)),
		layer("a bomb in a bomb", packed(bomb(1, gzipped), gzipped)),
		layer("gzip members after one another", append(packed(some[:half], gzipped), packed(some[half:], gzipped)...)),
		layer("a million empty gzip members", append(bytes.Repeat(packed(nil, gzipped), 1_000_000), gz...)),
		layer("rubbish behind gzip", append(bytes.Clone(gz), "rubbish"...)),
		layer("gzip with a wrong checksum", bad),
		layer("gzip cut off", gz[:len(gz)/2]),
		layer("gzip without its end", gz[:len(gz)-8]),
		layer("gzip with a name of 32 MB", append(append([]byte("\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"), bytes.Repeat([]byte("n"), 32<<20)...), 0)),
		layer("gzip of an unknown method", []byte("\x1f\x8b\x07\x00\x00\x00\x00\x00\x00\xff")),
		layer("gzip of nothing", packed(nil, gzipped)),
		layer("a zstd window of 2 GB", window),
		layer("zstd with a dictionary", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x03, 0x38, 0x39, 0x30, 0x00, 0x00, 0x01, 0x00, 0x00}),
		layer("zstd cut off", func() []byte { z := packed(some, zstandard); return z[:len(z)-3] }()),
		layer("zstd frames to skip without end", bytes.Repeat(skippable(0), 500_000)),
		layer("a zstd frame to skip of 4 GB", skippable(0xffffffff)),
	}
}

// skippable is the head of a zstd frame that says nothing (RFC 8878, 3.1.2).
func skippable(size uint32) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x184d2a50)
	return binary.LittleEndian.AppendUint32(b, size)
}

// contents are layers that are no layers.
func contents() []Case {
	layer := func(name string, b []byte) Case { return Case{Name: name, Write: around(stored(b)).layout} }
	return []Case{
		layer("nothing", nil),
		layer("one byte", []byte{0x1f}),
		layer("two bytes of gzip", []byte{0x1f, 0x8b}),
		layer("a picture", append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{1, 2, 3, 4}, 1000)...)),
		layer("JSON", []byte(`{"schemaVersion":2,"layers":[]}`)),
		layer("a page of a registry", []byte("<!doctype html><title>Sign in</title><p>Your session has ended.</p>"+strings.Repeat(" ", 600))),
		layer("a program", append([]byte("\x7fELF\x02\x01\x01"), bytes.Repeat([]byte("program "), 1000)...)),
		layer("xz", append([]byte("\xfd7zXZ\x00"), bytes.Repeat([]byte{7}, 1000)...)),
		layer("bzip2", append([]byte("BZh91AY&SY"), bytes.Repeat([]byte{7}, 1000)...)),
		layer("encrypted", func() []byte {
			b := make([]byte, 4096)
			for i := range b {
				b[i] = byte(i*i*131 + i*7 + 13)
			}
			return b
		}()),
		layer("a tar in a tar", bytesOf(pack(entry{name: "layer.tar", body: string(bytesOf(pack(entry{name: "inner", body: "x"})))}))),
		layer("gzip in gzip", packed(packed(bytesOf(pack(entry{name: "a", body: "x"})), gzipped), gzipped)),
		layer("zeros", make([]byte, 100)),
	}
}
