package accuracy

import (
	"fmt"
	"path"
	"strings"
)

// installed is what package databases hold by now: they are one file for all packages,
// so each layer that installs something writes them anew.
type installed struct {
	debs, apks []pack
}

type pack struct {
	name, version string
	files         []string
}

// install makes what a package manager leaves of a package. Which one it is, is the
// line's first word; ok is false when it is none.
func (i *installed) install(words []string) (list []entry, ok bool) {
	if len(words) < 2 {
		return nil, false
	}
	text := func(p, format string, a ...any) entry {
		return entry{path: p, mode: 0o644, data: fmt.Appendf(nil, format, a...)}
	}
	switch words[0] {
	case "deb", "apk":
		p := pack{name: words[1], version: words[2], files: words[3:]}
		if words[0] == "apk" {
			i.apks = append(i.apks, p)
			return nil, true
		}
		name, _, _ := strings.Cut(p.name, ":") // files of a Multi-Arch: same package are named after its architecture too
		doc := "/usr/share/doc/" + name
		p.files = append(p.files, doc, doc+"/copyright")
		i.debs = append(i.debs, p)
		return []entry{
			text(doc+"/copyright", "This package was debianized by its maintainers.\nLicense: see /usr/share/common-licenses.\n"),
			text("/var/lib/dpkg/info/"+p.name+".list", "/.\n%s\n", strings.Join(p.files, "\n")),
			text("/var/lib/dpkg/info/"+p.name+".md5sums", "%x  %s/copyright\n", noise(randomOf(p.name), 16), doc[1:]),
		}, true
	case "undeb", "unapk":
		remove := func(from []pack) []pack {
			var left []pack
			for _, p := range from {
				if p.name == words[1] {
					list = append(list, whiteouts(p.files)...)
				} else {
					left = append(left, p)
				}
			}
			return left
		}
		if words[0] == "undeb" {
			i.debs = remove(i.debs)
			return append(list, whiteouts([]string{"/var/lib/dpkg/info/" + words[1] + ".list", "/var/lib/dpkg/info/" + words[1] + ".md5sums"})...), true
		}
		i.apks = remove(i.apks)
		return list, true
	case "npm":
		root, name, version := path.Join(words[1], words[2]), words[2], words[3]
		needs := map[string]string{}
		for _, n := range words[4:] {
			needs[n] = "*"
		}
		return []entry{
			text(root+"/package.json", "{\n  \"name\": %q,\n  \"version\": %q,\n  \"description\": \"It does what it does\",\n  \"main\": \"index.js\",\n  \"license\": \"MIT\",\n  \"dependencies\": %s,\n  \"scripts\": {\n    \"test\": \"jest\"\n  },\n  \"devDependencies\": {\n    \"jest\": \"^29.0.0\"\n  }\n}\n", name, version, asJSON(needs)),
			{path: root + "/index.js", mode: 0o644, data: attributes{size: 3 << 10}.fill(root+"/index.js", nil)},
			text(root+"/README.md", "# %s\n\n    npm install %s\n", name, name),
			text(root+"/LICENSE", "MIT License\n"),
		}, true
	case "pip":
		root, name, version := words[1], words[2], words[3]
		module := root + "/" + strings.ToLower(strings.ReplaceAll(name, "-", "_"))
		info := root + "/" + strings.ReplaceAll(name, "-", "_") + "-" + version + ".dist-info"
		return []entry{
			text(info+"/METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: %s\nSummary: It does what it does\nLicense: MIT\n", name, version),
			text(info+"/INSTALLER", "pip\n"), text(info+"/WHEEL", "Wheel-Version: 1.0\nGenerator: bdist_wheel\nTag: py3-none-any\n"),
			text(info+"/RECORD", "%s/__init__.py,,\n%s/METADATA,,\n", path.Base(module), path.Base(info)),
			{path: module + "/__init__.py", mode: 0o644, data: attributes{size: 2 << 10}.fill(module+"/__init__.py", nil)},
		}, true
	case "gem":
		root, name, version := words[1], words[2], words[3]
		code := fmt.Sprintf("%s/gems/%s-%s/lib/%s.rb", root, name, version, name)
		return []entry{
			text(fmt.Sprintf("%s/specifications/%s-%s.gemspec", root, name, version),
				"# -*- encoding: utf-8 -*-\n# stub: %s %s ruby lib\n\nGem::Specification.new do |s|\n  s.name = %q.freeze\n  s.version = %q\n  s.license = \"MIT\"\nend\n", name, version, name, version),
			{path: code, mode: 0o644, data: attributes{size: 2 << 10}.fill(code, nil)},
		}, true
	}
	return nil, false
}

func whiteouts(files []string) []entry {
	var list []entry
	for _, f := range files {
		dir, base := path.Split(f)
		list = append(list, entry{path: dir + ".wh." + base})
	}
	return list
}

// status is dpkg's database (deb822, dpkg's status).
func (i *installed) status() entry {
	var b strings.Builder
	for _, p := range i.debs {
		name, _, _ := strings.Cut(p.name, ":")
		fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nPriority: optional\nSection: misc\nInstalled-Size: 812\nMaintainer: Somebody <somebody@lists.debian.org>\nArchitecture: amd64\nMulti-Arch: foreign\nVersion: %s\nDescription: it does what it does\n and that is described here.\n\n", name, p.version)
	}
	return entry{path: "/var/lib/dpkg/status", mode: 0o644, data: []byte(b.String())}
}

// database is apk's (apk-package(5), the installed database).
func (i *installed) database() entry {
	var b strings.Builder
	for _, p := range i.apks {
		fmt.Fprintf(&b, "C:Q1%s=\nP:%s\nV:%s\nA:x86_64\nS:41200\nI:112000\nT:it does what it does\nU:https://example.org\nL:MIT\no:%s\nm:Somebody <somebody@alpinelinux.org>\nt:1700000000\n", "abcdefghijklmnopqrstuvwxyz0", p.name, p.version, p.name)
		for _, f := range p.files {
			fmt.Fprintf(&b, "F:%s\nR:%s\na:0:0:755\n", strings.TrimPrefix(path.Dir(f), "/"), path.Base(f))
		}
		b.WriteString("\n")
	}
	return entry{path: "/lib/apk/db/installed", mode: 0o644, data: []byte(b.String())}
}
