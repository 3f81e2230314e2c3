package inspect

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cespare/xxhash/v2"

	"github.com/stagedive/stagedive/model/finding"
)

// holding are stages with the files that they have, by "0:/path"; a stage that is not
// there at all can't be looked into.
type holding map[string]string

func (h holding) Same(_ context.Context, stage int, path string, size int64, sum uint64) (bool, error) {
	if stage != 0 {
		return false, errors.New("gone")
	}
	text := h[path]
	return int64(len(text)) == size && xxhash.Sum64String(text) == sum, nil
}

// TestConfirm: a file that is the same as what it may have been copied from is told of,
// and settles where it is from; nothing is told of others.
func TestConfirm(t *testing.T) {
	files := fstest.MapFS{"src/a.ts": {Data: []byte("text")}, "dir": {Mode: 0o755 | 1<<31}}
	stages := holding{"/app/a.ts": "text"}
	place := func(stage int, path, name string) finding.Place {
		return finding.Place{Stage: stage, Path: path, Name: name}
	}
	for _, tt := range []struct {
		name      string
		from      []finding.Place
		text      string
		many      bool
		told      string // From before
		want, now string // evidence and From afterwards
	}{
		{"of a stage", []finding.Place{place(0, "/app/a.ts", "builder:/app/a.ts")}, "text", false, "", "identical to builder:/app/a.ts", "builder:/app/a.ts"},
		{"of the context", []finding.Place{place(-1, "src/a.ts", "context:src/a.ts")}, "text", false, "context:src/a.ts", "identical to context:src/a.ts", "context:src/a.ts"},
		{"one of two places", []finding.Place{place(-1, "test/a.ts", "context:test/a.ts"), place(-1, "src/a.ts", "context:src/a.ts")}, "text", false, "", "identical to context:src/a.ts", "context:src/a.ts"},
		{"of many files", []finding.Place{place(-1, "src/a.ts", "context:src/a.ts")}, "text", true, "context:src", "/app/a.ts is identical to context:src/a.ts", "context:src"},
		{"changed since", []finding.Place{place(-1, "src/a.ts", "context:src/a.ts")}, "other", false, "context:src/a.ts", "", "context:src/a.ts"},
		{"a stage that is gone", []finding.Place{place(1, "/app/a.ts", "x:/app/a.ts")}, "text", false, "x:/app/a.ts", "", "x:/app/a.ts"},
		{"outside the context", []finding.Place{place(-1, "../a.ts", "context:../a.ts")}, "text", false, "", "", ""},
		{"a directory", []finding.Place{place(-1, "dir", "context:dir")}, "", false, "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := finding.Finding{From: tt.told, Taken: []finding.Taken{{Path: "/app/a.ts", Size: int64(len(tt.text)), Sum: xxhash.Sum64String(tt.text), From: tt.from}}}
			if tt.many {
				f.Files = 2
			}
			found := []finding.Finding{f}
			confirm(context.Background(), found, files, stages)
			if got := strings.Join(found[0].Evidence, "\n"); got != tt.want || found[0].From != tt.now || found[0].Taken != nil {
				t.Errorf("evidence %q, from %q; want %q, %q", got, found[0].From, tt.want, tt.now)
			}
			found = []finding.Finding{f}
			confirm(context.Background(), found, nil, nil)
			if len(found[0].Evidence) > 0 {
				t.Errorf("with nothing to look into: %q", found[0].Evidence)
			}
		})
	}
	large := []finding.Finding{{Taken: []finding.Taken{{Size: maxCompared + 1, Sum: 1, From: []finding.Place{place(-1, "src/a.ts", "x")}}}}}
	confirm(context.Background(), large, files, stages)
	if slices.ContainsFunc(large, func(f finding.Finding) bool { return f.Evidence != nil }) {
		t.Error("a large file was compared")
	}
}
