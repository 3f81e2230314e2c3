// Package history says what a list of builds is: the entries that an engine
// keeps of the builds it ran, whoever began them.
package history

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// Record is one build in an engine's history. All text in it is sanitised.
type Record struct {
	Ref        string // the engine's name for the build
	Name       string // of the build context, as far as its client told; else the Dockerfile
	Dockerfile string // file name, without directories above the context
	Target     string // stage; "" for the last one, or when nobody told
	Platforms  []string
	Project    string // tells build contexts apart; "" where the context is not known
	Own        bool   // stagedive began it

	Started time.Time
	Ended   time.Time     // zero while it runs
	Outcome build.Outcome // "" while it runs
	Error   string        // one line; "" unless it failed

	// Steps counts BuildKit's vertices, those for its own work too. 0 while it runs.
	Steps, Cached, Completed int
	Warnings                 int
	Size                     int64 // bytes of the image as it is stored or sent; 0 when unknown
	Pinned                   bool  // kept until it is unpinned or removed
}

// Running says whether the build has not ended.
func (r Record) Running() bool { return r.Outcome == "" }

// Elapsed is how long the build took, or has taken until now.
func (r Record) Elapsed(now time.Time) time.Duration {
	end := r.Ended
	if end.IsZero() {
		end = now
	}
	return max(0, end.Sub(r.Started))
}

// Ran is how many vertices did work: those that ended and were not cached.
func (r Record) Ran() int { return max(0, r.Completed-r.Cached) }

// Title names the build for people: context and Dockerfile.
func (r Record) Title() string {
	switch {
	case r.Name == "":
		return r.Dockerfile
	case r.Dockerfile == "" || r.Dockerfile == "Dockerfile" || r.Name == r.Dockerfile:
		return r.Name
	}
	return r.Name + "/" + filepath.Base(r.Dockerfile)
}

// Sort puts running builds first, then the newest.
func Sort(records []Record) {
	slices.SortStableFunc(records, func(a, b Record) int {
		if a.Running() != b.Running() {
			if a.Running() {
				return -1
			}
			return 1
		}
		if c := b.Started.Compare(a.Started); c != 0 {
			return c
		}
		return strings.Compare(a.Ref, b.Ref)
	})
}

// Filter says which records are meant. The zero Filter means all.
type Filter struct {
	Words   string // every word is part of the title, target, platform or state, in any case, or begins the ref
	Project string // only builds of this context
	Target  string // only builds of this stage
	Limit   int    // at most so many; 0 for all
}

// Of returns those that the filter lets through, in their order.
func (f Filter) Of(records []Record) []Record {
	words := strings.Fields(strings.ToLower(f.Words))
	var out []Record
	for _, r := range records {
		if f.Limit > 0 && len(out) == f.Limit {
			break
		}
		if f.Project != "" && r.Project != f.Project || f.Target != "" && !strings.EqualFold(r.Target, f.Target) {
			continue
		}
		text := strings.ToLower(strings.Join([]string{r.Title(), r.Dockerfile, r.Target, strings.Join(r.Platforms, " "), string(r.State()), r.Word()}, " "))
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) && !strings.HasPrefix(r.Ref, w) }) {
			out = append(out, r)
		}
	}
	return out
}

// Find gives the record whose Ref begins so. The error says what to do.
func Find(records []Record, prefix string) (Record, error) {
	var found []Record
	for _, r := range records {
		if r.Ref == prefix {
			return r, nil
		}
		if prefix != "" && strings.HasPrefix(r.Ref, prefix) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Record{}, fmt.Errorf("no build is called %q; stagedive history lists them", prefix)
	}
	return Record{}, fmt.Errorf("%q is the beginning of %d builds; add characters: %s or %s", prefix, len(found),
		Short(found[0].Ref, records), Short(found[1].Ref, records))
}

// shortest is the length that a shortened Ref has at least.
const shortest = 6

// Short is the beginning of a Ref that tells it from all others.
func Short(ref string, records []Record) string {
	n := min(shortest, len(ref))
	for _, r := range records {
		if r.Ref == ref {
			continue
		}
		same := 0
		for same < min(len(ref), len(r.Ref)) && ref[same] == r.Ref[same] {
			same++
		}
		n = max(n, min(len(ref), same+1))
	}
	return ref[:n]
}
