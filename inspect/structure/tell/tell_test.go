package tell_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/inspect/structure"
	"github.com/stagedive/stagedive/inspect/structure/tell"
	"github.com/stagedive/stagedive/internal/goldens"
)

// report has a test of each kind and outcome, in two suites.
func report() tell.Report {
	return tell.Report{Subject: "app:latest", Outcomes: []structure.Outcome{
		{Name: "node runs", Kind: structure.Command, Suite: "tests/a.yaml", Line: 3, Passed: true, Duration: 1234 * time.Millisecond},
		{
			Name: "no compiler", Kind: structure.Command, Suite: "tests/a.yaml", Line: 7, Duration: 90 * time.Millisecond,
			Detail: []string{"expected the exit code 1, got 0", `standard output was "/usr/bin/tsc⏎ <&>"`},
		},
		{Name: "privileged", Kind: structure.Command, Suite: "tests/a.yaml", Line: 12, Refused: true, Detail: []string{"containerRunOptions.privileged is not supported"}},
		{Name: "os", Kind: structure.Content, Suite: "tests/a.yaml", Line: 20, Passed: true},
		{Name: "sources", Kind: structure.Existence, Suite: "tests/b.json", Line: 2, Detail: []string{"expected /src not to exist; the image has it (drwxr-xr-x, owner 0:0)"}},
		{Name: "licenses", Kind: structure.License, Suite: "tests/b.json", Line: 4, Passed: true},
		{Name: "metadata", Kind: structure.Metadata, Suite: "tests/b.json", Line: 6, Passed: true},
	}}
}

func TestForms(t *testing.T) {
	for name, write := range map[string]func(io.Writer, tell.Report) error{
		"report.txt": tell.Text, "report.json": tell.JSON, "report.xml": tell.JUnit,
		"ascii.txt":  func(w io.Writer, r tell.Report) error { r.ASCII = true; return tell.Text(w, r) },
		"passed.txt": func(w io.Writer, r tell.Report) error { r.Outcomes = r.Outcomes[:1]; return tell.Text(w, r) },
	} {
		var buf bytes.Buffer
		if err := write(&buf, report()); err != nil {
			t.Fatal(err)
		}
		goldens.Check(t, filepath.Join("testdata", name), buf.String())
	}
	if n := report().Failed(); n != 3 {
		t.Errorf("%d have not passed", n)
	}
}

// In ASCII there is nothing else, and the XML can be read.
func TestCharacters(t *testing.T) {
	r := report()
	r.ASCII = true
	var text, junit bytes.Buffer
	if err := errors.Join(tell.Text(&text, r), tell.JUnit(&junit, r)); err != nil {
		t.Fatal(err)
	}
	for _, c := range text.String() {
		if c > 126 {
			t.Errorf("%q is no ASCII", c)
		}
	}
	if err := xml.Unmarshal(junit.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
}

// The manual explains every field of the JSON form.
func TestManual(t *testing.T) {
	page, err := os.ReadFile("../../../docs/structure-tests.md")
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := tell.JSON(&buf, report()); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, part := range strings.Split(buf.String(), "\n") {
		name, _, ok := strings.Cut(strings.TrimSpace(part), `": `)
		if !ok {
			continue
		}
		name = strings.TrimPrefix(name, `"`)
		if strings.HasPrefix(part, "      ") {
			name = "tests[]." + name
		}
		if name == "tests" {
			continue
		}
		if seen++; !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/structure-tests.md does not explain %s", name)
		}
	}
	if seen < 13 {
		t.Errorf("only %d fields were looked at", seen)
	}
}

// failing is a writer that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWriteFails(t *testing.T) {
	for _, write := range []func(io.Writer, tell.Report) error{tell.Text, tell.JSON, tell.JUnit} {
		if err := write(failing{}, report()); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("got %v", err)
		}
	}
}
