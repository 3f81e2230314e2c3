package image

import "unsafe"

// NodeBytes is the size of a node without its name.
const NodeBytes = unsafe.Sizeof(node{})
