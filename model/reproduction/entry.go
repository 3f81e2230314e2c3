// Package reproduction says what differs between two builds of one Dockerfile: which
// instruction first made something else, in which file and in which field, why, and
// what makes it the same each time.
package reproduction

import "strconv"

// Type is what an entry of an archive is.
type Type string

// The types of entries.
const (
	File      Type = "file"
	Directory Type = "directory"
	Symlink   Type = "symbolic link"
	Hardlink  Type = "hard link"
	Device    Type = "device"
	Pipe      Type = "pipe"
	Other     Type = "entry of another type"
)

// Entry is one entry of a layer's archive, with all that its digest depends on.
type Entry struct {
	Path       string // absolute; of a whiteout, with its mark; sanitised
	Type       Type
	Mode       int64
	UID, GID   int
	User       string // names of the owner and its group, sanitised; "" for none
	Group      string
	Size       int64  // bytes
	Link       string // target; sanitised
	Major      int64  // of a device
	Minor      int64
	ModTime    int64             // nanoseconds since 1970
	AccessTime int64             // as ModTime; 0 when the archive has none
	ChangeTime int64             // likewise
	Attrs      map[string]string // extended attributes, raw
	// Blocks are hashes of a file's content in pieces of BlockSize bytes.
	Blocks []uint64
	// Header is a hash of the entry's headers as they stand in the archive.
	Header uint64
}

// BlockSize is how many bytes of content one hash stands for.
const BlockSize = 64 << 10

// Field is what of an entry or of an image differs.
type Field string

// The fields, the weightiest first: what is in the files, what is said of them, how the
// archive has them.
const (
	OnlyFirst  Field = "only in the first"
	OnlySecond Field = "only in the second"
	FieldType  Field = "type"
	Content    Field = "content"
	Link       Field = "link"
	DeviceNo   Field = "device"
	Mode       Field = "mode"
	Owner      Field = "owner"
	Attributes Field = "xattrs"
	MTime      Field = "mtime"
	Times      Field = "atime or ctime"
	Order      Field = "order in the archive"
	Headers    Field = "headers"
)

// Fields are all of them, in that order.
func Fields() []Field {
	return []Field{OnlyFirst, OnlySecond, FieldType, Content, Link, DeviceNo, Mode, Owner, Attributes, MTime, Times, Order, Headers}
}

// Meta says whether the field says something of a file, or of the archive, and nothing
// of what is in it.
func (f Field) Meta() bool {
	switch f {
	case Mode, Owner, Attributes, MTime, Times, Order, Headers:
		return true
	}
	return false
}

// Time says whether the field is a time that rewrite-timestamp sets.
func (f Field) Time() bool { return f == MTime || f == Times }

func (f Field) weight() int {
	for i, g := range Fields() {
		if f == g {
			return i
		}
	}
	return len(Fields())
}

func owner(e Entry) string {
	s := strconv.Itoa(e.UID) + ":" + strconv.Itoa(e.GID)
	if e.User != "" || e.Group != "" {
		s += " (" + e.User + ":" + e.Group + ")"
	}
	return s
}
