package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/model/finding"
)

// A record goes to others: no secret is in it, nor the checksum of a file that has one.
func TestNoRecordTellsASecret(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	file := filepath.Join(t.TempDir(), "app.record")
	var out bytes.Buffer
	env := environment{stdin: strings.NewReader(""), stdout: &out, stderr: &out, getenv: os.Getenv, environ: os.Environ()}
	if code := run(context.Background(), []string{"inspect", canaryImage(t), "--save-record", file}, env); code != exitOK {
		t.Fatalf("exit code %d: %s", code, &out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, frame, _ := bytes.Cut(raw, []byte("\n"))
	z, err := zstd.NewReader(bytes.NewReader(frame))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil || !bytes.Contains(text, []byte("root/.npmrc")) {
		t.Fatalf("the test looks at something else: %v", err)
	}
	noSecret(t, "the record", string(text))

	r, ok, err := openRecord(file)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	looked := 0
	for _, f := range r.Found {
		if f.Category != finding.Secret || f.Path == "" {
			continue
		}
		for _, l := range r.Image.Layers {
			if id, ok := l.Tree.Find(f.Path); ok {
				looked++
				if l.Tree.Info(id).Sum != 0 {
					t.Errorf("%s has a checksum", f.Path)
				}
			}
		}
	}
	if looked < 5 {
		t.Errorf("%d files with secrets were looked at", looked)
	}
}
