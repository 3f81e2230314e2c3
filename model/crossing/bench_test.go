package crossing_test

import (
	"fmt"
	"testing"

	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// BenchmarkOf follows 100,000 files through four stages, one built upon the other, and
// half of them into a target.
func BenchmarkOf(b *testing.B) {
	const files = 100_000
	tree := func(root string, n int) *image.Tree {
		t := image.NewBuilder()
		for i := range n {
			t.Add(image.Entry{Path: fmt.Sprintf("%s/%03d/%03d/file%d", root, i/10_000, i/100%100, i), Mode: 0o644, Size: int64(i), Sum: uint64(i) + 1})
		}
		return t.Tree()
	}
	s := newScene()
	s.stage("s0", "image", run("get"))
	for i := 1; i < 4; i++ {
		s.stage(fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i-1), run("make"))
	}
	target := s.stage("final", "scratch", copyStep("--from=s3 /usr /app"))
	s.join()
	layers := []made{{"base", tree("usr", files)}}
	for i := range 4 {
		layers = append(layers, made{fmt.Sprintf("s%d 1", i), layer(fmt.Sprintf("made/by%d x", i))})
		s.look(i, []finding.Finding{{Category: finding.Toolchain, Holds: []string{"/usr/007"}}}, layers...)
	}
	s.look(target, nil, made{"final 1", tree("app", files/2)})
	for _, l := range s.looks {
		l.Tree = crossing.Stack(l.Image)
	}
	b.ReportAllocs()
	for b.Loop() {
		crossing.Of(crossing.Input{Graph: s.g, Target: target, Looks: s.looks})
	}
}
