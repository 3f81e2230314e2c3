package build

// Change is a file that a failed step added, changed or removed.
type Change struct {
	Path string // absolute, sanitised
	Kind ChangeKind
	Size int64 // bytes; of a removed file, what it had
	Was  int64 // bytes, of a changed one
	Dir  bool
}

// ChangeKind says what became of a file.
type ChangeKind string

// The kinds of changes.
const (
	ChangeAdded   ChangeKind = "added"
	ChangeChanged ChangeKind = "changed"
	ChangeRemoved ChangeKind = "removed"
)
