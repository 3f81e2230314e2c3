package cause

import (
	"archive/zip"
	"bytes"
)

// maxMembers bounds how many members of an archive are compared.
const maxMembers = 200_000

// inZip compares two archives member by member.
func inZip(e Evidence) (Finding, bool) {
	if !bytes.HasPrefix(e.A.head(), []byte("PK\x03\x04")) || !bytes.HasPrefix(e.B.head(), []byte("PK\x03\x04")) || !e.whole() {
		return Finding{}, false
	}
	a, err := zip.NewReader(bytes.NewReader(e.A.Data), e.A.Size)
	if err != nil {
		return Finding{}, false
	}
	b, err := zip.NewReader(bytes.NewReader(e.B.Data), e.B.Size)
	if err != nil || len(a.File) > maxMembers || len(b.File) > maxMembers {
		return Finding{}, false
	}
	other := make(map[string]*zip.File, len(b.File))
	for _, f := range b.File {
		other[f.Name] = f
	}
	order, times := len(a.File) != len(b.File), false
	for i, f := range a.File {
		g := other[f.Name]
		if g == nil {
			return Finding{Detail: "only the first holds " + f.Name}, true
		}
		if f.CRC32 != g.CRC32 || f.UncompressedSize64 != g.UncompressedSize64 {
			return member(e, f, g)
		}
		order = order || b.File[min(i, len(b.File)-1)].Name != f.Name
		//nolint:staticcheck // the raw fields are what stands in the archive
		times = times || f.ModifiedTime != g.ModifiedTime || f.ModifiedDate != g.ModifiedDate || !bytes.Equal(f.Extra, g.Extra)
	}
	switch {
	case len(a.File) < len(other):
		return Finding{Detail: "only the second holds " + onlySecond(a, b)}, true
	case order:
		return Finding{Cause: "zip-order"}, true
	case times:
		return Finding{Cause: "zip-times"}, true
	}
	return Finding{}, false
}

func onlySecond(a, b *zip.Reader) string {
	has := make(map[string]bool, len(a.File))
	for _, f := range a.File {
		has[f.Name] = true
	}
	for _, f := range b.File {
		if !has[f.Name] {
			return f.Name
		}
	}
	return "more"
}

// member looks into the first member whose content differs.
func member(e Evidence, f, g *zip.File) (Finding, bool) {
	x, ok := unpack(f)
	y, other := unpack(g)
	if ok && other {
		if found, ok := nested(e, "/"+f.Name, x, y, "in "+f.Name); ok {
			return found, true
		}
	}
	return Finding{Detail: "in " + f.Name}, true
}

func unpack(f *zip.File) ([]byte, bool) {
	r, err := f.Open()
	if err != nil {
		return nil, false
	}
	defer r.Close()
	return bounded(r)
}
