package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/model/measure"
)

// Scratch says how an archive that is compressed as a whole (docker save | gzip)
// is unpacked, as it can't be read at random.
type Scratch struct {
	// Dir is where the unpacked file lies, without a name, until the source is
	// closed; "" for the directory stagedive in the user's cache directory.
	Dir string
	// Progress is called now and then with the bytes unpacked so far; it may be nil.
	Progress func(unpacked int64)
}

// An archive may unpack to ratio times its size and some more, so that a small file
// can't fill the disk. Images shrink to a half or a third; layers that are
// compressed already do not shrink at all.
const (
	maxRatio    = 100
	maxUnpacked = 256 << 20 // on top of that
)

// maxWindow bounds the memory that a zstd frame can ask for.
const maxWindow = 128 << 20

// form is a way to compress a file.
type form uint8

const (
	plain form = iota
	gzipped
	zstandard
	foreign // one that is told but not unpacked
)

// formOf knows a compressed file by its first bytes, and what unpacks it.
func formOf(magic []byte) (f form, tool string) {
	for _, k := range [...]struct {
		magic string
		form  form
		tool  string
	}{
		{"\x1f\x8b", gzipped, "gunzip"},
		{"\x28\xb5\x2f\xfd", zstandard, "zstd -d"},
		{"\xfd7zXZ\x00", foreign, "unxz"},
		{"BZh", foreign, "bunzip2"},
		{"PK\x03\x04", foreign, "unzip"},
	} {
		if bytes.HasPrefix(magic, []byte(k.magic)) {
			return k.form, k.tool
		}
	}
	return plain, ""
}

// unpack decompresses an archive to a file without a name. cut is what ended it
// early; then the file holds what came before. The caller closes the file.
func unpack(ctx context.Context, in *os.File, size int64, how form, to Scratch) (out *os.File, cut, err error) {
	r, done, err := decompressor(in, how)
	if err != nil {
		return nil, nil, fmt.Errorf("it is compressed, and damaged (%w): save it again", err)
	}
	defer done()
	br := bufio.NewReaderSize(r, 64<<10)
	block, err := br.Peek(512)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("%s, and its beginning holds no image: fetch or save it again", cutOrDamaged(err))
	}
	if _, bad := tar.NewReader(bytes.NewReader(block)).Next(); err != nil || errors.Is(bad, tar.ErrHeader) {
		return nil, nil, errors.New("it is compressed, and what is in it is no tar file: give what docker save writes")
	}
	if out, err = nameless(to.Dir); err != nil {
		return nil, nil, fmt.Errorf("it is compressed, and there is nowhere to unpack it to (%w): unpack it yourself", err)
	}
	cut, err = pour(ctx, out, br, size*maxRatio+maxUnpacked, to)
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if err != nil {
		out.Close()
		return nil, nil, err
	}
	return out, cut, nil
}

func decompressor(in io.Reader, how form) (io.Reader, func(), error) {
	if how == zstandard {
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(in, 256<<10))
	if err != nil {
		return nil, nil, err
	}
	return z, func() { z.Close() }, nil
}

// nameless makes a file that is gone when it is closed, however the program ends.
func nameless(dir string) (*os.File, error) {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(cache, "stagedive")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "unpacked-*.tar")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, err
	}
	return f, nil
}

// pour copies until the end, the limit, or ctx's end. Damage in what is read is
// cut; what keeps the rest from being written is err.
func pour(ctx context.Context, out io.Writer, in io.Reader, limit int64, to Scratch) (cut, err error) {
	buf := make([]byte, 1<<20)
	var total int64
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, reading := in.Read(buf)
		if total += int64(n); total > limit {
			return nil, fmt.Errorf("it unpacks to more than %s, %d times its size: that is no image", measure.Bytes(limit), maxRatio)
		}
		if _, err := out.Write(buf[:n]); err != nil {
			if errors.Is(err, syscall.ENOSPC) {
				return nil, fmt.Errorf("it is compressed, and the disk is full after unpacking %s of it: unpack it yourself where there is room", measure.Bytes(total))
			}
			return nil, fmt.Errorf("unpacking it: %w", err)
		}
		if to.Progress != nil {
			to.Progress(total)
		}
		switch {
		case reading == io.EOF:
			return nil, nil
		case reading != nil:
			return reading, nil
		}
	}
}
