package comparison_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"

	"github.com/stagedive/stagedive/inspect/report/comparison"
	"github.com/stagedive/stagedive/internal/goldens"
	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/ladder"
)

// target is all that can be told of one target, by hand.
func target() comparison.Report {
	mb := func(n float64) int64 { return int64(n * 1e6) }
	n := func(files int, bytes int64) crossing.Amount { return crossing.Amount{Files: files, Bytes: bytes} }
	return comparison.Report{
		Ladder: &ladder.Ladder{
			Name: "runtime", Target: 2, Headline: "at least 451.7 MB → 165.2 MB, 63 % less; 135.1 MB of it is the base, node:20-alpine",
			Rungs: []ladder.Rung{
				{Kind: ladder.Base, Name: "registry.example.com/a/very/long/name/of/an/image/node:20-alpine", Stage: -1, Known: true, Bytes: mb(135.1), Base: mb(135.1), Share: 0.299},
				{Kind: ladder.Stage, Name: "builder", From: "node:20-alpine", Known: true, Bytes: mb(450), Base: mb(135.1), Share: 0.996},
				{Kind: ladder.Stage, Name: "assets", Stage: 1, From: "busybox"},
				{Kind: ladder.Single, Name: "all in one stage", From: "node:20-alpine", Stage: -1, Known: true, Bytes: mb(451.7), Base: mb(135.1), Share: 1, AtLeast: true},
				{Kind: ladder.Final, Name: "runtime", Stage: 2, From: "scratch", Known: true, Bytes: 812, Share: 0.0000018},
			},
			Derived: &ladder.Derived{
				Builder: "builder", From: "node:20-alpine", Stands: "builder with all it is built upon, and so on until the line is full and goes on to the next one; derived, not built.",
				Parts: []ladder.Part{{Name: "builder", Bytes: mb(450), What: "the builder with what it is built upon"}, {Name: "runtime", Bytes: mb(1.7), What: "what its steps add"}},
			},
			Separate: &ladder.Separate{
				Files: []ladder.Dockerfile{
					{Name: "Dockerfile.builder", Tag: "stage/builder", Stages: []string{"deps", "builder"}, Lines: []string{"FROM node:20-alpine"}},
					{Name: "Dockerfile", Tag: "stage/runtime", Stages: []string{"runtime"}, Changed: []ladder.Change{{Line: 12, Was: "COPY --from=builder /app /app", Becomes: []string{"COPY carried/builder/app /app"}}}},
				},
				Script:   []string{"set -e", "docker build -t stage/builder -f Dockerfile.builder .", "docker cp -L builder-files:/a/path/that/is/so/long/that/no/width/of/sixty/has/room/for/it carried/builder/"},
				Replaces: []string{"One Dockerfile and one command stand for 2 Dockerfiles and a script of 6 commands that somebody keeps in order."},
			},
		},
		Crossed: &crossing.Report{
			Name: "runtime", Target: 2,
			Edges: []crossing.Edge{
				{Kind: model.EdgeBase, From: "deps", To: "builder", Known: true},
				{Index: 1, Kind: model.EdgeCopy, From: "builder", To: "runtime", Line: 12, Text: "COPY --from=builder /app /app", Known: true, Carried: n(12, mb(29)), Kept: n(11, mb(28)), Source: n(900, mb(450)), Largest: []crossing.File{{From: "/app/dist/server.js", Path: "/srv/server.js", Bytes: mb(20)}, {Path: "/app/日本語.js", Bytes: 9}}},
				{Index: 2, Kind: model.EdgeMount, From: "assets", To: "builder", Line: 9, Text: "make", Known: true, Shown: n(3, 4000), Source: n(10, 9000)},
				{Index: 3, Kind: model.EdgeCopy, From: "assets", To: "runtime", Line: 13, Text: "COPY --from=assets /static /static"},
			},
			Stages: []crossing.Stage{
				{Name: "builder", Known: true, Total: n(900, mb(450)), Kept: n(11, mb(28)), Discarded: n(889, mb(422)), Includes: []crossing.Item{{Path: "/app", Amount: n(11, mb(28))}}, Kinds: []crossing.Portion{
					{Kind: crossing.Toolchain, Amount: n(400, mb(300)), Items: []crossing.Item{{Path: "/usr/local/lib/node_modules/typescript", Title: "TypeScript compiler", Amount: n(400, mb(300))}}},
					{Kind: crossing.Intermediate, Amount: n(489, mb(122))},
				}},
				{Name: "assets"},
			},
		},
	}
}

func text(t *testing.T, r comparison.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := comparison.Text(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTarget(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		r := target()
		r.Width = width
		goldens.Check(t, fmt.Sprintf("testdata/target-%d.txt", width), text(t, r))
	}
	r := target()
	r.ASCII = true
	got := text(t, r)
	goldens.Check(t, "testdata/target-ascii.txt", got)
	for _, c := range strings.ReplaceAll(got, "日本語", "") {
		if c > 126 {
			t.Errorf("%q is not ASCII", c)
		}
	}
}

// Whatever the width, no line is wider; but for the script, which somebody may copy.
func TestLinesFit(t *testing.T) {
	for width := 60; width <= 200; width++ {
		r := target()
		r.Width = width
		script := strings.Join(r.Ladder.Separate.Script, "\n")
		for line := range strings.Lines(text(t, r)) {
			line = strings.TrimRight(line, "\n")
			if w := displaywidth.String(line); w > width && !strings.Contains(script, strings.TrimSpace(line)) {
				t.Fatalf("at width %d, %d cells: %s", width, w, line)
			}
		}
	}
}
