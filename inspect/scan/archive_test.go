package scan

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/inspect/hostile"
)

// pieces is a stream that comes in blocks of a size of its own.
type pieces struct {
	data []byte
	size int
}

func (p *pieces) Next() ([]byte, error) {
	if len(p.data) == 0 {
		return nil, io.EOF
	}
	return p.data[:min(p.size, len(p.data))], nil
}

func (p *pieces) Skip(n int) { p.data = p.data[n:] }

// ours lists an archive as our reader sees it, theirs as archive/tar does.
func ours(data []byte, size int) (list []string, err error) {
	a := archive{in: &pieces{data, size}}
	for {
		h, err := a.next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		flag := h.flag
		if typ, ok := typeOf(h); ok && flag == 0 {
			flag = map[bool]byte{true: '5', false: '0'}[typ.IsDir()]
		}
		line := fmt.Sprintf("%c %q %q %o %d %d %d", flag, h.name, h.link, h.mode, h.uid, h.gid, h.mtime)
		var body []byte
		for {
			b, err := a.data()
			if err == io.EOF {
				break
			}
			if err != nil {
				return list, err
			}
			body = append(body, b...)
			a.took(len(b))
		}
		if h.sparse {
			line = "sparse"
		} else {
			line += fmt.Sprintf(" %d %q", h.size, body)
		}
		list = append(list, line)
	}
}

func theirs(data []byte) (list []string, err error) {
	r := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		switch {
		case h.Typeflag == tar.TypeXGlobalHeader:
			continue
		case h.Typeflag == tar.TypeGNUSparse || hasSparse(h.PAXRecords):
			list = append(list, "sparse")
			continue
		}
		body, err := io.ReadAll(r)
		if err != nil {
			return list, err
		}
		list = append(list, fmt.Sprintf("%c %q %q %o %d %d %d %d %q", h.Typeflag, h.Name, h.Linkname, h.Mode, h.Uid, h.Gid, h.ModTime.Unix(), h.Size, body))
	}
}

func hasSparse(records map[string]string) bool {
	for k := range records {
		if strings.HasPrefix(k, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// TestAgainstArchiveTar: what archive/tar writes, in each of its formats, both
// read alike, in blocks of any size.
func TestAgainstArchiveTar(t *testing.T) {
	name := rapid.StringMatching(`[a-zé]{1,60}(/[a-z]{1,60}){0,5}`)
	rapid.Check(t, func(t *rapid.T) {
		var buf bytes.Buffer
		w := tar.NewWriter(&buf)
		for range rapid.IntRange(0, 6).Draw(t, "entries") {
			h := &tar.Header{
				Typeflag: rapid.SampledFrom([]byte{tar.TypeReg, tar.TypeReg, tar.TypeDir, tar.TypeSymlink, tar.TypeLink, tar.TypeFifo, tar.TypeChar}).Draw(t, "type"),
				Name:     name.Draw(t, "name"),
				Mode:     int64(rapid.IntRange(0, 0o7777).Draw(t, "mode")),
				Uid:      rapid.SampledFrom([]int{0, 1000, 1 << 22, 1 << 31}).Draw(t, "uid"),
				ModTime:  time.Unix(int64(rapid.IntRange(0, 1<<34).Draw(t, "mtime")), int64(rapid.IntRange(0, 1).Draw(t, "ns"))),
				Format:   rapid.SampledFrom([]tar.Format{tar.FormatUnknown, tar.FormatPAX, tar.FormatGNU}).Draw(t, "format"),
			}
			switch h.Typeflag {
			case tar.TypeReg:
				h.Size = int64(rapid.IntRange(0, 2000).Draw(t, "size"))
			case tar.TypeSymlink, tar.TypeLink:
				h.Linkname = name.Draw(t, "link")
			}
			if h.Format == tar.FormatPAX {
				h.PAXRecords = map[string]string{"SCHILY.xattr.user.a": "b"}
			}
			if h.Format == tar.FormatGNU {
				h.ModTime = h.ModTime.Truncate(time.Second)
			}
			if err := w.WriteHeader(h); err != nil {
				t.Fatal(err)
			}
			w.Write(bytes.Repeat([]byte("c"), int(h.Size)))
		}
		w.Close()
		want, err := theirs(buf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got, err := ours(buf.Bytes(), rapid.SampledFrom([]int{1, 100, 512, 1000, 1 << 20}).Draw(t, "block"))
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%v\nours\n%s\ntheirs\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// FuzzArchive: whatever the bytes, the reader ends, and gives the same in blocks
// of any size.
func FuzzArchive(f *testing.F) {
	for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
		var buf bytes.Buffer
		w := tar.NewWriter(&buf)
		w.WriteHeader(&tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755, Format: format})
		w.WriteHeader(&tar.Header{Name: "d/" + strings.Repeat("n", 90), Size: 5, Format: format})
		w.Write([]byte("hello"))
		w.WriteHeader(&tar.Header{Name: "../l", Linkname: "/d", Typeflag: tar.TypeSymlink, Format: format})
		w.WriteHeader(&tar.Header{Name: "l/.wh..wh..opq", Format: format})
		w.Close()
		f.Add(buf.Bytes())
	}
	for _, layer := range hostile.Layers() {
		f.Add(layer)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, errA := ours(data, 1<<20)
		b, errB := ours(data, 7)
		if fmt.Sprint(a, errA) != fmt.Sprint(b, errB) {
			t.Fatalf("block size matters:\n%q %v\n%q %v", a, errA, b, errB)
		}
		walk(t, data)
	})
}
