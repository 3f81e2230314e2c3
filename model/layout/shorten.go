package layout

// shorten moves verts to later ranks as long as that makes the edges shorter in
// sum. The sum is an L♮-convex function of the ranks, so that it is least when no
// set of verts makes it less by going one rank down together (Murota, Discrete
// Convex Analysis, 2003); and a best set is a closure of greatest weight: who
// stands right above a member has to be one too. A minimum cut finds it (Picard
// 1976). Going from the earliest ranks with the smallest of the best sets ends at
// the earliest of the best ranks.
func (p *part) shorten() {
	gain := make([]int, len(p.verts)) // of edges' lengths, when the vert goes down
	var all []arc
	for n := range p.nets {
		from := p.nets[n].from
		for _, t := range p.nets[n].targets {
			gain[from]++
			gain[t.vert]--
			all = append(all, arc{from, t.vert})
		}
	}
	c := closure{heads: make([][]int, len(p.verts)+2), level: make([]int, len(p.verts)+2), at: make([]int, len(p.verts)+2)}
	for {
		c.reset()
		source, sink := len(p.verts), len(p.verts)+1
		most := 0
		for i, g := range gain {
			if g > 0 {
				c.pipe(source, i, g)
				most += g
			} else if g < 0 {
				c.pipe(i, sink, -g)
			}
		}
		for _, a := range all {
			if p.verts[a.to].rank == p.verts[a.from].rank+1 {
				c.pipe(a.from, a.to, unbounded)
			}
		}
		if c.flow(source, sink) == most {
			return
		}
		for i := range p.verts {
			if c.level[i] >= 0 { // still reached from the source: on its side of the cut
				p.verts[i].rank++
			}
		}
	}
}

// arc is an edge between two verts.
type arc struct{ from, to int }

// unbounded is more than any flow.
const unbounded = 1 << 30

// closure is a network of pipes in which Dinic's method looks for a minimum cut.
// Pipe k and k^1 are each other's way back.
type closure struct {
	pipes []pipe
	heads [][]int // pipes by where they begin
	level []int   // distance from the source, -1 where nothing arrives
	at    []int   // the next pipe to try
	todo  []int
}

type pipe struct{ to, room int }

func (c *closure) reset() {
	c.pipes = c.pipes[:0]
	for i := range c.heads {
		c.heads[i] = c.heads[i][:0]
	}
}

func (c *closure) pipe(from, to, room int) {
	c.heads[from] = append(c.heads[from], len(c.pipes))
	c.heads[to] = append(c.heads[to], len(c.pipes)+1)
	c.pipes = append(c.pipes, pipe{to, room}, pipe{from, 0})
}

// flow fills the pipes and returns how much arrives. Afterwards level tells what
// the source still reaches.
func (c *closure) flow(source, sink int) (sum int) {
	for c.reach(source, sink) {
		clear(c.at)
		for {
			n := c.push(source, sink, unbounded)
			if n == 0 {
				break
			}
			sum += n
		}
	}
	return sum
}

func (c *closure) reach(source, sink int) bool {
	for i := range c.level {
		c.level[i] = -1
	}
	c.level[source] = 0
	c.todo = append(c.todo[:0], source)
	for k := 0; k < len(c.todo); k++ {
		i := c.todo[k]
		for _, e := range c.heads[i] {
			if to := c.pipes[e].to; c.pipes[e].room > 0 && c.level[to] < 0 {
				c.level[to] = c.level[i] + 1
				c.todo = append(c.todo, to)
			}
		}
	}
	return c.level[sink] >= 0
}

func (c *closure) push(i, sink, room int) int {
	if i == sink {
		return room
	}
	for ; c.at[i] < len(c.heads[i]); c.at[i]++ {
		e := c.heads[i][c.at[i]]
		to := c.pipes[e].to
		if c.pipes[e].room == 0 || c.level[to] != c.level[i]+1 {
			continue
		}
		if n := c.push(to, sink, min(room, c.pipes[e].room)); n > 0 {
			c.pipes[e].room -= n
			c.pipes[e^1].room += n
			return n
		}
	}
	return 0
}
