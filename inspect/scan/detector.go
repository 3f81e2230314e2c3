package scan

import (
	"io"

	"github.com/stagedive/stagedive/model/image"
)

// File is an entry of a layer as a detector sees it while the layer streams by.
type File struct {
	Path string // absolute and clean: /usr/bin/gcc
	Type image.Type
	Mode uint32 // permission bits with setuid, setgid and sticky as in tar
	UID  int
	GID  int
	Size int64  // bytes, of regular files
	Link string // target of a symbolic or hard link
	Head []byte // the first bytes of a regular file, HeadSize at most; not to be kept
}

// HeadSize is how much of each regular file every detector sees.
const HeadSize = 512

// Detector looks at every entry of every layer once, in one pass with the tree.
// Layers stream in parallel, so each layer gets a Sink of its own from Begin.
//
// What a sink notes depends on the layer's bytes alone, not on where in which image
// it lies: it is kept, and given to whoever looks at the layer again. What needs
// more than one layer, or the image, is for later.
type Detector interface {
	// Kind names the detector and the form and meaning of its notes: "leak/1". Notes
	// of another kind are never given back, so whatever changes what a sink notes
	// changes the kind.
	Kind() string
	// Begin returns the sink for a layer. It may be called concurrently.
	Begin() Sink
}

// Sink takes the entries of one layer in archive order. One goroutine uses it.
type Sink interface {
	// Entry looks at an entry and says how much of its content it must see:
	// 0 for nothing, n for the first n bytes, All for everything.
	Entry(f File) (want int64)
	// Content is called for an entry that Entry asked more of. r yields what was
	// asked for and is valid during the call only. An error ends the layer's scan.
	Content(f File, r io.Reader) error
	// Notes is called once, after the last entry, and returns what there is to
	// remember of the layer; nil for nothing. The paths in it can be looked up in
	// the layer's tree, so what that knows need not be noted. No secrets.
	Notes() []byte
}

// Follower is a Sink that looks at content while it streams by, without having it
// kept or copied for it, however much there is.
type Follower interface {
	Sink
	// Follow is called after Entry for regular files; nil is for those that do not
	// matter. What it returns is given the whole content, piece by piece, and is then
	// closed, whether or not the content was complete. It keeps nothing that it is
	// given, and its errors are of no interest.
	Follow(f File) io.WriteCloser
}

// All asks for the whole content.
const All int64 = -1
