package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"
)

func opened(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "baselines"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sample() *Record {
	return &Record{
		Began: time.Unix(1_000, 0).UTC(), Engine: "worker",
		Args:   []Field{{Name: "A", Sum: "sum", Value: "1"}},
		Stages: []Stage{{Label: "one", Steps: []Line{{Step: 1, Command: "RUN", Line: 2, Key: "key", Text: "RUN x"}}}},
		Units: map[Ref]Unit{{Stage: 0, Step: 1}: {
			Fields: []Field{{Name: "command", Sum: "sum"}}, Sum: "all", Text: "key", Listing: 1,
			Inputs: []Input{{Role: "base", Kind: InputContext, Name: "context", Selected: []Selector{{Path: "/"}}}},
		}},
		Listings: map[int64][]Listing{1: {{Local: "context", Whole: true, Entries: []Entry{{Path: "a", Size: 3, Content: "c"}}}}},
	}
}

func TestRecordsAreKept(t *testing.T) {
	s := opened(t)
	if r, err := s.Load("none"); r != nil || err != nil {
		t.Errorf("%v %v", r, err)
	}
	if err := s.Save("x", sample()); err != nil {
		t.Fatal(err)
	}
	again, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Load("x")
	if err != nil || !reflect.DeepEqual(got, sample()) || !got.Same(sample()) {
		t.Errorf("%v %+v", err, got)
	}
	for _, name := range []string{"key", "x" + suffix} {
		if fi, err := os.Stat(filepath.Join(s.dir, name)); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, fi.Mode(), err)
		}
	}
}

// Whatever lies there instead of a record is left out of account, never believed.
func TestDamage(t *testing.T) {
	s := opened(t)
	if err := s.Save("x", sample()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.dir, "x"+suffix)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(header); i < len(good); i += 7 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x20
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Load("x"); !errors.Is(err, ErrCorrupt) || r != nil {
			t.Fatalf("with byte %d changed: %v %v", i, r, err)
		}
	}
	for name, text := range map[string]string{"cut": string(good[:len(good)/2]), "empty": "", "text": "hello"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load("x"); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.WriteFile(file, []byte("stagedive baseline 0\nwhat an older version wrote"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Load("x"); r != nil || err != nil {
		t.Errorf("of another version: %v %v", r, err)
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "key"), bytes.Repeat([]byte{1}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Load("x"); !errors.Is(err, ErrCorrupt) {
		t.Errorf("with another key: %v", err)
	}
}

// The directory does not grow without bound; what was used last stays.
func TestRoom(t *testing.T) {
	s := opened(t)
	at := time.Now().Add(-time.Hour)
	for i := range maxFiles + 6 {
		name := fmt.Sprint(i)
		if err := s.Save(name, sample()); err != nil {
			t.Fatal(err)
		}
		if err := s.Touch(name, at.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(s.dir, unfinished+"abc")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, at.Add(-time.Hour), at.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Save("last", sample()); err != nil {
		t.Fatal(err)
	}
	records, err := filepath.Glob(filepath.Join(s.dir, "*"+suffix))
	if err != nil || len(records) != maxFiles {
		t.Errorf("%d records %v", len(records), err)
	}
	if r, _ := s.Load("0"); r != nil {
		t.Error("the one used longest ago is there")
	}
	if r, _ := s.Load("last"); r == nil {
		t.Error("the newest is gone")
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("what a killed program left is there")
	}
}

// Programs that start at the same time agree on one key.
func TestOneKey(t *testing.T) {
	dir := t.TempDir()
	keys := make([]string, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			if s, err := Open(dir); err == nil {
				keys[i] = string(s.Key)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] || len(k) != 32 {
			t.Errorf("%q and %q", k, keys[0])
		}
	}
}
