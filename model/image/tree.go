package image

// Type of a file system entry.
type Type uint8

// The types.
const (
	Regular Type = iota
	Directory
	Symlink
	Hardlink
	CharDevice
	BlockDevice
	FIFO
	Whiteout // in a layer's own tree only: the path is removed
	Opaque   // in a layer's own tree only: a directory whose earlier content is removed
)

// Tree is a tree of files. (The arena and its API are being written.)
type Tree struct{}
