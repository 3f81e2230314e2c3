package baseline

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/stagedive/stagedive/model"
)

// Seen is what a build that has ended knows of itself.
type Seen struct {
	Began      time.Time
	Engine     string
	Args       []Field
	Graph      *model.Graph
	Definition *Definition
	Listings   []Listing
	// Outcome says how far a step came; false for one that was not reached.
	Outcome func(Ref) (Outcome, bool)
}

// maxGenerations bounds how many listings of a context a record holds: steps that
// builds did not reach are remembered with the files that they last saw.
const maxGenerations = 3

// Snapshot makes of a build the record that the next one is compared with. Steps
// that it did not reach stay as was has them.
func Snapshot(s Seen, was *Record) *Record {
	d := s.Definition
	r := &Record{
		Began: s.Began, Engine: s.Engine, Args: s.Args, Stages: stagesOf(s.Graph, d.key, d.privacy),
		Units: map[Ref]Unit{}, Listings: map[int64][]Listing{},
	}
	generation := int64(1)
	var steps alignment
	if was != nil {
		steps = align(was.Stages, r.Stages)
		for g := range was.Listings {
			generation = max(generation, g+1)
		}
	}
	r.Listings[generation] = s.Listings
	for _, ref := range d.refs() {
		if outcome, reached := s.Outcome(ref); reached {
			u := d.unit(ref).Unit
			u.Outcome, u.Listing = outcome, generation
			r.Units[ref] = u
			continue
		}
		if was == nil {
			continue
		}
		if before, ok := steps.of(ref); ok {
			if u, ok := was.Units[before]; ok {
				r.Units[ref] = u
				r.Listings[u.Listing] = was.Listings[u.Listing]
			}
		}
	}
	r.forget()
	return r
}

// Same says whether two records would be compared with alike, so that the older
// one may stay where it is.
func (r *Record) Same(was *Record) bool {
	if was == nil || r.Engine != was.Engine || len(r.Listings) != len(was.Listings) {
		return false
	}
	if !slices.Equal(r.Args, was.Args) || !reflect.DeepEqual(r.Stages, was.Stages) || len(r.Units) != len(was.Units) {
		return false
	}
	for ref, u := range r.Units {
		before, ok := was.Units[ref]
		if !ok || !sameFiles(r.Listings[u.Listing], was.Listings[before.Listing]) {
			return false
		}
		u.Listing = before.Listing
		if !reflect.DeepEqual(u, before) {
			return false
		}
	}
	return true
}

func sameFiles(a, b []Listing) bool {
	return slices.EqualFunc(a, b, func(x, y Listing) bool {
		return x.Local == y.Local && x.Whole == y.Whole && x.Moving == y.Moving && slices.Equal(x.Exclude, y.Exclude) &&
			(len(x.Entries) > 0 && len(y.Entries) > 0 && &x.Entries[0] == &y.Entries[0] || slices.Equal(x.Entries, y.Entries))
	})
}

// forget drops the oldest listings, and the steps that need them.
func (r *Record) forget() {
	all := slices.Sorted(maps.Keys(r.Listings))
	for _, g := range all[:max(0, len(all)-maxGenerations)] {
		delete(r.Listings, g)
	}
	maps.DeleteFunc(r.Units, func(_ Ref, u Unit) bool {
		_, kept := r.Listings[u.Listing]
		return !kept
	})
}

// Fields describes build arguments by name, in their order.
func Fields(args map[string]string, key Key, p Privacy) []Field {
	out := make([]Field, 0, len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		f := Field{Name: name, Sum: key.sum(args[name])}
		if p.open(name, args[name]) {
			f.Value = args[name]
		}
		out = append(out, f)
	}
	return out
}

// Newest is the latest listing of a local context; nil where there is none.
func (r *Record) Newest(local string) *Listing {
	if r == nil {
		return nil
	}
	for _, g := range slices.Backward(slices.Sorted(maps.Keys(r.Listings))) {
		for i := range r.Listings[g] {
			if l := &r.Listings[g][i]; l.Local == local {
				return l
			}
		}
	}
	return nil
}
