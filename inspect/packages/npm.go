package packages

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
)

// readNode reads the package.json of an installed package. The directory must be named
// as the package is: fixtures of tests are not, nor are packages under another name,
// which are told of by the directory's.
func readNode(s *sink, at string, r io.Reader) (store, bool) {
	var m struct {
		Name                 string
		Version              string
		Dependencies         map[string]any
		OptionalDependencies map[string]any
		PeerDependencies     map[string]any
	}
	if !decode(s.whole(r), &m) || m.Name == "" {
		return store{}, false
	}
	it := item{name: m.Name, version: m.Version}
	for _, deps := range []map[string]any{m.Dependencies, m.OptionalDependencies, m.PeerDependencies} {
		it.needs = slices.AppendSeq(it.needs, maps.Keys(deps))
	}
	slices.Sort(it.needs)
	it.needs = slices.Compact(it.needs)
	return store{kind: npm, path: at, items: []item{it}}, true
}

// decode reads JSON as far as it fits: a member of another type than it should be is
// left out. (encoding/json goes on after an UnmarshalTypeError.)
func decode(data []byte, into any) bool {
	err := json.Unmarshal(data, into)
	var odd *json.UnmarshalTypeError
	return err == nil || errors.As(err, &odd)
}

// readComposer reads what composer has installed: installed.json of composer 2, or the
// bare list of composer 1.
func readComposer(s *sink, at string, r io.Reader) (store, bool) {
	type entry struct {
		Name    string
		Version string
		Require map[string]any
	}
	var m struct {
		Packages []entry
		Dev      []string `json:"dev-package-names"`
	}
	data := s.whole(r)
	if !decode(data, &m) || m.Packages == nil {
		_ = decode(data, &m.Packages)
	}
	dev := map[string]bool{}
	for _, name := range m.Dev {
		dev[name] = true
	}
	st := store{kind: composer, path: at}
	for _, e := range m.Packages {
		if e.Name != "" {
			st.add(item{name: e.Name, version: e.Version, dev: dev[e.Name], needs: slices.Sorted(maps.Keys(e.Require))})
		}
	}
	return st, len(st.items) > 0
}

// readNuget reads what a .NET program was published with (its .deps.json).
func readNuget(s *sink, at string, r io.Reader) (store, bool) {
	var m struct {
		RuntimeTarget any
		Libraries     map[string]struct{ Type string }
	}
	if !decode(s.whole(r), &m) || m.RuntimeTarget == nil {
		return store{}, false
	}
	st := store{kind: nuget, path: at}
	for _, key := range slices.Sorted(maps.Keys(m.Libraries)) {
		if m.Libraries[key].Type == "package" {
			name, version := path.Split(key)
			if name != "" && version != "" {
				st.add(item{name: name[:len(name)-1], version: version})
			}
		}
	}
	return st, len(st.items) > 0
}
