package timing

import (
	"slices"
	"time"
)

// Parallel says how many steps ran at once. Steps that share a vertex count as
// one; BuildKit's own work, and what was only found in the cache, not at all.
type Parallel struct {
	Samples []Sample // ascending; each holds until the next
	Max     int
	Average float64 // over the time in which at least one ran; 0 when none did
}

// Sample is how many steps ran from a moment on.
type Sample struct {
	At      time.Time
	Running int
}

func (n *net) parallel() Parallel {
	type change struct {
		at time.Time
		by int
	}
	changes := make([]change, 0, 2*len(n.nodes))
	for i := range n.nodes {
		x := &n.nodes[i]
		if len(x.v.Steps) > 0 && x.end.After(x.start) && !n.glance(x) {
			changes = append(changes, change{x.start, 1}, change{x.end, -1})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	p := Parallel{Samples: make([]Sample, 0, len(changes))}
	var some, all time.Duration
	running := 0
	for i := 0; i < len(changes); {
		at := changes[i].at
		if k := len(p.Samples); k > 0 && running > 0 {
			d := at.Sub(p.Samples[k-1].At)
			some, all = some+d, all+d*time.Duration(running)
		}
		for ; i < len(changes) && changes[i].at.Equal(at); i++ {
			running += changes[i].by
		}
		p.Samples = append(p.Samples, Sample{at, running})
		p.Max = max(p.Max, running)
	}
	if some > 0 {
		p.Average = float64(all) / float64(some)
	}
	n.samples = p.Samples
	return p
}

// Busy is the most steps that ran at once between two moments.
func (a *Analysis) Busy(from, to time.Time) int { return a.net.busy(from, to) }

// busy is the most steps that ran at once between two moments.
func (n *net) busy(from, to time.Time) int {
	if !to.After(from) {
		return 0
	}
	i, _ := slices.BinarySearchFunc(n.samples, from, func(s Sample, at time.Time) int { return s.At.Compare(at) })
	most := 0
	if i > 0 && (i == len(n.samples) || n.samples[i].At.After(from)) {
		most = n.samples[i-1].Running
	}
	for ; i < len(n.samples) && n.samples[i].At.Before(to); i++ {
		most = max(most, n.samples[i].Running)
	}
	return most
}
