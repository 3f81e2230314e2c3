package packages

import (
	"runtime/debug"
	"strings"
)

// modules are those that a Go program was linked from: its own, the standard library
// under the name that vulnerability databases use, and those that it depends on.
func modules(at string, info *debug.BuildInfo) store {
	st := store{kind: golang, path: at}
	if version, ok := strings.CutPrefix(info.GoVersion, "go"); ok {
		version, _, _ = strings.Cut(version, " ")
		st.add(item{name: "stdlib", version: version})
	}
	add := func(m *debug.Module) {
		if m.Replace != nil && m.Replace.Version != "" {
			m = m.Replace
		}
		if m.Path != "" {
			st.add(item{name: m.Path, version: m.Version})
		}
	}
	add(&info.Main)
	for _, d := range info.Deps {
		add(d)
	}
	return st
}
