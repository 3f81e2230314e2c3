// Package userland is a POSIX-like shell and the small commands RUN lines commonly
// use, to be linked into one static binary: that of the stand-in base images, and
// the program itself, which brings a shell along into images that have none.
//
// The interpreter is mvdan.cc/sh, most commands are u-root's by way of
// mvdan.cc/sh/moreinterp, and a few are written here. Which command runs is
// decided by the name the binary was called under, as busybox does it; every
// name stands in applets.txt, which is also the list of symbolic links that an
// image gets.
package userland

import "embed"

// Sources is this package, so that a program which was installed as a bare binary
// can compile it for an image.
//
//go:embed *.go applets.txt
var Sources embed.FS
