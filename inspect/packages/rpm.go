package packages

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strconv"
)

// readRPM reads rpm's database, in whichever of its three forms it is: all hold a header
// for each package, which tells everything.
func readRPM(s *sink, at string, r io.Reader) (store, bool) {
	data := s.whole(r)
	st := store{kind: rpm, path: at}
	room := 2 * len(data) // of the same header again and again not all is read
	each := func(header []byte) {
		if room -= len(header); room < 0 {
			return
		}
		if it, ok := headerOf(header); ok {
			st.add(it)
		}
	}
	switch path.Base(at) {
	case "rpmdb.sqlite":
		sqliteBlobs(data, "Packages", each)
	case "Packages.db":
		ndbBlobs(data, each)
	default:
		hashBlobs(data, each)
	}
	return st, len(st.items) > 0
}

// isRPM says whether a directory is where rpm keeps its database: its own, the one of
// images that are updated as a whole, and that of rpm-ostree.
func isRPM(dir string) bool {
	return dir == "/var/lib/rpm" || dir == "/usr/lib/sysimage/rpm" || dir == "/usr/share/rpm"
}

// Tags of a header (rpmtag.h), and types of what they stand for.
const (
	tagName       = 1000
	tagVersion    = 1001
	tagRelease    = 1002
	tagEpoch      = 1003
	tagSize       = 1009
	tagFileStates = 1029
	tagFileModes  = 1030
	tagFileFlags  = 1037
	tagDirIndexes = 1116
	tagBaseNames  = 1117
	tagDirNames   = 1118
	tagLongSize   = 5009

	typeInt16   = 3
	typeInt32   = 4
	typeInt64   = 5
	typeString  = 6
	typeStrings = 8
	typeI18N    = 9

	fileConfig, fileDoc, fileGhost = 1 << 0, 1 << 1, 1 << 6
)

// header is a package's header: an index of tags, and what they stand for.
type header struct {
	tags map[uint32]tag
	data []byte
}

type tag struct{ typ, offset, count uint32 }

// headerOf reads a header (rpm's format version 4, without the magic before it).
func headerOf(b []byte) (item, bool) {
	if len(b) < 8 {
		return item{}, false
	}
	n, size := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	const maxTags = 0xffff // as rpm itself allows
	if b = b[8:]; n > maxTags || uint64(n)*16+uint64(size) > uint64(len(b)) {
		return item{}, false
	}
	h := header{tags: make(map[uint32]tag, min(n, 100)), data: b[n*16:][:size]}
	for ; n > 0; n-- {
		h.tags[binary.BigEndian.Uint32(b)] = tag{binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])}
		b = b[16:]
	}
	it := item{name: h.text(tagName), version: h.text(tagVersion), size: h.number(tagLongSize, 0)}
	if it.name == "" || it.name == "gpg-pubkey" { // a key that packages are signed with
		return it, false
	}
	if release := h.text(tagRelease); release != "" {
		it.version += "-" + release
	}
	if epoch := h.number(tagEpoch, 0); epoch > 0 {
		it.version = strconv.FormatInt(epoch, 10) + ":" + it.version
	}
	if it.size == 0 {
		it.size = h.number(tagSize, 0)
	}
	h.sample(&it)
	return it, true
}

// sample notes a few of the package's files, those that were installed and are neither
// documentation nor configuration.
func (h header) sample(it *item) {
	dirs := h.texts(tagDirNames, -1)
	names := h.texts(tagBaseNames, 1000)
	for i, name := range names {
		const regular = 0o100000
		switch {
		case h.number(tagFileModes, i)&0o170000 != regular, h.number(tagFileStates, i) != 0,
			h.number(tagFileFlags, i)&(fileConfig|fileDoc|fileGhost) != 0:
			continue
		}
		if d := h.number(tagDirIndexes, i); d < int64(len(dirs)) && len(dirs[d]) > 1 {
			it.sample(dirs[d][1:] + name)
		}
	}
}

// number is one of a tag's numbers, 0 when it has none.
func (h header) number(of uint32, i int) int64 {
	t, ok := h.tags[of]
	if !ok || uint32(i) >= t.count {
		return 0
	}
	width := map[uint32]uint64{typeInt16: 2, typeInt32: 4, typeInt64: 8}[t.typ]
	if width == 0 {
		width = 1
	}
	at := uint64(t.offset) + uint64(i)*width
	if at+width > uint64(len(h.data)) {
		return 0
	}
	switch b := h.data[at:]; width {
	case 2:
		return int64(binary.BigEndian.Uint16(b))
	case 4:
		return int64(binary.BigEndian.Uint32(b))
	case 8:
		return int64(min(binary.BigEndian.Uint64(b), 1<<60))
	default:
		return int64(b[0])
	}
}

func (h header) text(of uint32) string {
	if list := h.texts(of, 1); len(list) > 0 {
		return list[0]
	}
	return ""
}

// texts are a tag's texts, most of them at most; a negative number is for all.
func (h header) texts(of uint32, most int) []string {
	t, ok := h.tags[of]
	if !ok || t.typ != typeString && t.typ != typeStrings && t.typ != typeI18N || uint64(t.offset) > uint64(len(h.data)) {
		return nil
	}
	var out []string
	rest := h.data[t.offset:]
	for n := t.count; n > 0 && most != 0; n, most = n-1, most-1 {
		text, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			break
		}
		out, rest = append(out, string(text)), after
	}
	return out
}
