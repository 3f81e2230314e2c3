package buildgraph_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph"
)

// tree writes files below a fresh directory; a name ending in / is a directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadFindsTheDockerfile(t *testing.T) {
	for _, c := range []struct {
		name       string
		files      map[string]string
		path, file string
		stdin      string
		want       string // text
		wantPath   string
		context    string
	}{
		{"Dockerfile first", map[string]string{"Dockerfile": "D", "Containerfile": "C"}, ".", "", "", "D", "Dockerfile", "."},
		{"no path is here", map[string]string{"Dockerfile": "D"}, "", "", "", "D", "Dockerfile", "."},
		{"lower case", map[string]string{"dockerfile": "d", "Containerfile": "C"}, ".", "", "", "d", "dockerfile", "."},
		{"Containerfile", map[string]string{"Containerfile": "C"}, ".", "", "", "C", "Containerfile", "."},
		{"a directory named Dockerfile is passed by", map[string]string{"Dockerfile/": "", "Containerfile": "C"}, ".", "", "", "C", "Containerfile", "."},
		{"-f is relative to the working directory", map[string]string{"a/Dockerfile": "A", "b.df": "B"}, "a", "b.df", "", "B", "b.df", "a"},
		{"-f - is stdin", map[string]string{"a/Dockerfile": "A"}, "a", "-", "S", "S", "", "a"},
		{"path - is stdin", nil, "-", "", "S", "S", "", "."},
		{"path is the file", map[string]string{"a/x.df": "X"}, "a/x.df", "", "", "X", "a/x.df", "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(tree(t, c.files))
			src, err := buildgraph.Load(c.path, c.file, strings.NewReader(c.stdin))
			if err != nil {
				t.Fatal(err)
			}
			if string(src.Text) != c.want || src.Path != c.wantPath || src.Context != c.context {
				t.Errorf("got %q from %q in %q", src.Text, src.Path, src.Context)
			}
		})
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	noise := bytes.Repeat([]byte{0x7f, 'E', 'L', 'F', 0, 1, 2, 0xff}, 10<<20/8)
	for _, c := range []struct {
		name       string
		files      map[string]string
		path, file string
		want       string
	}{
		{"no such path", nil, "nowhere", "", "nowhere: there is no such file or directory; give the directory that holds the Dockerfile"},
		{"no Dockerfile", map[string]string{"a/": ""}, "a", "", "a: there is no Dockerfile in this directory; name one with -f or give another directory"},
		{"-f names nothing", nil, ".", "x", "x: there is no such file or directory; name an existing Dockerfile with -f"},
		{"-f names a directory", map[string]string{"a/": ""}, ".", "a", "a: this is a directory; name a Dockerfile with -f, or read it from stdin with -f -"},
		{"empty", map[string]string{"Dockerfile": ""}, ".", "", "Dockerfile: the Dockerfile is empty; write at least one FROM into it"},
		{"stdin is empty", nil, ".", "-", "stdin: the Dockerfile is empty; write at least one FROM into it"},
		{"10 MB of binary", map[string]string{"Dockerfile": string(noise)}, ".", "", "Dockerfile: this is a binary file, not a Dockerfile; name a Dockerfile with -f"},
		{"too large", map[string]string{"Dockerfile": strings.Repeat("# x\n", buildgraph.MaxSize/4+1)}, ".", "", "Dockerfile: this is larger than 4 MiB, too large for a Dockerfile; name a Dockerfile with -f"},
		{"latin-1", map[string]string{"Dockerfile": "FROM x\n# caf\xe9\n"}, ".", "", "Dockerfile: line 2 is not UTF-8; save the file as UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(tree(t, c.files))
			_, err := buildgraph.Load(c.path, c.file, strings.NewReader(""))
			var load *buildgraph.LoadError
			if !errors.As(err, &load) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestLoadDoesNotWaitForAPipe(t *testing.T) {
	_, err := buildgraph.Load(".", "/dev/null", nil)
	var load *buildgraph.LoadError
	if !errors.As(err, &load) || load.What != "this is not a regular file" {
		t.Errorf("got %v", err)
	}
}
