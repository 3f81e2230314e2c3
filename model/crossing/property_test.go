package crossing_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/crossing"
	"github.com/stagedive/stagedive/model/finding"
)

// thing is a file of a build that is played through in memory. No two are written with the
// same content, and each remembers where it has been.
type thing struct {
	content string
	been    []place
}

type place struct {
	stage int
	path  string
}

// disk is a file system: things by path, without a first slash. What is no thing and has
// things below it is a directory.
type disk map[string]thing

func (d disk) isDir(p string) bool {
	for q := range d {
		if p == "" || strings.HasPrefix(q, p+"/") {
			return true
		}
	}
	return false
}

// put writes a thing where it fits: not where a directory is, not below another thing.
func (d disk) put(p string, x thing) bool {
	if d.isDir(p) {
		return false
	}
	for up := path.Dir(p); up != "."; up = path.Dir(up) {
		if _, ok := d[up]; ok {
			return false
		}
	}
	d[p] = x
	return true
}

// play makes a random build: its Dockerfile, the images of its stages, and what became of
// every file.
type play struct {
	*rand.Rand
	*scene
	disks  []disk
	layers [][]made
	wrote  int
}

func (p *play) name() string { return string(rune('a' + p.IntN(3))) }

// somewhere is a path of one to three names.
func (p *play) somewhere() string {
	out := p.name()
	for range p.IntN(3) {
		out += "/" + p.name()
	}
	return out
}

func (p *play) lines(d disk) []string {
	var out []string
	for _, at := range slices.Sorted(maps.Keys(d)) {
		out = append(out, at+" "+d[at].content)
	}
	return out
}

// write is a RUN: it writes, stores again and removes files.
func (p *play) write(stage, step int, d disk) made {
	fresh := disk{}
	var gone []string
	for range 1 + p.IntN(4) {
		at := p.somewhere()
		if old, ok := d[at]; ok && p.IntN(2) == 0 {
			if p.IntN(2) == 0 {
				fresh[at] = old // a chmod
			} else if _, new := fresh[at]; !new {
				delete(d, at)
				gone = append(gone, "-"+at)
			}
			continue
		}
		p.wrote++
		if x := (thing{fmt.Sprintf("content %d", p.wrote), nil}); d.put(at, x) {
			fresh[at] = x
		}
	}
	gone = slices.DeleteFunc(gone, func(l string) bool { return fresh.isDir(l[1:]) || fresh[l[1:]].content != "" })
	return p.made(stage, step, append(gone, p.lines(fresh)...))
}

func (p *play) made(stage, step int, lines []string) made {
	return made{fmt.Sprintf("s%d %d", stage, step), layer(lines...)}
}

// take is a COPY --from: of a file, of a directory's content, of what a wildcard matches.
func (p *play) take(stage, step, from int, d disk) (words string, l made) {
	src, dest := p.somewhere(), p.somewhere()
	word, into := src, p.IntN(2) == 0
	if p.IntN(4) == 0 {
		word, into = path.Join(path.Dir(src), "*"), true
	}
	fresh := disk{}
	carry := func(from string, to string, x thing) {
		if d.put(to, x) {
			fresh[to] = x
		}
	}
	source := p.disks[from]
	for _, root := range slices.Sorted(maps.Keys(source.entries(path.Dir(word)))) {
		if ok, _ := path.Match(path.Base(word), path.Base(root)); !ok {
			continue
		}
		if x, ok := source[root]; ok {
			at := dest
			if into || d.isDir(dest) {
				at = path.Join(dest, path.Base(root))
			}
			carry(root, at, x)
			continue
		}
		for _, q := range slices.Sorted(maps.Keys(source)) {
			if rest, ok := strings.CutPrefix(q, root+"/"); ok {
				carry(q, path.Join(dest, rest), source[q])
			}
		}
	}
	if into {
		dest += "/"
	}
	return fmt.Sprintf("--from=s%d /%s /%s", from, word, dest), p.made(stage, step, p.lines(fresh))
}

// entries are what lies right in a directory.
func (d disk) entries(dir string) map[string]bool {
	out := map[string]bool{}
	for q := range d {
		rest, ok := strings.CutPrefix(q, dir+"/")
		if dir == "." {
			rest, ok = q, true
		}
		if ok {
			first, _, _ := strings.Cut(rest, "/")
			out[path.Join(dir, first)] = true
		}
	}
	return out
}

// stages plays one after the other.
func (p *play) stages(n int) {
	for i := range n {
		d, from, layers := disk{}, "scratch", []made(nil)
		switch {
		case i > 0 && p.IntN(2) == 0:
			base := p.IntN(i)
			from, d, layers = fmt.Sprintf("s%d", base), maps.Clone(p.disks[base]), slices.Clone(p.layers[base])
		case p.IntN(2) == 0:
			from = "image"
			d["a/base"], d["b/base"] = thing{"of the base", nil}, thing{"of it, too", nil}
			layers = []made{{"base", layer(p.lines(d)...)}}
		}
		var steps []model.Step
		for k := range 1 + p.IntN(4) {
			if i == 0 || p.IntN(3) > 0 {
				steps = append(steps, run("x"))
				layers = append(layers, p.write(i, k+1, d))
				continue
			}
			words, l := p.take(i, k+1, p.IntN(i), d)
			steps = append(steps, copyStep(words))
			layers = append(layers, l)
		}
		for at, x := range d {
			x.been = append(slices.Clone(x.been), place{i, at})
			d[at] = x
		}
		p.stage(fmt.Sprintf("s%d", i), from, steps...)
		p.disks, p.layers = append(p.disks, d), append(p.layers, layers)
	}
	p.join()
	for i := range n {
		p.look(i, []finding.Finding{
			{Category: finding.Cache, Holds: []string{"/a"}},
			{Category: finding.Toolchain, Holds: []string{"/a/b", "/c/c"}},
			{Category: finding.Source, Holds: []string{"/a/b/a", "/b/a"}},
		}, p.layers[i]...)
	}
}

// Whatever is built, what is told of is what became of every single file.
func TestEveryFileIsAccountedFor(t *testing.T) {
	for seed := range uint64(3000) {
		p := &play{Rand: rand.New(rand.NewPCG(seed, 7)), scene: newScene()}
		n := 2 + p.IntN(5)
		p.stages(n)
		target := n - 1
		r := p.of(t, target)
		kept := map[place]bool{}
		for _, x := range p.disks[target] {
			for _, at := range x.been {
				kept[at] = true
			}
		}
		for _, s := range r.Stages {
			var want crossing.Amount
			for at, x := range p.disks[s.Index] {
				if kept[place{s.Index, at}] {
					want = want.Add(crossing.Amount{Files: 1, Bytes: int64(len(x.content))})
				}
			}
			if s.Kept != want || s.Total.Files != len(p.disks[s.Index]) {
				t.Errorf("seed %d: %s keeps %v of %d files, not %v of %d", seed, s.Name, s.Kept, s.Total.Files, want, len(p.disks[s.Index]))
			}
		}
		for _, e := range r.Edges {
			if e.Kind == model.EdgeCopy && e.Untraced.Files > 0 {
				t.Errorf("seed %d: %d files of line %d are untraced", seed, e.Untraced.Files, e.Line)
			}
		}
		if t.Failed() {
			for _, s := range p.g.Stages {
				for _, step := range s.Steps {
					t.Log(step.Line, step.Text)
				}
			}
			for i, d := range p.disks {
				t.Log(i, p.lines(d))
			}
			return
		}
	}
}
