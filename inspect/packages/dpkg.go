package packages

import (
	"bufio"
	"bytes"
	"io"
	"path"
	"strconv"
)

// readDpkg reads a status file: stanzas of fields, an empty line between them
// (deb-control(5), dpkg(1)). A package counts when its Status says installed, or when
// it has none, as in status.d. Installed-Size is in KiB.
func readDpkg(_ *sink, at string, r io.Reader) (store, bool) {
	st := store{kind: deb, path: at}
	var it item
	installed := true
	end := func() {
		if it.name != "" && installed {
			st.add(it)
		}
		it, installed = item{}, true
	}
	lines(r, func(line []byte) {
		if len(line) == 0 {
			end()
			return
		}
		field, value, ok := bytes.Cut(line, []byte(": "))
		if !ok {
			return
		}
		switch string(field) {
		case "Package":
			it.name = string(value)
		case "Status":
			installed = bytes.HasSuffix(value, []byte(" installed"))
		case "Version":
			it.version = string(value)
		case "Installed-Size":
			const mostKiB = 1 << 50
			it.size = min(number(value), mostKiB) << 10
		}
	})
	end()
	return st, true
}

// readApk reads Alpine's database: one-letter fields, an empty line between packages
// (apk-v2: P name, V version, I installed bytes, F directory, R file in it).
func readApk(_ *sink, at string, r io.Reader) (store, bool) {
	st := store{kind: apk, path: at}
	var it item
	dir := ""
	end := func() {
		if it.name != "" {
			st.add(it)
		}
		it, dir = item{}, ""
	}
	lines(r, func(line []byte) {
		if len(line) == 0 {
			end()
			return
		}
		if len(line) < 2 || line[1] != ':' {
			return
		}
		switch value := line[2:]; line[0] {
		case 'P':
			it.name = string(value)
		case 'V':
			it.version = string(value)
		case 'I':
			it.size = min(number(value), 1<<60)
		case 'F':
			dir = string(value)
		case 'R':
			if len(it.needs) < maxSample {
				it.sample(path.Join(dir, string(value)))
			}
		}
	})
	end()
	return st, true
}

func number(s []byte) int64 {
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// maxLine is the longest line of a text that package managers write, in bytes. A longer
// one ends the reading.
const maxLine = 1 << 20

// lines calls each for every line, without its end.
func lines(r io.Reader, each func([]byte)) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 16<<10), maxLine)
	for sc.Scan() {
		each(bytes.TrimSuffix(sc.Bytes(), []byte("\r")))
	}
}
