package packages

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"
	"strings"
)

// crateReader finds what cargo-auditable puts into a Rust program: its crates as JSON,
// packed with zlib, in the section .dep-v0. The table that tells where that lies is at
// the end of the file, when it has gone by; so each place where a packed stream could
// begin is tried, which are some sixty in a megabyte, until one unpacks to the beginning
// of that JSON.
type crateReader struct {
	buf    []byte // what may be the start of it, then all that follows
	found  bool
	source bytes.Reader
	z      io.ReadCloser
}

const (
	crateTry   = 96      // packed bytes that are tried
	crateMax   = 1 << 20 // packed: a program of thousand crates has 20 kB
	crateJSON  = 8 << 20
	crateStart = `{"packages":[{`
)

func (c *crateReader) begin() { c.buf, c.found = c.buf[:0], false }

// take looks at the next piece of the program.
func (c *crateReader) take(p []byte) {
	if c.found {
		c.buf = append(c.buf, p[:min(len(p), crateMax-len(c.buf))]...)
		return
	}
	c.buf = append(c.buf, p...)
	at, end := 0, len(c.buf)-crateTry
	for at < end {
		i := bytes.IndexByte(c.buf[at:end], 0x78)
		if i < 0 {
			break
		}
		if at += i; c.begins(c.buf[at : at+crateTry]) {
			c.buf, c.found = append(c.buf[:0], c.buf[at:min(len(c.buf), at+crateMax)]...), true
			return
		}
		at++
	}
	c.buf = append(c.buf[:0], c.buf[max(0, end):]...)
}

// begins says whether the JSON begins here.
func (c *crateReader) begins(p []byte) bool {
	switch p[1] { // the levels of zlib (RFC 1950)
	case 0x01, 0x5e, 0x9c, 0xda:
	default:
		return false
	}
	var start [len(crateStart)]byte
	z, err := c.unpack(p)
	if err != nil {
		return false
	}
	_, err = io.ReadFull(z, start[:])
	return err == nil && string(start[:]) == crateStart
}

func (c *crateReader) unpack(p []byte) (io.Reader, error) {
	c.source.Reset(p)
	var err error
	if c.z == nil {
		c.z, err = zlib.NewReader(&c.source)
	} else {
		err = c.z.(zlib.Resetter).Reset(&c.source, nil)
	}
	return c.z, err
}

// items are the crates that the program runs with.
func (c *crateReader) items() []item {
	if !c.found {
		return nil
	}
	z, err := c.unpack(c.buf)
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(z, crateJSON)) // what follows the stream is none of it
	var m struct {
		Packages []struct {
			Name, Version, Kind string
		}
	}
	if !decode(text, &m) {
		return nil
	}
	var out []item
	for _, p := range m.Packages {
		if p.Name != "" && p.Kind != "build" {
			out = append(out, item{name: p.Name, version: p.Version})
		}
	}
	slices.SortFunc(out, func(a, b item) int { return strings.Compare(a.name+"\x00"+a.version, b.name+"\x00"+b.version) })
	return out
}
