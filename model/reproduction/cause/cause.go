// Package cause knows why builds of one Dockerfile differ, and what to do about it. What
// it says is said on evidence alone: a cause is recognised by the path of a file and by
// what the two contents are, never by a guess at what a tool may have done.
package cause

// Cause is something known that makes builds differ.
type Cause struct {
	ID  string `json:"id"`
	Why string `json:"why"` // a sentence
	Do  string `json:"do"`  // what makes it the same each time, a sentence
}

// Follows says whether what has this cause may follow from something else that differs: ""
// stands for no cause that is known.
func Follows(id string) bool {
	switch id {
	case "", "random", "build-id", "go-build", "hashed-name", "sqlite", "line-order":
		return true
	}
	return false
}

// Aside says whether what has this cause is left behind by a tool for itself, so that
// nothing else is made of it.
func Aside(id string) bool {
	switch id {
	case "package-log", "package-cache", "ldconfig-cache", "rpm-database", "npm-cache", "tool-cache", "log", "machine-id", "shadow-day":
		return true
	}
	return false
}

// Sample is what is looked at of a file's content.
type Sample struct {
	Size int64  // of the file
	From int64  // where in the file Data begins
	Data []byte // all of the file, or a part that holds the first difference
	Head []byte // the first bytes of the file, where Data begins later
}

// Whole says whether the sample is all of the file.
func (s Sample) Whole() bool { return s.From == 0 && int64(len(s.Data)) == s.Size }

// head is the beginning of the file, as far as it is known.
func (s Sample) head() []byte {
	if s.From == 0 {
		return s.Data
	}
	return s.Head
}

// Evidence is a file whose content differs.
type Evidence struct {
	Path string // in the image
	A, B Sample
	At   int64 // the first byte that differs

	depth int // of archives in archives
}

// New compares two samples, which begin at one place of their files and hold the first
// difference if there is one. ok is false when they hold none.
func New(path string, a, b Sample) (e Evidence, ok bool) {
	n := min(len(a.Data), len(b.Data))
	for i := range n {
		if a.Data[i] != b.Data[i] {
			return Evidence{Path: path, A: a, B: b, At: a.From + int64(i)}, true
		}
	}
	if a.Size == b.Size || a.From+int64(n) != min(a.Size, b.Size) {
		return Evidence{}, false
	}
	return Evidence{Path: path, A: a, B: b, At: a.From + int64(n)}, true
}

// whole says whether all of both files is there.
func (e Evidence) whole() bool { return e.A.Whole() && e.B.Whole() }

// at moves to another difference of the same files, a place in both.
func (e Evidence) at(place int64) Evidence {
	e.depth += int(min(1, max(0, place-e.At)))
	e.At = place
	return e
}

// maxDepth is how many archives in archives are looked into.
const maxDepth = 3

// inner is the evidence of two files that lie in these ones.
func (e Evidence) inner(path string, a, b []byte) (Evidence, bool) {
	if e.depth >= maxDepth {
		return Evidence{}, false
	}
	in, ok := New(path, Sample{Size: int64(len(a)), Data: a}, Sample{Size: int64(len(b)), Data: b})
	in.depth = e.depth + 1
	return in, ok
}

// Finding is what was recognised.
type Finding struct {
	Cause  string // its ID; "" where only Detail is known
	Detail string // what of the file it is, in a few words; "" for nothing to add; not sanitised
}

// rule recognises something; ok is false when it is something else.
type rule func(Evidence) (f Finding, ok bool)

// rules are asked in this order: what a path alone tells comes before formats, those
// before what any text may hold.
func rules() []rule {
	return []rule{
		byPath, inGzip, inZip, inAr, inTar, inPython, inProgram, inDebian, inAlpine, inSQLite,
		keys, sameLines, uuids, dates, temporary, random, logs,
	}
}

// Recognise says why the contents of two files differ, where it is something known.
func Recognise(e Evidence) Finding {
	for _, r := range rules() {
		if f, ok := r(e); ok {
			return f
		}
	}
	return Finding{}
}

// Of returns the cause with an ID.
func Of(id string) (Cause, bool) {
	for _, c := range All() {
		if c.ID == id {
			return c, true
		}
	}
	return Cause{}, false
}
