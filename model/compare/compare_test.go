package compare

import (
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
)

// layer makes a layer of files, path and content's checksum.
func layer(id string, files map[string]uint64) image.Layer {
	b := image.NewBuilder()
	size := int64(0)
	for path, sum := range files {
		b.Add(image.Entry{Path: path, Mode: 0o644, Size: int64(sum), Sum: sum})
		size += int64(sum)
	}
	return image.Layer{DiffID: id, Size: size, Tree: b.Tree()}
}

func sides() []Side {
	base := layer("base", map[string]uint64{"etc/os": 10, "bin/sh": 100})
	fat := &image.Image{
		Layers:   []image.Layer{base, layer("tools", map[string]uint64{"usr/bin/gcc": 1000}), layer("app", map[string]uint64{"app/main": 50, "app/main.c": 5})},
		Packages: []inventory.Package{{Kind: inventory.Deb, Name: "gcc", Version: "12"}, {Kind: inventory.Deb, Name: "libc", Version: "2.36"}, {Kind: inventory.Deb, Name: "gone", Version: "1", Gone: 2}},
		Config:   image.Config{Cmd: []string{"sh", "-c", "a b"}, Env: []string{"PATH=/bin", "CC=gcc"}},
	}
	slim := &image.Image{
		Layers:   []image.Layer{base, layer("copied", map[string]uint64{"app/main": 51, "app/data": 7})},
		Packages: []inventory.Package{{Kind: inventory.Deb, Name: "libc", Version: "2.37"}, {Kind: inventory.NPM, Name: "libc", Version: "1"}},
		Config:   image.Config{User: "7", Cmd: []string{"sh", "-c", "a", "b"}, Env: []string{"PATH=/bin"}},
	}
	return []Side{
		{Name: "fat", Image: fat, Found: []finding.Finding{{Severity: finding.High}, {Severity: finding.Low}}, Build: &Build{Ran: 3}},
		{Name: "slim", Image: slim, Build: &Build{Cached: 2}},
		{Name: "lost", Problem: "it is not there"},
	}
}

func TestFacts(t *testing.T) {
	c := New(sides()...)
	if c.Complete() {
		t.Error("a side without an image counts")
	}
	want := map[string][]string{
		"size": {"1.2 kB", "168 B", "–"}, "layers": {"3", "2", "–"}, "files": {"5", "4", "–"},
		"files.added": {"–", "1", "–"}, "files.removed": {"–", "2", "–"}, "files.changed": {"–", "1", "–"}, "files.metadata": {"–", "0", "–"},
		"packages": {"2", "2", "–"}, "findings": {"2", "0", "–"}, "findings.high": {"1", "0", "–"}, "findings.low": {"1", "0", "–"}, "settings.differ": {"–", "3", "–"}, "layers.shared": {"0", "0", "–"},
		"build.busy": {"0.0s", "0.0s", "–"}, "build.ran": {"3", "0", "–"}, "build.cached": {"0", "2", "–"},
	}
	for _, f := range c.Facts() {
		var got []string
		for i := range c.Sides {
			got = append(got, f.Text(i))
		}
		if !slices.Equal(got, want[f.Key]) {
			t.Errorf("%s: %q, want %q", f.Key, got, want[f.Key])
		}
		delete(want, f.Key)
		if p, ok := f.Percent(1); f.Key == "size" && (!ok || p > -85 || p < -86) {
			t.Errorf("the size differs by %v %%", p)
		}
	}
	if len(want) > 0 {
		t.Errorf("no rows for %v", want)
	}
	for _, f := range New(Side{Name: "a"}, Side{Name: "b"}).Facts() {
		t.Errorf("a row without numbers: %s", f.Key)
	}
}

func TestLayers(t *testing.T) {
	twice := layer("twice", nil)
	a := &image.Image{Layers: []image.Layer{layer("base", nil), twice, layer("a", nil), twice}}
	b := &image.Image{Layers: []image.Layer{layer("base", nil), layer("b", nil), twice, layer("z", nil)}}
	var got []string
	for _, l := range New(Side{Image: a}, Side{Image: b}).Layers() {
		mark := l.DiffID
		if l.Shared() {
			mark += "="
		}
		got = append(got, mark)
	}
	// b's own come after the layer that they follow.
	if want := []string{"base=", "b", "twice=", "z", "a", "twice"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPackages(t *testing.T) {
	type row struct {
		name   string
		change image.Change
	}
	var got []row
	for _, p := range New(sides()...).Packages() {
		got = append(got, row{string(p.Kind) + " " + p.Name, p.Change(1)})
		if p.Same() {
			t.Errorf("%s counts as the same, and one side has no image", p.Name)
		}
	}
	if want := []row{{"deb gcc", image.Removed}, {"deb libc", image.Modified}, {"npm libc", image.Added}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSettings(t *testing.T) {
	var differ []string
	for _, s := range New(sides()[:2]...).Settings() {
		if !s.Same() {
			differ = append(differ, s.Name)
		}
	}
	if want := []string{"user", "cmd", "env CC"}; !slices.Equal(differ, want) {
		t.Errorf("%v differ, want %v", differ, want)
	}
}
