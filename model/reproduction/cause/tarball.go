package cause

import (
	"archive/tar"
	"bytes"
	"io"
)

// tarMember is a member of an archive; data lies in the sample.
type tarMember struct {
	*tar.Header
	data []byte
}

// inTar compares two archives (tar) member by member.
func inTar(e Evidence) (Finding, bool) {
	if !isTar(e.A.head()) || !isTar(e.B.head()) || !e.whole() {
		return Finding{}, false
	}
	a, ok := untar(e.A.Data)
	b, second := untar(e.B.Data)
	if !ok || !second {
		return Finding{}, false
	}
	other := make(map[string]tarMember, len(b))
	for _, m := range b {
		other[m.Name] = m
	}
	order, times, owners := len(a) != len(b), false, false
	for i, m := range a {
		n, has := other[m.Name]
		switch {
		case !has:
			return Finding{Detail: "only the first holds " + m.Name}, true
		case !bytes.Equal(m.data, n.data):
			return nested(e, "/"+m.Name, m.data, n.data, "in "+m.Name)
		}
		order = order || b[min(i, len(b)-1)].Name != m.Name
		times = times || !m.ModTime.Equal(n.ModTime)
		owners = owners || m.Uid != n.Uid || m.Gid != n.Gid || m.Uname != n.Uname || m.Gname != n.Gname
	}
	switch {
	case len(a) != len(b):
		return Finding{Detail: "one holds more than the other"}, true
	case order:
		return Finding{Cause: "tar-order"}, true
	case owners:
		return Finding{Cause: "tar-owners"}, true
	case times:
		return Finding{Cause: "tar-times"}, true
	}
	return Finding{}, false
}

func isTar(head []byte) bool { return len(head) > 262 && string(head[257:262]) == "ustar" }

func untar(data []byte) (out []tarMember, ok bool) {
	r := tar.NewReader(bytes.NewReader(data))
	left := len(data) // what a sparse file has more than that is made up
	for len(out) < maxMembers {
		h, err := r.Next()
		if err == io.EOF {
			return out, true
		}
		if err != nil {
			return nil, false
		}
		content, err := io.ReadAll(io.LimitReader(r, int64(left)+1))
		if err != nil || len(content) > left {
			return nil, false
		}
		left -= len(content)
		out = append(out, tarMember{h, content})
	}
	return nil, false
}
