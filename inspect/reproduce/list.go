package reproduce

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/sanitize"
)

// xattr is how archives name extended attributes (PAX, as Go, GNU tar and BuildKit write
// them).
const xattr = "SCHILY.xattr."

// maxEntries bounds the entries of a layer that are compared: some hundred bytes each.
const maxEntries = 4 << 20

var errTooMany = errors.New("it has too many entries to compare")

// list reads all entries of a layer, in the archive's order.
func list(ctx context.Context, src source.Source, layer int) ([]reproduction.Entry, error) {
	var out []reproduction.Entry
	buf := make([]byte, reproduction.BlockSize)
	err := walk(ctx, src, layer, func(h *tar.Header, header uint64, r io.Reader) error {
		if len(out) == maxEntries {
			return errTooMany
		}
		e := entry(h)
		e.Header = header
		for e.Type == reproduction.File {
			n, err := io.ReadFull(r, buf)
			if n > 0 {
				e.Blocks = append(e.Blocks, xxhash.Sum64(buf[:n]))
			}
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				break
			}
			if err != nil {
				return err
			}
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// walk calls each for every entry of a layer, with a hash of its headers.
func walk(ctx context.Context, src source.Source, layer int, each func(h *tar.Header, header uint64, r io.Reader) error) error {
	rc, err := src.Open(ctx, layer)
	if err != nil {
		return fmt.Errorf("reading layer %d: %w", layer+1, err)
	}
	t := source.Unpack(ctx, rc)
	defer t.Close()
	heads, padding := &headers{r: t}, int64(0)
	r := tar.NewReader(heads)
	for {
		heads.hash.Reset()
		heads.on, heads.padding = true, padding
		h, err := r.Next()
		heads.on = false
		if err == io.EOF {
			return nil
		}
		if err == nil {
			padding = 0
			if typeOf(h) == reproduction.File {
				padding = -h.Size & 511
			}
			err = each(h, heads.hash.Sum64(), r)
		}
		if err == nil && !sparse(h) { // what is left of it is no header of the next
			_, err = io.Copy(io.Discard, r)
		}
		if err == errEnough {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading layer %d: %w", layer+1, err)
		}
	}
}

// errEnough ends a walk early.
var errEnough = errors.New("enough")

// headers hashes what goes by while it is on, but for the padding behind the last file.
type headers struct {
	r       io.Reader
	hash    xxhash.Digest
	on      bool
	padding int64
}

// Read implements io.Reader.
func (h *headers) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if h.on {
		skip := min(h.padding, int64(n))
		h.padding -= skip
		_, _ = h.hash.Write(p[skip:n])
	}
	return n, err
}

// entry is an archive's entry as the model has it.
func entry(h *tar.Header) reproduction.Entry {
	e := reproduction.Entry{
		Path: sanitize.Text(path.Join("/", h.Name)), Type: typeOf(h), Mode: h.Mode, UID: h.Uid, GID: h.Gid,
		User: sanitize.Text(h.Uname), Group: sanitize.Text(h.Gname), Size: h.Size, Link: sanitize.Text(h.Linkname),
		Major: h.Devmajor, Minor: h.Devminor, ModTime: h.ModTime.UnixNano(),
	}
	if e.Type == reproduction.Hardlink {
		e.Link = sanitize.Text(path.Join("/", h.Linkname))
	}
	if !h.AccessTime.IsZero() {
		e.AccessTime = h.AccessTime.UnixNano()
	}
	if !h.ChangeTime.IsZero() {
		e.ChangeTime = h.ChangeTime.UnixNano()
	}
	for k, v := range h.PAXRecords {
		if name, ok := strings.CutPrefix(k, xattr); ok {
			if e.Attrs == nil {
				e.Attrs = map[string]string{}
			}
			e.Attrs[name] = v
		}
	}
	return e
}

// sparse says whether an entry claims holes, of whatever size: no builder's layers have
// such entries. What they hold is hashed as if it were headers.
func sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for k := range h.PAXRecords {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func typeOf(h *tar.Header) reproduction.Type {
	if sparse(h) {
		return reproduction.Other
	}
	switch h.Typeflag {
	case tar.TypeReg:
		return reproduction.File
	case tar.TypeDir:
		return reproduction.Directory
	case tar.TypeSymlink:
		return reproduction.Symlink
	case tar.TypeLink:
		return reproduction.Hardlink
	case tar.TypeChar, tar.TypeBlock:
		return reproduction.Device
	case tar.TypeFifo:
		return reproduction.Pipe
	}
	return reproduction.Other
}
