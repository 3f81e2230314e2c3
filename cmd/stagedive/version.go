package main

import "runtime/debug"

// stamped is the version that the Makefile links in.
var stamped string

// version is what --version says: the stamp, or what the Go tool knows about the
// module that was installed.
func version() string {
	if stamped != "" {
		return stamped
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
