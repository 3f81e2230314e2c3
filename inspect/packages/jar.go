package packages

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
)

// jarReader keeps the end of an archive of Java classes: the list of its entries is
// there (APPNOTE.TXT, 4.3.12), and tells what Maven packed into it and which other
// archives it holds. Nothing is unpacked: versions are in file names.
type jarReader struct {
	at, from int64
	tail     []byte
}

// maxList is how much is kept of an archive's end, in bytes: a list of 10,000 entries
// takes 1 MB.
const maxList = 2 << 20

func isJar(base string) bool {
	switch path.Ext(base) {
	case ".jar", ".war", ".ear":
		return true
	}
	return false
}

func (j *jarReader) begin(head []byte, size int64) bool {
	j.at, j.from, j.tail = 0, max(0, size-maxList), j.tail[:0]
	return len(head) > 4 && string(head[:4]) == "PK\x03\x04"
}

// Write implements io.Writer.
func (j *jarReader) Write(p []byte) (int, error) {
	if skip := j.from - j.at; skip < int64(len(p)) {
		j.tail = append(j.tail, p[max(skip, 0):]...)
	}
	j.at += int64(len(p))
	return len(p), nil
}

func (j *jarReader) stores(at string) []store {
	name, version := splitJar(path.Base(at))
	st := store{kind: maven, path: at}
	var inside []item
	for entry := range j.entries {
		switch group, artifact := pomOf(entry); {
		case artifact != "":
			it := item{name: group + ":" + artifact}
			if artifact == name {
				it.version = version
			}
			inside = append(inside, it)
		case isJar(entry) && (strings.Contains(entry, "/lib/") || strings.HasPrefix(entry, "lib/")):
			n, v := splitJar(path.Base(entry))
			st.add(item{name: n, version: v})
		}
	}
	if len(inside) == 0 {
		inside = []item{{name: name, version: version}}
	}
	st.items = append(inside, st.items...)
	return []store{st}
}

// entries are the names of the list's entries.
func (j *jarReader) entries(yield func(string) bool) {
	const ends, header = "PK\x05\x06", "PK\x01\x02"
	end := bytes.LastIndex(j.tail, []byte(ends))
	if end < 0 || len(j.tail)-end < 22 {
		return
	}
	start := int64(end) - int64(binary.LittleEndian.Uint32(j.tail[end+12:]))
	for at := max(0, start); at+46 <= int64(end) && string(j.tail[at:at+4]) == header; {
		b := j.tail[at:]
		n := int64(binary.LittleEndian.Uint16(b[28:]))
		if at+46+n > int64(end) || !yield(string(b[46:46+n])) {
			return
		}
		at += 46 + n + int64(binary.LittleEndian.Uint16(b[30:])) + int64(binary.LittleEndian.Uint16(b[32:]))
	}
}

// pomOf is what an entry META-INF/maven/GROUP/ARTIFACT/pom.properties stands for.
func pomOf(entry string) (group, artifact string) {
	rest, ok := strings.CutPrefix(entry, "META-INF/maven/")
	if !ok {
		return "", ""
	}
	parts := strings.Split(rest, "/")
	if len(parts) != 3 || parts[2] != "pom.properties" {
		return "", ""
	}
	return parts[0], parts[1]
}

// splitJar parts an archive's file name as Maven writes it: NAME-VERSION.jar, where the
// version begins with a digit.
func splitJar(base string) (name, version string) {
	base = strings.TrimSuffix(base, path.Ext(base))
	for i := 0; i+1 < len(base); i++ {
		if base[i] == '-' && base[i+1] >= '0' && base[i+1] <= '9' {
			return base[:i], base[i+1:]
		}
	}
	return base, ""
}
