package context

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Differences are paths of files, in order. Directories are left out.
type Differences struct {
	Added, Removed, Changed []string // as the file systems have them; never for a screen as they are
}

// Len is the number of files that differ.
func (d Differences) Len() int { return len(d.Added) + len(d.Removed) + len(d.Changed) }

// Compare tells what another listing has otherwise than this one: other files, or the
// same ones with another kind, content, link or executable bit. Files of the same size
// are read.
func (l *Listing) Compare(ctx context.Context, other *Listing) (Differences, error) {
	var d Differences
	for _, b := range other.Files {
		if err := context.Cause(ctx); err != nil {
			return d, err
		}
		if b.Mode.IsDir() {
			continue
		}
		i, ok := l.at[b.Path]
		if !ok || l.Files[i].Mode.IsDir() {
			d.Added = append(d.Added, b.Path)
			continue
		}
		same, err := l.same(l.Files[i], other, b)
		if err != nil {
			return d, err
		}
		if !same {
			d.Changed = append(d.Changed, b.Path)
		}
	}
	for _, a := range l.Files {
		if a.Mode.IsDir() {
			continue
		}
		if i, ok := other.at[a.Path]; !ok || other.Files[i].Mode.IsDir() {
			d.Removed = append(d.Removed, a.Path)
		}
	}
	return d, nil
}

// same says whether a file of l is that of another listing.
func (l *Listing) same(a File, other *Listing, b File) (bool, error) {
	const telling = fs.ModeType | 0o100
	switch {
	case a.Mode&telling != b.Mode&telling, a.Size != b.Size, a.Link != b.Link:
		return false, nil
	case !a.Mode.IsRegular():
		return true, nil
	}
	return SameContent(filepath.Join(l.Dir, filepath.FromSlash(a.Path)), filepath.Join(other.Dir, filepath.FromSlash(b.Path)))
}

// SameContent says whether two files hold the same.
func SameContent(a, b string) (bool, error) {
	fa, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer fa.Close() // only read
	fb, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer fb.Close() // only read
	var pa, pb [32 << 10]byte
	for {
		n, errA := io.ReadFull(fa, pa[:])
		m, errB := io.ReadFull(fb, pb[:])
		if !bytes.Equal(pa[:n], pb[:m]) {
			return false, nil
		}
		for _, err := range []error{errA, errB} {
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return false, err
			}
		}
		if errA != nil || errB != nil {
			return (errA != nil) == (errB != nil), nil
		}
	}
}
