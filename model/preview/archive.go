package preview

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/measure"
)

// mostUnpacked bounds what is unpacked to list a compressed archive, in bytes.
const mostUnpacked = 64 << 20

// archiveFile tells what an archive holds.
func archiveFile(p *Preview, name string) bool {
	switch b := p.Bytes; {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		p.zipped(name)
	case bytes.HasPrefix(b, []byte("\x1f\x8b")):
		p.gzipped()
	case isTar(b):
		p.What = "tar archive"
		p.tar(bytes.NewReader(b), p.cut())
	case bytes.HasPrefix(b, []byte("!<arch>\n")):
		p.ar(name)
	default:
		return false
	}
	return true
}

func isTar(b []byte) bool { return len(b) >= 512 && string(b[257:262]) == "ustar" }

func (p *Preview) zipped(name string) {
	p.What = map[string]string{
		".jar": "Java archive", ".war": "Java web archive", ".whl": "Python wheel", ".apk": "Android package",
		".docx": "Word document", ".xlsx": "Excel workbook", ".nupkg": "NuGet package",
	}[extension(name)]
	if p.What == "" {
		p.What = "zip archive"
	}
	if p.cut() {
		p.fact("odd", "its directory lies behind the bytes that were looked at")
		return
	}
	z, err := zip.NewReader(bytes.NewReader(p.Bytes), int64(len(p.Bytes)))
	if err != nil && z == nil {
		p.fact("odd", "it is damaged: "+err.Error())
		return
	}
	list := &List{What: "members", Columns: []string{"mode", "size", "modified", "name"}}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		list.add(perms(f.Mode()), size(f.UncompressedSize64), day(f.Modified), f.Name)
	}
	p.List = list
	p.fact("holds", measure.Plural(len(z.File), "member")+", "+size(total)+" when unpacked")
	p.fact("comment", z.Comment)
}

// perms are a file's type and permissions as ls writes them.
func perms(m fs.FileMode) string {
	text := m.String()
	if m&fs.ModeSymlink != 0 {
		text = "l" + text[1:]
	}
	return text
}

func day(t time.Time) string {
	if t.Year() < 1980 || t.Year() > 9999 {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04")
}

func (p *Preview) gzipped() {
	p.What = "gzip file"
	z, err := gzip.NewReader(bytes.NewReader(p.Bytes))
	if err != nil {
		p.fact("odd", "it is damaged: "+err.Error())
		return
	}
	p.fact("of", z.Name)
	inside := &bounded{in: z, left: mostUnpacked}
	head := make([]byte, 512)
	n, _ := io.ReadFull(inside, head)
	if !isTar(head[:n]) {
		rest, err := io.Copy(io.Discard, inside)
		text := measure.Bytes(int64(n)+rest) + " when unpacked"
		if err != nil || inside.left <= 0 || p.cut() {
			text = "more than " + text
		}
		p.fact("holds", text)
		return
	}
	p.What = "tar archive, compressed with gzip"
	p.tar(io.MultiReader(bytes.NewReader(head[:n]), inside), true)
}

// bounded ends after so many bytes.
type bounded struct {
	in   io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// tar lists what a tar archive holds; cut says that it may end before its end.
func (p *Preview) tar(in io.Reader, cut bool) {
	list := &List{What: "members", Columns: []string{"mode", "size", "modified", "name"}}
	p.List = list
	r := tar.NewReader(in)
	n, total := 0, int64(0)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			if cut {
				list.More = "what lies behind the bytes that were looked at is not listed"
			} else {
				list.More = "it is damaged here: " + err.Error()
			}
			break
		}
		name := h.Name
		if h.Linkname != "" {
			name += " -> " + h.Linkname
		}
		mode := fs.FileMode(h.Mode&0o777) | map[byte]fs.FileMode{tar.TypeDir: fs.ModeDir, tar.TypeSymlink: fs.ModeSymlink}[h.Typeflag]
		if !list.add(perms(mode), measure.Bytes(max(0, h.Size)), day(h.ModTime), name) {
			break
		}
		n++
		total = min(total+max(0, h.Size), 1<<62)
	}
	text := measure.Plural(n, "member") + ", " + measure.Bytes(total)
	if list.More != "" {
		text = "more than " + text
	}
	p.fact("holds", text)
}

// ar lists what a Unix library holds (System V ar, and Debian's packages).
func (p *Preview) ar(name string) {
	p.What = "Unix archive"
	switch extension(name) {
	case ".a":
		p.What = "static library"
	case ".deb":
		p.What = "Debian package"
	}
	list := &List{What: "members", Columns: []string{"size", "name"}}
	b := p.Bytes[8:]
	const header = 60
	for len(b) >= header && string(b[58:60]) == "`\n" {
		var n int64
		for _, c := range bytes.TrimSpace(b[48:58]) {
			if c < '0' || c > '9' {
				n = -1
				break
			}
			n = n*10 + int64(c-'0')
		}
		if n < 0 || !list.add(measure.Bytes(n), strings.TrimRight(string(b[:16]), " ")) {
			break
		}
		if b = b[header:]; n+n&1 > int64(len(b)) {
			break
		}
		b = b[n+n&1:]
	}
	p.List = list
	p.fact("holds", measure.Plural(len(list.Rows), "member"))
}
