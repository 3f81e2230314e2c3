package packages

import (
	"bytes"
	"io"
	"slices"
)

// readGem reads the specification of an installed gem, which RubyGems writes line by
// line: a comment with name and version, then assignments.
func readGem(_ *sink, at string, r io.Reader) (store, bool) {
	var it item
	lines(r, func(line []byte) {
		line = bytes.TrimSpace(line)
		if stub, ok := bytes.CutPrefix(line, []byte("# stub: ")); ok && it.name == "" {
			if words := bytes.Fields(stub); len(words) >= 2 {
				it.name, it.version = string(words[0]), string(words[1])
			}
			return
		}
		_, call, ok := bytes.Cut(line, []byte("."))
		if !ok {
			return
		}
		switch {
		case it.name == "" && bytes.HasPrefix(call, []byte("name =")):
			it.name = quoted(call)
		case it.version == "" && bytes.HasPrefix(call, []byte("version =")):
			it.version = quoted(call)
		case bytes.HasPrefix(call, []byte("add_runtime_dependency")), bytes.HasPrefix(call, []byte("add_dependency")):
			if name := quoted(call); name != "" {
				it.needs = append(it.needs, name)
			}
		}
	})
	slices.Sort(it.needs)
	it.needs = slices.Compact(it.needs)
	return store{kind: gem, path: at, items: []item{it}}, it.name != "" && it.version != ""
}

// quoted is the first string of a line of Ruby: "x", 'x' or %q<x>.
func quoted(line []byte) string {
	at := bytes.IndexAny(line, `"'%`)
	if at < 0 {
		return ""
	}
	end := line[at]
	rest := line[at+1:]
	if end == '%' {
		if !bytes.HasPrefix(rest, []byte("q<")) {
			return ""
		}
		rest, end = rest[2:], '>'
	}
	text, _, ok := bytes.Cut(rest, []byte{end})
	if !ok {
		return ""
	}
	return string(text)
}
