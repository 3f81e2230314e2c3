// Package cache keeps what scans found of layers, so that a second look need not read
// them: a file for each content of a layer, named after the digest that was computed of
// it and the detectors that looked, and a small one for each identity under which that
// content was met, which tells the digests. Only what was verified is kept, see
// scan.Cache: a claim of an image is never enough to be shown another layer's files.
//
// Any number of processes may share a directory: files are written beside their place
// and renamed into it, and what is damaged, cut off or of another version is as if it
// were not there. So is the whole cache where it cannot be written.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/inspect/source"
)

// Size is how many bytes a user's cache takes at most.
const Size = 512 << 20

// Cache is a directory of results. Its methods may be called concurrently.
type Cache struct {
	dir  string
	size int64
}

var _ scan.Cache = (*Cache)(nil)

// New returns the cache in a directory, which need not exist, bounded to a number of
// bytes.
func New(dir string, size int64) *Cache { return &Cache{dir, size} }

// Dir is where the user's cache lies: layers in stagedive's directory of $XDG_CACHE_HOME,
// or what stands for that on other systems.
func Dir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "stagedive", "layers"), nil
}

// Get implements scan.Cache.
func (c *Cache) Get(identity string, kinds []string) (scan.Layer, bool) {
	sums, ok := c.sums(identity)
	if !ok {
		return scan.Layer{}, false
	}
	name := c.path(layerKey(sums.Diff, kinds), layerExt)
	data, ok := read(name, c.size)
	if !ok {
		return scan.Layer{}, false
	}
	l, err := decodeLayer(data, layerKey(sums.Diff, kinds), len(kinds))
	if err != nil {
		return scan.Layer{}, false
	}
	touch(name)
	l.Sums = sums
	return l, true
}

// Put implements scan.Cache. What cannot be written is not kept.
func (c *Cache) Put(identity string, kinds []string, l scan.Layer) {
	key := layerKey(l.Sums.Diff, kinds)
	err := c.write(c.path(key, layerExt), func(f *os.File) error { return encodeLayer(f, key, l) })
	if err == nil {
		err = c.write(c.path(identity, sumsExt), func(f *os.File) error { return encodeSums(f, identity, l.Sums) })
	}
	if err == nil {
		c.evict()
	}
}

// Documents implements scan.Cache.
func (c *Cache) Documents(identity string) ([]byte, bool) {
	name := c.path(identity, docsExt)
	data, ok := read(name, maxDocuments)
	if !ok {
		return nil, false
	}
	d, err := open(data, identity)
	if err != nil {
		return nil, false
	}
	touch(name)
	return d.data, true
}

// PutDocuments implements scan.Cache.
func (c *Cache) PutDocuments(identity string, documents []byte) {
	if len(documents) > maxDocuments/2 {
		return
	}
	err := c.write(c.path(identity, docsExt), func(f *os.File) error {
		return seal(f, identity, func(e *encoder) error {
			_, err := e.w.Write(documents)
			return err
		})
	})
	if err == nil {
		c.evict()
	}
}

// sums are those of the content with an identity.
func (c *Cache) sums(identity string) (source.Sums, bool) {
	name := c.path(identity, sumsExt)
	data, ok := read(name, maxSums)
	if !ok {
		return source.Sums{}, false
	}
	s, err := decodeSums(data, identity)
	if err == nil {
		touch(name)
	}
	return s, err == nil
}

// The endings of the files' names.
const (
	layerExt = ".layer"
	sumsExt  = ".sums"
	docsExt  = ".docs"
	tempExt  = ".tmp"
)

// layerKey names a content as some detectors see it.
func layerKey(diff string, kinds []string) string {
	key := diff
	for _, k := range slices.Sorted(slices.Values(kinds)) {
		key += "\n" + k
	}
	return key
}

// path is where something is kept that has the key for a name.
func (c *Cache) path(key, ext string) string {
	sum := sha256.Sum256([]byte(form + "\n" + key))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:20])+ext)
}

// read reads a file of at most so many bytes.
func read(name string, most int64) ([]byte, bool) {
	f, err := os.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > most {
		return nil, false
	}
	data := make([]byte, info.Size())
	n, err := f.ReadAt(data, 0)
	return data[:n], err == nil && n == len(data)
}

// write makes a file whole or not at all.
func (c *Cache) write(name string, fill func(*os.File) error) error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.dir, "*"+tempExt)
	if err != nil {
		return err
	}
	err = errors.Join(fill(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// touch says that a file was used.
func touch(name string) {
	now := time.Now()
	_ = os.Chtimes(name, now, now)
}

// leftover is from which age on a temporary file is nobody's.
const leftover = time.Hour

// evict removes what was not used for longest until the rest is small enough, and
// what others left half written.
func (c *Cache) evict() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue // another process was faster
		}
		if filepath.Ext(e.Name()) == tempExt {
			if time.Since(info.ModTime()) > leftover {
				os.Remove(filepath.Join(c.dir, e.Name()))
			}
			continue
		}
		files = append(files, info)
		total += info.Size()
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if total <= c.size {
			return
		}
		if os.Remove(filepath.Join(c.dir, f.Name())) == nil {
			total -= f.Size()
		}
	}
}
