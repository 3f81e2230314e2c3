package leak_test

import (
	"path"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/leak/rules"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/glob"
	"github.com/stagedive/stagedive/model/image"
)

// Every matcher of every rule sees what it says that it sees, and nothing of what only
// has the name and the place.
func TestMatchers(t *testing.T) {
	for _, r := range rules.Builtin().All() {
		for _, m := range r.Match {
			t.Run(r.ID+" "+m.What, func(t *testing.T) {
				var real []entry
				var fakes map[string][]entry
				switch {
				case m.File != nil && m.File.AtLeast > 1:
					return // counted, see TestHeadersAreCounted
				case m.File != nil:
					real, fakes = realFile(m.File), fakeFiles(m.File)
				case m.Dir != nil:
					real, fakes = realDir(m.Dir), fakeDirs(m.Dir)
				default:
					return // see TestPackage in rules
				}
				one(t, find(t, &image.Image{}, nil, real), r.ID)
				for what, entries := range fakes {
					for _, f := range find(t, &image.Image{}, nil, entries) {
						if f.Rule == r.ID {
							t.Errorf("%s is taken for it: %s", what, summary([]finding.Finding{f}))
						}
					}
				}
			})
		}
	}
}

// placeOf is a path that a pattern means.
func placeOf(p glob.Pattern) string {
	text := strings.NewReplacer("**", "x", "*", "1", "[0-9]", "7", "[0-9a-f]", "a", "[ad]", "d", "[hozp]", "o", "?", "q").Replace(p.String())
	text = strings.NewReplacer("[0-9a-f]", "a").Replace(text)
	if !strings.HasPrefix(text, "/") {
		text = "/srv/tool/" + text
	}
	return text
}

func filePlace(f *rules.File) string {
	switch {
	case f.Paths != nil:
		return placeOf(f.Paths[0])
	case f.Names != nil:
		return "/srv/tool/bin/" + f.Names[0]
	}
	return "/srv/tool/bin/anything"
}

// realFile is what a matcher is about, with what lies beside it.
func realFile(f *rules.File) []entry {
	at := filePlace(f)
	content := ""
	switch f.Is {
	case rules.Program, rules.Library:
		content = native("")
	case rules.Script:
		content = "#!/bin/sh\n"
	case rules.Jar:
		content = "PK\x03\x04" + strings.Repeat("\x00", 100)
	case rules.Archive:
		content = "!<arch>\n" + strings.Repeat("\x00", 100)
	case rules.Assembly:
		content = "MZ" + strings.Repeat("\x00", 100)
	}
	if f.Begins != nil {
		content = f.Begins[0] + content
	}
	if f.Main != nil {
		content = goProgram(f.Main[0])
	}
	if f.Holds != nil {
		content += f.Holds[0] + "\n"
	}
	entries := []entry{exec(at, content)}
	if f.With != nil {
		entries = append(entries, text(path.Join(path.Dir(at), f.Whole[0], f.With[0]), "x"))
	}
	if f.Version != nil && path.Base(at) != f.Version.In {
		entries = append(entries, text(path.Join(path.Dir(at), f.Whole[0], f.Version.In), "x"))
	}
	return entries
}

// goProgram is as much of a Go program as its build info needs (debug/buildinfo, and
// cmd/go/internal/modload for the marks).
func goProgram(main string) string {
	head := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 100) + "Go\x00\x00"
	head += strings.Repeat("\x00", 300<<10-len(head))
	return head + "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6path\t" + main + "\n\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"
}

// fakeFiles have the name and the place of a matcher's file, and are something else.
func fakeFiles(f *rules.File) map[string][]entry {
	at := filePlace(f)
	beside := realFile(f)[1:]
	fakes := map[string][]entry{
		"a link to busybox":      append(beside[:len(beside):len(beside)], symlink(at, "/bin/busybox")),
		"a hard link to busybox": append(beside[:len(beside):len(beside)], hardlink(at, "/bin/busybox")),
		"an empty file":          append(beside[:len(beside):len(beside)], exec(at, "")),
	}
	if f.Is == "" && f.Begins == nil {
		return fakes
	}
	if f.Is != rules.Text || f.Holds != nil {
		fakes["a text"] = append(beside[:len(beside):len(beside)], exec(at, "how to use it\n"))
	}
	if f.Is != rules.Script || f.Holds != nil {
		fakes["a script"] = append(beside[:len(beside):len(beside)], exec(at, "#!/bin/sh\nexec busybox\n"))
	}
	if f.Is != rules.Library && (f.Is != rules.Program || f.Holds != nil || f.Main != nil) {
		fakes["a program that is another"] = append(beside[:len(beside):len(beside)], exec(at, native("usage: something else")))
	}
	if f.Is == rules.Program {
		fakes["a Go program that holds the same"] = append(beside[:len(beside):len(beside)], exec(at, goProgram("example.org/x")+strings.Join(f.Holds, "\n")))
		fakes["a program nobody may run"] = append(beside[:len(beside):len(beside)], text(at, realFile(f)[0].content))
	}
	if !f.Alone {
		fakes["it without what belongs to it"] = realFile(f)[:1]
	}
	for _, u := range f.Unless {
		fakes["it beside "+u] = append(realFile(f), exec(path.Join(path.Dir(at), u), native("")))
	}
	return fakes
}

const cacheSize = 2 << 20

func realDir(d *rules.Dir) []entry {
	at := placeOf(d.Paths[0])
	if d.Has == nil {
		return []entry{blob(at+"/x", cacheSize)}
	}
	return []entry{blob(at+strings.TrimPrefix(placeOf(d.Has[0]), "/srv/tool"), cacheSize), blob(at+"/other/largest", cacheSize)}
}

func fakeDirs(d *rules.Dir) map[string][]entry {
	at := placeOf(d.Paths[0])
	fakes := map[string][]entry{
		"an empty directory":        {text(at+"/.keep", "")},
		"a small one":               {blob(realDir(d)[0].path, 50)},
		"one whose name is longer":  {blob(at+"-old/x", cacheSize)},
		"a file":                    {blob(at, cacheSize)},
		"one that is a link":        {symlink(at, "/data"), blob("/data/x", cacheSize)},
		"one with nothing large":    {text(at+"/README", "nothing is kept here\n")},
		"one of an empty directory": {text(at+"/lock", "")},
	}
	if d.Has != nil {
		fakes["a directory of something else"] = []entry{blob(at+"/holiday/picture.png", cacheSize)}
	}
	return fakes
}

func TestHeadersAreCounted(t *testing.T) {
	headers := func(dir string, n int) (entries []entry) {
		for i := range n {
			entries = append(entries, text(dir+"/h"+strings.Repeat("x", i)+".h", "#pragma once\n"))
		}
		return entries
	}
	for dir, want := range map[string]int{
		"/usr/include/boost": 1, "/usr/local/include": 1, "/usr/local/include/python3.12": 0, "/usr/local/include/node/v8": 0,
		"/usr/include/ruby-3.3.0/ruby": 0, "/app/include": 0,
	} {
		if found := find(t, &image.Image{}, nil, headers(dir, 60)); len(found) != want {
			t.Errorf("%s: %s", dir, summary(found))
		}
		if found := find(t, &image.Image{}, nil, headers(dir, 40)); len(found) != 0 {
			t.Errorf("few in %s: %s", dir, summary(found))
		}
	}
}
