package baseline

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Store keeps records in a directory, one file a target. Only the user may read
// them. Files are replaced whole.
type Store struct {
	dir string
	Key Key
}

const (
	// header grows when the form of a record changes, and when steps are described by
	// other fields: a difference in how two programs describe a step must never be
	// taken for one between two builds. Other versions are not read.
	header   = "stagedive baseline 3\n"
	suffix   = ".baseline"
	maxFiles = 64        // targets that are remembered
	maxBytes = 256 << 20 // of them all
	maxFile  = 96 << 20  // of one
)

// ErrCorrupt says that a record cannot be read and is left out of account.
var ErrCorrupt = errors.New("the record of the last build is damaged")

// Open makes the directory and its key where they are missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "key")
	key, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(key) != sha256.Size {
		key = make([]byte, sha256.Size)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		if err == nil {
			os.Remove(file) // it is no key
		}
		if err := create(file, key); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		key, err = os.ReadFile(file) // another program may have been quicker
	}
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, Key: key}, nil
}

// Name is what a target's record is called: by the paths of its Dockerfile and
// context, its name, and the platforms.
func Name(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Load reads a record; nil without an error where there is none or where it is of
// another version.
func (s *Store) Load(name string) (*Record, error) {
	raw, err := os.ReadFile(filepath.Join(s.dir, name+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(raw, []byte(header))
	if !ok {
		if bytes.HasPrefix(raw, []byte("stagedive baseline ")) {
			return nil, nil
		}
		return nil, ErrCorrupt
	}
	if len(rest) < sha256.Size || len(rest) > maxFile {
		return nil, ErrCorrupt
	}
	if !bytes.Equal(s.seal(rest[sha256.Size:]), rest[:sha256.Size]) {
		return nil, ErrCorrupt // or made with another key, whose sums say nothing now
	}
	r := &Record{}
	if err := gob.NewDecoder(bytes.NewReader(rest[sha256.Size:])).Decode(r); err != nil {
		return nil, ErrCorrupt
	}
	return r, nil
}

// Save writes a record and makes room for it.
func (s *Store) Save(name string, r *Record) error {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(r); err != nil {
		return err
	}
	if body.Len() > maxFile {
		return fmt.Errorf("the record of this build would have %d bytes", body.Len())
	}
	raw := slices.Concat([]byte(header), s.seal(body.Bytes()), body.Bytes())
	if err := replace(filepath.Join(s.dir, name+suffix), raw); err != nil {
		return err
	}
	return s.bound()
}

func (s *Store) seal(body []byte) []byte {
	h := s.Key.hash()
	h.Write(body)
	return h.Sum(nil)
}

// create writes a file that must not be there yet, whole or not at all.
func create(file string, raw []byte) error {
	return write(file, raw, func(from string) error {
		defer os.Remove(from)
		return os.Link(from, file)
	})
}

// Touch says that a record was used.
func (s *Store) Touch(name string, at time.Time) error {
	return os.Chtimes(filepath.Join(s.dir, name+suffix), at, at)
}

// replace writes a file whole or not at all.
func replace(file string, raw []byte) error {
	return write(file, raw, func(from string) error { return os.Rename(from, file) })
}

const unfinished = ".new-"

func write(file string, raw []byte, place func(from string) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), unfinished+"*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Close()); err == nil {
		err = place(f.Name())
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// bound removes the records that were used longest ago, and what killed programs
// left half-written.
func (s *Store) bound() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	var records, left []fs.FileInfo
	for _, e := range entries {
		fi, err := e.Info()
		switch {
		case err != nil:
		case strings.HasSuffix(e.Name(), suffix):
			records = append(records, fi)
		case strings.HasPrefix(e.Name(), unfinished):
			left = append(left, fi)
		}
	}
	slices.SortFunc(records, func(a, b fs.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, fi := range left {
		if records[0].ModTime().Sub(fi.ModTime()) > time.Hour { // nobody is writing it any more
			os.Remove(filepath.Join(s.dir, fi.Name()))
		}
	}
	var size int64
	for i, fi := range records {
		if size += fi.Size(); i > 0 && (i >= maxFiles || size > maxBytes) {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, fi.Name())))
		}
	}
	return err
}
