package content

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Options say how to extract.
type Options struct {
	Layer   int  // after which the files are taken: all layers so far over each other
	Replace bool // files that are there may go
	Setuid  bool // keep setuid, setgid and sticky bits, which are dropped else
	Owner   bool // give files to the owners they have in the image
}

// Report is what an extraction did.
type Report struct {
	Path        string // what was written, as given and made of what was given
	Files       int    // regular files, hard links among them
	Directories int
	Links       int // symbolic ones
	Bytes       int64
	Devices     int // left out: devices and pipes
	Missing     int // their layer could not be read to its end
	Sparse      int // left out: files that the image stores without their holes
	Lost        int // left out: hard links that lead to no file
	Refused     int // left out: names that this file system does not take
}

// LeftOut says what was not written and why; "" when nothing was.
func (r Report) LeftOut() string {
	var parts []string
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{r.Devices, "1 device or pipe", "%d devices or pipes"},
		{r.Sparse, "1 sparse file", "%d sparse files"},
		{r.Lost, "1 hard link that leads to no file", "%d hard links that lead to no file"},
		{r.Refused, "1 name that cannot be a file's here", "%d names that cannot be files' here"},
	} {
		switch {
		case x.n == 1:
			parts = append(parts, x.one)
		case x.n > 1:
			parts = append(parts, fmt.Sprintf(x.many, x.n))
		}
	}
	if parts == nil {
		return ""
	}
	return "left out: " + strings.Join(parts, ", ")
}

// plan is what is extracted: nodes of the tree of all layers so far.
type plan struct {
	tree  *image.Tree
	top   image.NodeID
	name  string // what top is called; "" for the root
	dirs  []node // parents first
	files []file
	links []node // symbolic ones
	rep   Report
}

// node is a node and its path below top; "" for top itself.
type node struct {
	id  image.NodeID
	rel string
}

// file is a node with content, and where that lies.
type file struct {
	node
	at place
}

// plan says what there is to extract at a path. The path's own symbolic links are
// followed within the image, for it is the file that is asked for; those below stay
// links.
func (r *Reader) plan(name string, opt Options) (*plan, error) {
	if opt.Layer < 0 || opt.Layer >= len(r.im.Layers) {
		return nil, fmt.Errorf("the image has %d layers: there is no %s", len(r.im.Layers), nth(opt.Layer))
	}
	f := r.finder()
	p := &plan{tree: f.stack(opt.Layer)}
	id, ok := p.tree.Follow(name)
	if !ok {
		text := fmt.Errorf("%w: %s", ErrNoFile, sanitize.Text(name))
		if opt.Layer < len(r.im.Layers)-1 {
			text = fmt.Errorf("%w after %s", text, nth(opt.Layer))
		}
		return nil, text
	}
	if p.top = id; id != image.Root {
		p.name = path.Base(path.Clean("/" + name))
		if p.name == "/" { // the path ends in .., or is a link to what is asked for
			p.name = path.Base(p.tree.RawPath(id))
		}
	}
	prefix := len(strings.TrimSuffix(p.tree.RawPath(id), "/"))
	for id := range p.tree.Walk(id) {
		if p.tree.Change(id) == image.Removed {
			continue
		}
		raw := p.tree.RawPath(id)
		n := node{id, strings.TrimPrefix(raw[min(prefix, len(raw)):], "/")}
		switch p.tree.Type(id) {
		case image.Directory, image.Opaque:
			p.dirs = append(p.dirs, n)
		case image.Symlink:
			p.links = append(p.links, n)
		case image.Regular, image.Hardlink:
			at, err := f.find(p.tree.Layer(id), raw)
			if err != nil && id == p.top {
				return nil, err
			}
			if err != nil {
				p.rep.Lost++
				continue
			}
			p.files = append(p.files, file{n, at})
		default:
			if id == p.top {
				return nil, notFile(p.tree, id)
			}
			p.rep.Devices++
		}
	}
	return p, nil
}

func (p *plan) isDir() bool { return p.tree.IsDir(p.top) }

// mode is a node's permissions.
func (p *plan) mode(id image.NodeID, opt Options) fs.FileMode {
	bits := p.tree.Info(id).Mode
	mode := fs.FileMode(bits & 0o777)
	if opt.Setuid {
		for _, x := range [...]struct {
			bit  uint32
			mode fs.FileMode
		}{{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky}} {
			if bits&x.bit != 0 {
				mode |= x.mode
			}
		}
	}
	return mode
}

// writer writes what a plan says, in the order of its methods: directories, files as
// their layers come by, hard links to those, symbolic links. Nothing is so written
// through a link.
type writer interface {
	dir(node) error
	file(file) sink
	hardlink(to, n node) error
	symlink(node) error
	end() error
	again() bool // what was written can be written anew
}

// run carries a plan out.
func (r *Reader) run(ctx context.Context, p *plan, w writer) error {
	for _, d := range p.dirs {
		if err := w.dir(d); err != nil {
			return err
		}
	}
	var wants []*want
	type link struct {
		to, n node
		at    place
	}
	var links []link
	first := map[place]node{}
	for _, f := range p.files {
		if to, seen := first[f.at]; seen {
			links = append(links, link{to, f.node, f.at})
			continue
		}
		first[f.at] = f.node
		wants = append(wants, &want{place: f.at, to: w.file(f)})
	}
	damage := r.take(ctx, wants, w.again())
	if damage != nil && (!w.again() || ctx.Err() != nil || failed(wants) != nil) {
		return damage
	}
	lost := map[place]bool{}
	for _, w := range wants {
		switch {
		case w.sparse:
			p.rep.Sparse++
		case !w.whole():
			p.rep.Missing++
			lost[w.place] = true
		}
	}
	if damage != nil && p.rep.Missing == len(wants) {
		return damage
	}
	for _, l := range links {
		if lost[l.at] {
			p.rep.Missing++
			continue
		}
		if err := w.hardlink(l.to, l.n); err != nil {
			return err
		}
	}
	for _, l := range p.links {
		if err := w.symlink(l); err != nil {
			return err
		}
	}
	if err := w.end(); err != nil || damage == nil {
		return err
	}
	return fmt.Errorf("%w; %s missing, the others were written", damage, are(p.rep.Missing))
}

func are(files int) string {
	if files == 1 {
		return "1 file is"
	}
	return measure.Count(files) + " files are"
}
