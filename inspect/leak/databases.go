package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
)

// fewPackages is how many packages without a database make a finding: that few come along
// by accident.
const fewPackages = 5

// databases reports where package databases and files tell different things. It asks for a
// few files of each package, which inspect/packages has noted.
func databases(v *view) []leak {
	for i := range v.im.Layers {
		if l := &v.im.Layers[i]; l.Unread || l.Tree == nil {
			return nil // what is in it may be what is missing
		}
	}
	byStore := map[string][]inventory.Package{}
	for _, p := range v.im.Packages {
		if isDistribution(p.Kind) && p.Gone == 0 {
			byStore[storeOf(p)] = append(byStore[storeOf(p)], p)
		}
	}
	var leaks []leak
	for _, at := range sortedKeys(byStore) {
		list := byStore[at]
		listed := slices.ContainsFunc(list, func(p inventory.Package) bool { return v.now(p.Path) })
		if l, ok := v.hollow(at, list); ok && listed {
			leaks = append(leaks, l)
		}
		if l, ok := v.unlisted(at, list); ok && !listed {
			leaks = append(leaks, l)
		}
	}
	return leaks
}

// storeOf is the database that lists a package: one file, or distroless's directory with a
// file for each.
func storeOf(p inventory.Package) string {
	const perPackage = "/var/lib/dpkg/status.d"
	if strings.HasPrefix(p.Path, perPackage+"/") {
		return perPackage
	}
	return p.Path
}

// now says whether the final image has a file that is not empty.
func (v *view) now(p string) bool {
	_, size, ok := v.last(p)
	return ok && size > 0
}

// last is the layer that had the last word on a file, and the file's size where it is there.
func (v *view) last(p string) (layer int, size int64, there bool) {
	for i := len(v.layers) - 1; i >= 0; i-- {
		t := v.layers[i].tree
		switch t.Fate(p, false) {
		case image.Gone:
			return i, 0, false
		case image.Replaced:
			id, ok := t.Find(p)
			if !ok {
				return i, 0, false
			}
			if t.Type(id) != image.Regular {
				return i, 1, true // a link: what it leads to is as good
			}
			return i, t.Size(id), true
		}
	}
	return -1, 0, false
}

// there says whether the final image has a package's file, where it was installed or where
// the merged /usr has it, and which layer had the last word on it.
func (v *view) there(file string) (layer int, ok bool) {
	other, merged := strings.CutPrefix(file, "/usr")
	if !merged {
		other = "/usr" + file
	}
	a, _, here := v.last(file)
	b, _, moved := v.last(other)
	return max(a, b), here || moved
}

// any says whether one of the files is there.
func (v *view) any(files []string) bool {
	return slices.ContainsFunc(files, func(f string) bool { _, ok := v.there(f); return ok })
}

// alone says whether dpkg's database came without anything else of its packages: neither
// their documentation, which Debian's policy asks of each, nor the lists of their files,
// nor a program of the same name.
func (v *view) alone(list []inventory.Package) bool {
	return !slices.ContainsFunc(list, func(p inventory.Package) bool {
		_, _, listed := v.last(fileList(p))
		return p.Kind != inventory.Deb || len(p.Files) > 0 || strings.Contains(p.Path, "/status.d/") || listed || v.directory(docs(p)) || v.any([]string{"/bin/" + p.Name, "/sbin/" + p.Name})
	})
}

// docs is where a package of Debian's has its documentation, and fileList where dpkg lists
// its files; both may be absent of one package, and of some architectures.
func docs(p inventory.Package) string     { return "/usr/share/doc/" + p.Name }
func fileList(p inventory.Package) string { return "/var/lib/dpkg/info/" + p.Name + ".list" }

// directory says whether the final image has a directory.
func (v *view) directory(d string) bool {
	for i := len(v.layers) - 1; i >= 0; i-- {
		t := v.layers[i].tree
		if id, ok := t.Find(d); ok && t.IsDir(id) {
			return true
		}
		if t.Fate(d, true) == image.Gone {
			return false
		}
	}
	return false
}

// hollow are the packages of a database none of whose files is there.
func (v *view) hollow(at string, list []inventory.Package) (leak, bool) {
	l := leak{rule: "SD-H010", path: list[0].Path, layer: -1}
	var names []string
	example := ""
	if v.alone(list) {
		for _, p := range list {
			names = append(names, p.Name)
		}
		l.layer = list[len(list)-1].Layer
		example = fmt.Sprintf("neither %s nor %s is in the image, nor those of any other", docs(list[0]), fileList(list[0]))
		list = nil
	}
	for _, p := range list {
		if len(p.Files) == 0 || v.any(p.Files) {
			continue
		}
		names = append(names, p.Name)
		if example == "" {
			example = fmt.Sprintf("of %s none of %s is in the image", p.Name, strings.Join(p.Files, ", "))
		}
		by := p.Layer
		for _, f := range p.Files {
			i, _ := v.there(f)
			by = max(by, i)
		}
		if by >= l.layer { // of several, the last that removes something
			l.layer = by
		}
	}
	if names == nil {
		return l, false
	}
	l.title = fmt.Sprintf("Packages without their files: %d", len(names))
	l.name = measure.Plural(len(names), "package") + " (" + enumerate(names, 2) + ")"
	l.evidence = []string{fmt.Sprintf("%s lists %s", at, enumerate(names, 8)), example}
	return l, true
}

// unlisted are the packages of a database that a layer removed, whose files are there.
func (v *view) unlisted(at string, list []inventory.Package) (leak, bool) {
	l := leak{rule: "SD-H011", path: list[0].Path}
	var names []string
	for _, p := range list {
		if v.any(p.Files) || p.Kind == inventory.Deb && v.directory(docs(p)) {
			names = append(names, p.Name)
		}
	}
	by, _, _ := v.last(list[0].Path)
	if len(names) < fewPackages || by < 0 {
		return l, false
	}
	l.layer = by
	l.title = fmt.Sprintf("Packages without their database: %d", len(names))
	l.name = "no " + at
	l.evidence = []string{
		fmt.Sprintf("%s removes %s, or empties it", v.layerName(by), at),
		fmt.Sprintf("files of %s are there all the same", enumerate(names, 8)),
	}
	return l, true
}
