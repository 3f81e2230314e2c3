package build

import "time"

// Pauses are the times until now in which the build stood at a breakpoint and nothing
// ran beside: they are a person's, and no part of how long the build took. Disjoint,
// ascending, closed.
func (b *Build) Pauses(now time.Time) []Interval {
	if len(b.stops) == 0 {
		return nil
	}
	if b.End != nil {
		now = b.Ended
	}
	var ran []Interval
	for _, v := range b.vertices {
		ran = append(ran, v.runs...)
	}
	var out []Interval
	ran = mergeIntervals(ran, now)
	for _, s := range mergeIntervals(b.stops, now) {
		for _, r := range ran {
			if !r.End.After(s.Start) || !r.Start.Before(s.End) {
				continue
			}
			if r.Start.After(s.Start) {
				out = append(out, Interval{s.Start, r.Start})
			}
			s.Start = r.End
		}
		if s.End.After(s.Start) {
			out = append(out, s)
		}
	}
	return out
}

// Unpaused is a moment as it would have been without the pauses before it.
func Unpaused(t time.Time, pauses []Interval) time.Time {
	var lost time.Duration
	for _, p := range pauses {
		switch {
		case t.After(p.End):
			lost += p.End.Sub(p.Start)
		case t.After(p.Start):
			lost += t.Sub(p.Start)
		}
	}
	return t.Add(-lost)
}

// pause notes that the build stands still, or does no longer.
func (b *Build) pause(at time.Time, over bool) {
	last := len(b.stops) - 1
	stands := last >= 0 && b.stops[last].End.IsZero()
	switch {
	case over && stands:
		b.stops[last].End = at
	case !over && !stands:
		b.stops = append(b.stops, Interval{Start: at})
	}
}
