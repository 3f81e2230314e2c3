package reproduction

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/sanitize"
)

// Difference is one field of one entry that two archives of a layer have otherwise.
type Difference struct {
	Field Field  `json:"field"`
	Path  string `json:"path"`
	// First and Second are what the two builds have, as people read it; of content, what
	// stands around the first byte that differs. "" where there is nothing to show.
	First  string `json:"first,omitempty"`
	Second string `json:"second,omitempty"`
	At     int64  `json:"at"`               // the first byte of the content that differs, from 0; -1 otherwise
	Cause  string `json:"cause,omitempty"`  // the cause.Cause that was recognised; "" for none
	Detail string `json:"detail,omitempty"` // what was recognised there
	From   *Place `json:"from,omitempty"`   // where a COPY took it from that differs already; nil for nowhere
	Reach  Reach  `json:"reach"`            // how it gets into the target's image
	Stays  bool   `json:"stays"`            // with SOURCE_DATE_EPOCH and rewrite-timestamp it differs still

	first, second int // places of the entry in the two archives; -1 for none
}

// Place is a file of a stage, and the instruction that made it.
type Place struct {
	Stage int    `json:"stage"`
	Name  string `json:"name"` // of the stage
	Step  int    `json:"step"`
	Line  int    `json:"line"`
	Path  string `json:"path"`
}

// Entries gives the places of the entry in the two archives; -1 for none.
func (d Difference) Entries() (first, second int) { return d.first, d.second }

// Compare lists what differs between two archives of one layer: for each entry of the
// first its fields, then what only the second has, then the order. since is when the
// first of the builds began: what has been written since then has a time that
// rewrite-timestamp sets.
func Compare(first, second []Entry, since time.Time) []Difference {
	p := pair(first, second)
	var out []Difference
	for i, e := range first {
		j := p.of[i]
		if j < 0 {
			out = append(out, Difference{Field: OnlyFirst, Path: e.Path, First: describe(e), At: -1, Stays: true, first: i, second: -1})
			continue
		}
		for _, d := range fields(e, second[j], since) {
			d.Path, d.first, d.second = e.Path, i, j
			out = append(out, d)
		}
	}
	for j, i := range p.back {
		if i < 0 {
			e := second[j]
			out = append(out, Difference{Field: OnlySecond, Path: e.Path, Second: describe(e), At: -1, Stays: true, first: -1, second: j})
		}
	}
	return append(out, order(first, second, p)...)
}

// pairs says which entry of one archive is which of the other: of[i] of the second for i
// of the first, back the other way round; -1 for none.
type pairs struct{ of, back []int }

// pair goes by path. An archive may have one several times: then the first goes with the
// first, and so on.
func pair(first, second []Entry) pairs {
	p := pairs{make([]int, len(first)), make([]int, len(second))}
	places := make(map[string][]int, len(second))
	for j, e := range second {
		places[e.Path] = append(places[e.Path], j)
		p.back[j] = -1
	}
	for i, e := range first {
		p.of[i] = -1
		if left := places[e.Path]; len(left) > 0 {
			p.of[i], places[e.Path] = left[0], left[1:]
			p.back[left[0]] = i
		}
	}
	return p
}

// fields are those of one entry that differ.
func fields(a, b Entry, since time.Time) []Difference {
	var out []Difference
	add := func(f Field, first, second string) {
		out = append(out, Difference{Field: f, First: first, Second: second, At: -1, Stays: true})
	}
	if a.Type != b.Type {
		add(FieldType, string(a.Type), string(b.Type))
	} else if a.Size != b.Size || !slices.Equal(a.Blocks, b.Blocks) {
		add(Content, "", "")
	}
	if a.Link != b.Link && a.Type == b.Type {
		add(Link, a.Link, b.Link)
	}
	if a.Major != b.Major || a.Minor != b.Minor {
		add(DeviceNo, fmt.Sprintf("%d, %d", a.Major, a.Minor), fmt.Sprintf("%d, %d", b.Major, b.Minor))
	}
	if a.Mode != b.Mode {
		add(Mode, fmt.Sprintf("%#o", a.Mode), fmt.Sprintf("%#o", b.Mode))
	}
	if a.UID != b.UID || a.GID != b.GID || a.User != b.User || a.Group != b.Group {
		add(Owner, owner(a), owner(b))
	}
	if !maps.Equal(a.Attrs, b.Attrs) {
		x, y := attributes(a.Attrs, b.Attrs)
		add(Attributes, x, y)
	}
	if a.ModTime != b.ModTime {
		add(MTime, moment(a.ModTime), moment(b.ModTime))
		out[len(out)-1].Stays = !recent(since, a.ModTime, b.ModTime)
	}
	if a.AccessTime != b.AccessTime || a.ChangeTime != b.ChangeTime {
		add(Times, moment(a.AccessTime)+", "+moment(a.ChangeTime), moment(b.AccessTime)+", "+moment(b.ChangeTime))
		out[len(out)-1].Stays = !recent(since, a.AccessTime, b.AccessTime) || !recent(since, a.ChangeTime, b.ChangeTime)
	}
	if len(out) == 0 && a.Header != b.Header {
		add(Headers, "", "")
	}
	return out
}

// recent says whether both times are of these builds, or the same: no epoch is as late.
// A second is left for file systems and archives that keep no more.
func recent(since time.Time, a, b int64) bool {
	from := since.Add(-time.Second).UnixNano()
	return a == b || a >= from && b >= from
}

func moment(ns int64) string {
	if ns == 0 {
		return "none"
	}
	return time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05.999999999")
}

// describe is an entry that the other build has not got.
func describe(e Entry) string {
	switch e.Type {
	case File:
		return "file of " + strconv.FormatInt(e.Size, 10) + " B"
	case Symlink, Hardlink:
		return string(e.Type) + " to " + e.Link
	}
	return string(e.Type)
}

// attributes are those that differ, by name; their values may be anything.
func attributes(a, b map[string]string) (first, second string) {
	names := func(m, other map[string]string) string {
		var out []string
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if v, ok := other[k]; !ok || v != m[k] {
				out = append(out, fmt.Sprintf("%s (%d B)", sanitize.Text(k), len(m[k])))
			}
		}
		if len(out) == 0 {
			return "none"
		}
		return strings.Join(out, ", ")
	}
	return names(a, b), names(b, a)
}
