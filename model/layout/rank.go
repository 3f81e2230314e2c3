package layout

import (
	"slices"

	"github.com/stagedive/stagedive/model"
)

// rank gives every vert a rank: as early as its inputs allow, and then later
// where that makes the edges shorter in sum. Of places that are equally good the
// earliest wins: a stage that could stand near its image or near its user stands
// where it can begin. An image that one stage alone uses goes along with it.
func (p *part) rank() {
	topo := p.topo()
	for _, i := range topo {
		for _, n := range p.verts[i].outs {
			for _, t := range p.nets[n].targets {
				v := &p.verts[t.vert]
				v.rank = max(v.rank, p.verts[i].rank+1)
			}
		}
	}
	p.shorten()
	p.limit(topo)
	p.start0()
}

// start0 lets the ranks begin at 0.
func (p *part) start0() {
	least := p.verts[0].rank
	for i := range p.verts {
		least = min(least, p.verts[i].rank)
	}
	for i := range p.verts {
		p.verts[i].rank -= least
	}
}

// limit moves stages of ranks that are longer than RankMax to later ones: first
// those that nothing waits for, then those with the most room below, of equals
// the last in the file. What depends on them moves along.
func (p *part) limit(topo []int) {
	if p.o.RankMax <= 0 {
		return
	}
	last := 0
	for _, i := range topo {
		if v := &p.verts[i]; !v.external {
			last = max(last, v.rank)
		}
	}
	var rank []int
	for r := 0; r <= last; r++ {
		rank = rank[:0]
		length := -p.o.NodeGap
		for _, i := range topo {
			if v := &p.verts[i]; v.rank == r && !v.external {
				rank = append(rank, i)
				length += v.w + p.o.NodeGap
			}
		}
		for length > p.o.RankMax && len(rank) > 1 {
			at, most := -1, 0
			for k, i := range rank {
				if slack := p.slack(i, len(topo)); slack >= most {
					at, most = k, slack
				}
			}
			length -= p.verts[rank[at]].w + p.o.NodeGap
			last = max(last, p.lower(rank[at], r+1))
			rank = slices.Delete(rank, at, at+1)
		}
	}
	for _, i := range topo {
		v := &p.verts[i]
		if !v.external || len(v.outs) == 0 {
			continue
		}
		v.rank = p.firstUser(i) - 1
	}
}

// lower takes a vert down to a rank and what it leads to along; it returns the
// last rank that it used.
func (p *part) lower(i, rank int) (last int) {
	p.verts[i].rank, last = rank, rank
	for _, n := range p.verts[i].outs {
		for _, t := range p.nets[n].targets {
			if p.verts[t.vert].rank <= rank {
				last = max(last, p.lower(t.vert, rank+1))
			}
		}
	}
	return last
}

// slack is how many ranks vert i can move down alone; all, when nothing uses it.
func (p *part) slack(i, all int) int {
	if len(p.verts[i].outs) == 0 {
		return all
	}
	return p.firstUser(i) - 1 - p.verts[i].rank
}

// firstUser is the least rank of what uses vert i.
func (p *part) firstUser(i int) int {
	least := -1
	for _, n := range p.verts[i].outs {
		for _, t := range p.nets[n].targets {
			if r := p.verts[t.vert].rank; least < 0 || r < least {
				least = r
			}
		}
	}
	return least
}

// topo lists the verts so that every edge points forward: externals, then
// stages in file order, which model.Graph promises.
func (p *part) topo() []int {
	out := make([]int, 0, len(p.verts))
	for i := range p.verts {
		if p.verts[i].external {
			out = append(out, i)
		}
	}
	for i := range p.verts {
		if !p.verts[i].external {
			out = append(out, i)
		}
	}
	return out
}

// thread fills the ranks: it gives every net a place in each rank that it passes
// and links the neighbours of adjacent ranks.
func (p *part) thread() {
	passing := 0
	for n := range p.nets {
		passing += max(0, p.last(n)-p.verts[p.nets[n].from].rank-1)
	}
	p.verts = slices.Grow(p.verts, passing)
	for n := range p.nets {
		t := &p.nets[n]
		from, last := p.verts[t.from].rank, p.last(n)
		t.pass = make([]int, 0, max(0, last-from-1))
		at := t.from
		for r := from + 1; r < last; r++ {
			id := len(p.verts)
			p.verts = append(p.verts, vert{node: model.None, net: n, rank: r, w: 1, h: 1})
			t.pass = append(t.pass, id)
			p.join(n, at, id)
			at = id
		}
		for _, tg := range t.targets {
			at := t.from
			if k := p.verts[tg.vert].rank - from - 2; k >= 0 {
				at = t.pass[k]
			}
			p.join(n, at, tg.vert)
		}
	}
	for i := range p.verts {
		r := p.verts[i].rank
		for len(p.ranks) <= r {
			p.ranks = append(p.ranks, nil)
		}
		p.ranks[r] = append(p.ranks[r], i)
	}
}

// last is the rank of the last target of net n.
func (p *part) last(n int) int {
	last := 0
	for _, t := range p.nets[n].targets {
		last = max(last, p.verts[t.vert].rank)
	}
	return last
}

func weight(k model.EdgeKind) int {
	if k == model.EdgeBase {
		return 3
	}
	return 2
}

func (p *part) join(n, a, b int) {
	weight := weight(p.nets[n].kind)
	switch aPass, bPass := p.verts[a].node == model.None, p.verts[b].node == model.None; {
	case aPass && bPass:
		weight *= 8
	case aPass || bPass:
		weight *= 2
	}
	if v := &p.verts[a]; v.external && len(v.outs) == 1 && len(p.nets[n].targets) == 1 {
		weight = 1 // it is there for one stage only: better its line bends than one between stages
	}
	atA, atB := (p.verts[a].w-1)/2, (p.verts[b].w-1)/2
	p.verts[a].downs = append(p.verts[a].downs, link{b, weight, n, atA, atB})
	p.verts[b].ups = append(p.verts[b].ups, link{a, weight, n, atB, atA})
}
