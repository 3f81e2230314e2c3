package saving_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/saving"
)

// TestEveryByteOnce: whatever lies where and whatever content is said to prove, no byte
// is told twice, and every item can be found.
func TestEveryByteOnce(t *testing.T) {
	parts := []string{
		"usr", "share", "doc", "man", "locale", "de", "lib", "debug", "python3.12", "site-packages", "node_modules", "pkg", "tests", "test", "__pycache__",
		"a.py", "a.cpython-312.pyc", "x.js", "x.js.map", "README.md", "copyright", "lib.a", "test_a.py", "package.json", "gems", "spec",
	}
	rapid.Check(t, func(t *rapid.T) {
		path := func() string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 6).Draw(t, "path"), "/")
		}
		im := &image.Image{Config: image.Config{Env: []string{"LANG=" + rapid.SampledFrom([]string{"", "C", "de_DE.UTF-8", ";"}).Draw(t, "lang")}}}
		in := saving.Input{Image: im}
		var trees []*image.Tree
		for k := range rapid.IntRange(1, 3).Draw(t, "layers") {
			b := image.NewBuilder()
			var proofs []saving.Proof
			for range rapid.IntRange(0, 25).Draw(t, "files") {
				p := path()
				e := image.Entry{Path: p, Size: rapid.Int64Range(0, 3<<20).Draw(t, "size"), Sum: 1}
				if rapid.IntRange(0, 9).Draw(t, "whiteout") == 0 {
					e = image.Entry{Path: p, Type: image.Whiteout}
				}
				b.Add(e)
				if rapid.Bool().Draw(t, "proved") {
					proofs = append(proofs, saving.Proof{
						Path: "/" + p, Kind: rapid.SampledFrom([]saving.Kind{saving.Static, saving.Maps, saving.Debug}).Draw(t, "kind"),
						Debug: rapid.Int64Range(0, 1<<62).Draw(t, "debug"), Symbols: rapid.Int64Range(0, 1<<62).Draw(t, "symbols"),
					})
				}
			}
			trees = append(trees, b.Tree())
			im.Layers = append(im.Layers, image.Layer{Index: k, Tree: trees[k], Origin: image.Origin{Stage: -1, Base: k == 0}})
			in.Proofs = append(in.Proofs, proofs)
		}
		for range rapid.IntRange(0, 2).Draw(t, "findings") {
			in.Findings = append(in.Findings, finding.Finding{Category: finding.Cache, Path: "/" + path(), Title: "a cache", Fix: "mount it"})
		}
		in.Tree = image.Stack(trees...)
		r := saving.Of(in)
		var all, suggested int64
		for _, it := range r.Items {
			all += it.Bytes
			if it.Suggested {
				suggested += it.Bytes
			}
			if it.Bytes < 0 || it.Files < 1 || it.How == "" || len(it.Evidence) == 0 || in.Tree.Path(it.Node) != it.Path || in.Tree.IsDir(it.Node) != it.Dir || it.Base != (it.Layer == 0) {
				t.Fatalf("%+v", it)
			}
			if it.Bytes > in.Tree.Size(it.Node) {
				t.Fatalf("%+v holds %d bytes", it, in.Tree.Size(it.Node))
			}
		}
		if all > in.Tree.Size(image.Root) || suggested != r.Own+r.Base {
			t.Fatalf("%d bytes told of %d, suggested %d, own %d, base %d", all, in.Tree.Size(image.Root), suggested, r.Own, r.Base)
		}
	})
}
