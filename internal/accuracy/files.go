package accuracy

import (
	"archive/tar"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// entry is a file of a layer.
type entry struct {
	path string // absolute; a slash at its end makes it a directory
	mode int64
	kind byte // of tar; 0 for a file or a directory
	link string
	data []byte
	uid  int
}

// entries makes the files of a layer, and has in what package databases hold.
func (l layerText) entries(c *Case, in *installed) ([]entry, error) {
	var list []entry
	debs, apks := false, false
	for line := range strings.Lines(l.list) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		made, ok := in.install(strings.Fields(line))
		if !ok {
			var err error
			if made, err = fromLine(c, line); err != nil {
				return nil, fmt.Errorf("%q: %w", line, err)
			}
		}
		word, _, _ := strings.Cut(line, " ")
		debs = debs || word == "deb" || word == "undeb"
		apks = apks || word == "apk" || word == "unapk"
		list = append(list, made...)
	}
	for _, f := range l.files {
		e, err := fromText(c, f)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", f.head, err)
		}
		list = append(list, e)
	}
	if debs {
		list = append(list, in.status())
	}
	if apks {
		list = append(list, in.database())
	}
	return list, nil
}

// fromLine makes the files that a line lists.
func fromLine(c *Case, line string) ([]entry, error) {
	words := strings.Fields(line)
	switch {
	case words[0] == "rm" && len(words) == 2:
		dir, name := filepath.Split(words[1])
		return []entry{{path: dir + ".wh." + name}}, nil
	case words[0] == "clear" && len(words) == 2:
		return []entry{{path: words[1] + "/.wh..wh..opq"}}, nil
	case len(words) == 3 && (words[1] == "->" || words[1] == "=>"):
		link := entry{kind: tar.TypeSymlink, link: words[2], mode: 0o777}
		if words[1] == "=>" {
			link = entry{kind: tar.TypeLink, link: strings.TrimPrefix(words[2], "/"), mode: 0o755}
		}
		var list []entry
		for _, link.path = range braces(words[0]) {
			list = append(list, link)
		}
		return list, nil
	}
	a, err := attributesOf(words[1:])
	if err != nil {
		return nil, err
	}
	var holds []byte
	switch {
	case a.strings != "":
		if holds, err = os.ReadFile(filepath.Join(c.strings, a.strings+".txt")); err != nil {
			return nil, err
		}
	case a.goroot != "":
		return fromGoroot(words[0], a)
	}
	var list []entry
	for _, p := range braces(words[0]) {
		e := entry{path: p, mode: a.mode, uid: a.uid}
		if strings.HasSuffix(p, "/") {
			e.mode = max(a.mode, 0o755)
		} else {
			e.data = a.fill(p, holds)
		}
		list = append(list, e)
	}
	return list, nil
}

// fromText makes a file whose content is written down.
func fromText(c *Case, f fileText) (entry, error) {
	words := strings.Fields(f.head)
	a, err := attributesOf(words[1:])
	if err != nil {
		return entry{}, err
	}
	body := []byte(c.expand(f.body))
	if a.form != "" || a.size > 0 {
		body = a.fill(words[0], body)
	}
	return entry{path: words[0], mode: a.mode, uid: a.uid, data: body}, nil
}

// attributes are what follows a path.
type attributes struct {
	mode   int64
	uid    int
	size   int
	form   string // of the content; "" for what the name asks for
	debug  int    // bytes of debug information; -1 for more than there is code
	goroot string // a file of the Go distribution that runs the test
	// strings is a tool: the content is a program with those strings in it that the real
	// one has.
	strings string
}

func attributesOf(words []string) (a attributes, err error) {
	a.mode = 0o644
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "x":
			a.mode = 0o755
		case "mode":
			a.mode, err = strconv.ParseInt(value, 8, 32)
		case "uid":
			a.uid, err = strconv.Atoi(value)
		case "debug":
			a.debug = -1
			if value != "" {
				a.debug, err = sizeOf(value)
			}
		case "goroot":
			a.goroot = value
		case "strings":
			a.strings, a.form = value, "elf"
		case "elf", "bpf", "jar", "zip", "ar", "go", "rust", "class", "text", "bin", "mpegts", "sqlite", "exe":
			a.form = name
		default:
			a.size, err = sizeOf(w)
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

// sizeOf reads 300, 12k, 5M.
func sizeOf(w string) (int, error) {
	unit := 1
	switch w[len(w)-1] {
	case 'k':
		unit = 1 << 10
	case 'M':
		unit = 1 << 20
	}
	n, err := strconv.Atoi(strings.TrimRight(w, "kM"))
	if err != nil {
		return 0, fmt.Errorf("%s means nothing here", w)
	}
	return n * unit, nil
}

// braces writes a{b,c}d out.
func braces(p string) []string {
	from := strings.IndexByte(p, '{')
	to := strings.IndexByte(p, '}')
	if from < 0 || to < from {
		return []string{p}
	}
	var list []string
	for alt := range strings.SplitSeq(p[from+1:to], ",") {
		list = append(list, braces(p[:from]+alt+p[to+1:])...)
	}
	return list
}

// fromGoroot takes a file from the Go distribution that runs the test.
func fromGoroot(p string, a attributes) ([]entry, error) {
	rel := strings.ReplaceAll(a.goroot, "OS_ARCH", runtime.GOOS+"_"+runtime.GOARCH)
	data, err := os.ReadFile(filepath.Join(goroot(), rel))
	if err != nil {
		return nil, err
	}
	return []entry{{path: p, mode: a.mode, data: data}}, nil
}
