package saving

import (
	"strings"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
)

// collector goes through the tree once. Every file is claimed once at most.
type collector struct {
	in     Input
	t      *image.Tree
	claims []claim        // [0] claims nothing
	claim  []int32        // by node: index of the claim that it lies under
	parcel []image.NodeID // by node: the directory of packages that it lies in, or None
	taken  []bool         // by node: a file that is claimed whole
	by     map[key]*group
	groups []*group // in the order of finding
}

// claim is a directory all of which is of one kind.
type claim struct {
	kind  Kind
	at    image.NodeID // the item's path
	layer int          // to which seen and how belong; -1 for any
	seen  []string
	how   string
}

func newCollector(in Input) *collector {
	n := in.Tree.Len()
	return &collector{
		in: in, t: in.Tree, claims: make([]claim, 1), claim: make([]int32, n), parcel: make([]image.NodeID, n),
		taken: make([]bool, n), by: map[key]*group{},
	}
}

// group returns the item for a kind at a place in a layer.
func (c *collector) group(kind Kind, at image.NodeID, layer int) *group {
	k := key{kind, at, layer}
	g := c.by[k]
	if g == nil {
		g = &group{key: k}
		c.by[k] = g
		c.groups = append(c.groups, g)
	}
	return g
}

// find is the present node at a path.
func (c *collector) find(p string) (image.NodeID, bool) {
	id, ok := c.t.Find(p)
	return id, ok && c.t.Change(id) != image.Removed
}

// mark claims what lies at and below a node. The first claim counts.
func (c *collector) mark(id image.NodeID, cl claim) {
	if c.claim[id] == 0 {
		c.claims = append(c.claims, cl)
		c.claim[id] = int32(len(c.claims) - 1)
	}
}

// marked claims what the findings of caches and the places that distributions agree on say.
func (c *collector) marked() {
	for _, f := range c.in.Findings {
		if f.Category != finding.Cache || f.Path == "" {
			continue
		}
		if id, ok := c.find(f.Path); ok {
			c.mark(id, claim{kind: Cache, at: id, layer: f.Layer, seen: append([]string{f.Title}, f.Evidence...), how: f.Fix})
		}
	}
	for _, p := range places() {
		if id, ok := c.find(p.path); ok && c.t.IsDir(id) {
			c.mark(id, claim{kind: p.kind, at: id, layer: -1})
		}
	}
	c.locales()
}

// walk hands claims down, parents before children, and looks at the names of what is
// not claimed.
func (c *collector) walk() {
	for id := range image.NodeID(c.t.Len()) {
		if c.t.Change(id) == image.Removed {
			continue
		}
		c.parcel[id] = image.None
		if id > image.Root {
			up := c.t.Parent(id)
			c.parcel[id] = c.parcel[up]
			if c.claim[id] == 0 || c.claim[up] != 0 {
				c.claim[id] = c.claim[up]
			}
		}
		if c.claim[id] == 0 {
			if c.t.IsDir(id) {
				c.directory(id)
			} else {
				c.named(id)
			}
		}
		if n := c.claim[id]; n != 0 && !c.t.IsDir(id) {
			c.claimed(id, &c.claims[n])
		}
	}
}

// claimed counts a file that a claim covers.
func (c *collector) claimed(id image.NodeID, cl *claim) {
	if c.t.Type(id) != image.Regular {
		return
	}
	kind := cl.kind
	if (kind == Docs || kind == Man || kind == Info) && isLicence(c.t.RawName(id)) {
		kind = Licences
	}
	c.take(kind, cl.at, id)
	if g := c.group(kind, cl.at, c.t.Layer(id)); g.files == 1 && kind == cl.kind && (cl.layer < 0 || cl.layer == g.layer) {
		g.seen, g.how = cl.seen, cl.how
	}
}

// take counts a whole file.
func (c *collector) take(kind Kind, at, id image.NodeID) {
	c.taken[id] = true
	c.group(kind, at, c.t.Layer(id)).add(id, c.t.Size(id))
}

// alone is from how many bytes on a file is an item of its own.
const alone = 1 << 20

// proofs counts what content proved of files that nothing else claims.
func (c *collector) proofs() {
	for layer, list := range c.in.Proofs {
		for _, p := range list {
			id, ok := c.find(p.Path)
			if !ok || c.taken[id] || c.t.Type(id) != image.Regular || c.t.Layer(id) != layer {
				continue // another layer has another file there, or it is claimed already
			}
			dir := c.t.Parent(id)
			switch p.Kind {
			case Static:
				c.take(Static, c.place(id, dir, c.t.Size(id)), id)
			case Maps:
				if _, ok := c.t.Child(dir, strings.TrimSuffix(c.t.RawName(id), ".map")); ok {
					c.take(Maps, c.place(id, c.home(id), c.t.Size(id)), id)
				}
			case Debug:
				n := min(p.Debug+p.Symbols, c.t.Size(id))
				if n <= 0 {
					continue
				}
				c.taken[id] = true
				g := c.group(Debug, c.place(id, dir, n), layer)
				g.add(id, n)
				g.debug += p.Debug
				g.symbols += p.Symbols
			}
		}
	}
}

// place is where an item for a file is shown: at the file when it is large, else at
// the directory that stands for it.
func (c *collector) place(id, dir image.NodeID, bytes int64) image.NodeID {
	if bytes >= alone {
		return id
	}
	return dir
}

// home is the directory that stands for a file among packages, or at the top of an
// application.
func (c *collector) home(id image.NodeID) image.NodeID {
	if p := c.parcel[id]; p != image.None {
		return p
	}
	for up := c.t.Parent(id); up > image.Root; up = c.t.Parent(id) {
		if c.t.Parent(up) <= image.Root {
			return up
		}
		id = up
	}
	return image.Root
}
