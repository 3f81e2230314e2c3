package source

import (
	"fmt"
	"strings"
)

// Sums is what the bytes of a layer turned out to be when they were read to their
// end. The zero Sums is of one that was not.
type Sums struct {
	Diff   string // digest of the tar, sha256:…
	Stored string // digest of the bytes as stored
	Size   int64  // of the bytes as stored
}

// Untrue says in a sentence what a layer claims falsely, if it does.
func (s Sums) Untrue(l Layer) string {
	switch {
	case s == Sums{}:
		return ""
	case lie(l.Digest, s.Stored):
		return fmt.Sprintf("its bytes are not those of %s (they are %s): the image has been damaged or changed", short(l.Digest), short(s.Stored))
	case l.Size > 0 && l.Size != s.Size:
		return fmt.Sprintf("it is %d bytes long where the manifest says %d: the image has been damaged or changed", s.Size, l.Size)
	case lie(l.DiffID, s.Diff):
		return fmt.Sprintf("its content is not the %s that the configuration lists (it is %s): the image has been damaged or changed", short(l.DiffID), short(s.Diff))
	}
	return ""
}

// Confirm says whether the sums bear an identity out that a digest is part of: see
// BlobIdentity. One that is a file's says nothing of them.
func (s Sums) Confirm(identity string) bool {
	digest, ok := strings.CutPrefix(identity, blobPrefix)
	return !ok || digest == s.Stored || digest == s.Diff
}

// lie says whether a claimed SHA-256 digest is wrong; others are not checked.
func lie(claimed, found string) bool {
	return len(claimed) == len(found) && claimed[:7] == found[:7] && claimed != found
}
