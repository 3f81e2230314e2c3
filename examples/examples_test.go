package examples

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write projects.txtar anew")

// projects are the directories that go into the archive.
func projects() []string { return []string{"logbook", "shop"} }

// pack makes the archive of the directories as they are now.
func pack() ([]byte, error) {
	packed := &txtar.Archive{Comment: []byte("Written by go test ./examples -update; edit the directories instead.\n")}
	for _, project := range projects() {
		err := filepath.WalkDir(project, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err == nil && (len(content) == 0 || content[len(content)-1] != '\n') {
				err = fmt.Errorf("%s does not end with a newline, which the archive can't say", path)
			}
			packed.Files = append(packed.Files, txtar.File{Name: filepath.ToSlash(path), Data: content})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return txtar.Format(packed), nil
}

// TestMain ends after an update: this binary still carries the old archive.
func TestMain(m *testing.M) {
	flag.Parse()
	if !*update {
		os.Exit(m.Run())
	}
	packed, err := pack()
	if err == nil {
		err = os.WriteFile("projects.txtar", packed, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func TestArchiveHoldsTheDirectories(t *testing.T) {
	packed, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packed, archive) {
		t.Error("projects.txtar is not what the directories hold; run go test ./examples -update")
	}
}

func TestMaterialise(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "made", "of", name)
			if err := Materialise(dir, name); err != nil {
				t.Fatal(err)
			}
			err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				want, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				inner, err := filepath.Rel(name, path)
				if err != nil {
					return err
				}
				got, err := os.ReadFile(filepath.Join(dir, inner))
				if !bytes.Equal(got, want) {
					t.Errorf("%s differs", path)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMaterialiseKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "Dockerfile")
	if err := os.WriteFile(file, []byte("FROM scratch\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Materialise(dir, "shop"); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(file); string(content) != "FROM scratch\n" {
		t.Errorf("the Dockerfile became:\n%s", content)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Error(err)
	}
	leftover, err := filepath.Glob(filepath.Join(dir, ".part-*"))
	if err != nil || len(leftover) > 0 {
		t.Errorf("left behind: %v (%v)", leftover, err)
	}
}

func TestMaterialiseOfNothing(t *testing.T) {
	const want = `there is no example "shoe"; there are logbook, shop`
	if err := Materialise(t.TempDir(), "shoe"); err == nil || err.Error() != want {
		t.Errorf("said %v, wanted %s", err, want)
	}
}
