package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/stagedive/stagedive/inspect/hostile"
	"github.com/stagedive/stagedive/internal/goldens"
)

// What any image may cost (docs/images.md).
const (
	hostileCPU    = 5 * time.Second
	hostileMemory = 512 << 20
)

// Hostile images neither crash nor hang the program, nor make it take more memory
// than it may or write anything outside its cache. Each is told of in sentences, and
// the layers beside the hostile one are whole.
func TestHostileImages(t *testing.T) {
	exe, err := buildStagedive()
	if err != nil {
		t.Fatal(err)
	}
	cases := hostile.Cases()
	said := make([]string, len(cases))
	t.Run("images", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.Family+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				said[i] = inspectHostile(t, exe, c)
			})
		}
	})
	if !slices.Contains(said, "") { // -run may have chosen some
		goldens.Check(t, filepath.Join("testdata", "hostile.golden"), strings.Join(said, "\n"))
	}
}

// hostileReport is what the test reads of `inspect --format json`.
type hostileReport struct {
	Image struct {
		Problems []string
		Layers   []struct {
			Size     int64
			Problems []string
		}
	}
}

// inspectHostile runs the program on an image, holds what must hold of all, and
// returns what it said.
func inspectHostile(t *testing.T, exe string, c hostile.Case) string {
	t.Helper()
	h := newHouse(t)
	dir := filepath.Join(h.dir, "images")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ref, err := c.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	before := everything(t, h.dir)
	first := harmless(t, exe, h, c, "inspect", "--format", "json", ref)
	sentences := []string{strings.TrimSpace(first.stderr)}
	switch {
	case c.Refused:
		if first.code != exitFailed || first.stdout != "" {
			t.Errorf("exit code %d of what is no image; it said %s", first.code, tail(first.stdout, 500))
		}
	case first.code != exitOK || first.stderr != "":
		t.Errorf("exit code %d: %s", first.code, tail(first.stderr, 2000))
	default:
		var report hostileReport
		if err := json.Unmarshal([]byte(first.stdout), &report); err != nil {
			t.Fatal(err)
		}
		sentences = told(t, c, report)
		// What was kept of the first look must not say anything else.
		if again := harmless(t, exe, h, c, "inspect", "--format", "json", ref); leftOut().ReplaceAllString(again.stdout, "") != leftOut().ReplaceAllString(first.stdout, "") {
			t.Errorf("a second look says:\n%s\nthe first said:\n%s", tail(again.stdout, 3000), tail(first.stdout, 3000))
		}
	}
	if after := everything(t, h.dir); !slices.Equal(before, after) {
		t.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	if n := len(sentences); n > 4 || (n == 0) != c.Plain {
		t.Errorf("%d sentences", n)
	}
	out := fmt.Sprintf("%s: %s\n", c.Family, c.Name)
	for _, s := range sentences {
		if len(s) > 600 {
			t.Errorf("a sentence of %d bytes: %.300s…", len(s), s)
		}
		out += "  " + tidied(s, h.dir) + "\n"
	}
	return out
}

// harmless runs the program and holds what it may cost and say.
func harmless(t *testing.T, exe string, h *house, c hostile.Case, args ...string) said {
	t.Helper()
	limit := hostileCPU
	if c.Large { // a million entries take 4 s of a quiet machine, and more of a busy one
		limit *= 2
	}
	cmd := exec.Command(exe, args...)
	cmd.Env, cmd.Dir = h.env, h.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	use := measured(t, cmd)
	t.Logf("%s: %v of CPU, %d MB", args[0], use.CPU.Round(time.Millisecond), use.Memory>>20)
	if use.CPU > limit {
		t.Errorf("%s took %v of CPU", args[0], use.CPU)
	}
	if use.Memory > hostileMemory {
		t.Errorf("%s took %d MB", args[0], use.Memory>>20)
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		if i := strings.IndexFunc(text, drivesTerminal); i >= 0 {
			t.Errorf("%q reaches the terminal", text[max(0, i-40):min(len(text), i+40)])
		}
		if strings.Contains(text, hostile.Secret) || strings.Contains(text, "goroutine ") {
			t.Errorf("it said:\n%s", tail(text, 2000))
		}
	}
	return said{stdout.String(), stderr.String(), use.Code}
}

// told lists what a report says is wrong, and holds that the layers that are in order
// are whole: the first one and the last.
func told(t *testing.T, c hostile.Case, r hostileReport) []string {
	t.Helper()
	layers := r.Image.Layers
	sentences := r.Image.Problems
	for i, l := range layers {
		for _, p := range l.Problems {
			if i < 3 {
				sentences = append(sentences, fmt.Sprintf("layer %d: %s", i, p))
			}
		}
	}
	if len(layers) == 0 {
		return sentences
	}
	whole := map[int]int64{0: hostile.Size(hostile.Below)}
	if !c.Cut {
		whole[len(layers)-1] = hostile.Size(hostile.Above)
	}
	for at, want := range whole {
		if l := layers[at]; l.Size != want || len(l.Problems) > 0 {
			t.Errorf("layer %d of %d, which is in order, holds %d of %d bytes: %q", at, len(layers), l.Size, want, l.Problems)
		}
	}
	return sentences
}

// everything lists the files below a directory with their sizes, but for what the
// program keeps in its cache.
func everything(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == filepath.Join(dir, "cache", "stagedive") {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %v", path, info.Mode())
		if !d.IsDir() {
			line += fmt.Sprintf(" %d", info.Size())
		}
		out = append(out, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drivesTerminal tells runes that a terminal acts upon.
func drivesTerminal(r rune) bool {
	bidi := r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200d || r == 0x200f || r == 0x061c
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || bidi)
}

var (
	anyDigest = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(sha256[:/])[0-9a-f]{12,}`) })
	// Layers are read side by side: how many entries of one still find room differs.
	leftOut = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`[0-9,]+ (entries were left out: the image holds more than can be shown) .*`)
	})
)

// tidied is a sentence without what differs from run to run.
func tidied(s, dir string) string {
	s = leftOut().ReplaceAllString(strings.ReplaceAll(s, dir, "$HOUSE"), "N $1")
	return anyDigest().ReplaceAllString(s, "$1…")
}
