package listed_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/packages/listed"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
)

// files are an image's, by path; a text that begins with "-> " is a link.
type files map[string]string

func (f files) tree() *image.Tree {
	b := image.NewBuilder()
	for p, text := range f {
		e := image.Entry{Path: strings.TrimPrefix(p, "/"), Mode: 0o644, Size: int64(len(text))}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			e.Type, e.Link, e.Size = image.Symlink, target, 0
		}
		b.Add(e)
	}
	return image.Stack(b.Tree())
}

// ReadAll implements listed.Reader.
func (f files) ReadAll(ctx context.Context, at []content.At, limit int64, got func(int, []byte, int64, error)) error {
	for i, a := range at {
		text, ok := f[a.Path]
		if !ok {
			got(i, nil, 0, errors.New("unreadable"))
			continue
		}
		got(i, []byte(text[:min(len(text), int(limit))]), int64(len(text)), nil)
	}
	return ctx.Err()
}

func TestFiles(t *testing.T) {
	const status, installed = "/var/lib/dpkg/status", "/lib/apk/db/installed"
	for _, tt := range []struct {
		name string
		in   files
		of   []inventory.Package
		want string
	}{
		{
			"dpkg, with links on the way and directories in the list",
			files{
				"/lib": "-> usr/lib", "/usr/lib/gcc/cc1": "x", "/usr/bin/gcc-12": "x", "/usr/bin/gcc": "-> gcc-12", "/usr/bin/other": "x", status: "x",
				"/var/lib/dpkg/info/gcc.list": "/.\n/usr\n/usr/bin\n/usr/bin/gcc\n/usr/bin/gcc-12\n/lib/gcc/cc1\n/usr/share/doc/gone\n",
			},
			[]inventory.Package{{Kind: inventory.Deb, Name: "gcc", Path: status}},
			"/usr/bin/gcc /usr/bin/gcc-12 /usr/lib/gcc/cc1",
		},
		{
			"dpkg, of an architecture",
			files{"/usr/lib/libc.a": "x", "/usr/lib/libd.a": "x", status: "x", "/var/lib/dpkg/info/libc6-dev:amd64.list": "/usr/lib/libc.a\r\n", "/var/lib/dpkg/info/libc6-devel.list": "/usr/lib/libd.a\n"},
			[]inventory.Package{{Kind: inventory.Deb, Name: "libc6-dev", Path: status}},
			"/usr/lib/libc.a",
		},
		{
			"distroless",
			files{"/usr/bin/ld": "x", "/var/lib/dpkg/status.d/binutils": "x", "/var/lib/dpkg/status.d/binutils.md5sums": "0123  usr/bin/ld\nnothing\n"},
			[]inventory.Package{{Kind: inventory.Deb, Name: "binutils", Path: "/var/lib/dpkg/status.d/binutils"}},
			"/usr/bin/ld",
		},
		{
			"apk",
			files{
				"/usr/bin/gcc": "x", "/usr/lib/a.o": "x", "/bin/busybox": "x",
				installed: "P:busybox\nV:1\nF:bin\nR:busybox\nZ:Q1\n\nP:gcc\nV:13\nF:usr/bin\nR:gcc\na:0:0:755\nF:usr/lib\nR:a.o\nR:gone\n\n",
			},
			[]inventory.Package{{Kind: inventory.Apk, Name: "gcc", Path: installed}},
			"/usr/bin/gcc /usr/lib/a.o",
		},
		{
			"no list, or none that can be read: the few that were noted",
			files{"/usr/bin/gcc": "x", "/usr/bin/cc": "x", status: "x"},
			[]inventory.Package{{Kind: inventory.Deb, Name: "gcc", Path: status, Files: []string{"/usr/bin/gcc", "/usr/bin/gone"}}, {Kind: inventory.RPM, Name: "cc", Path: "/var/lib/rpm/rpmdb.sqlite", Files: []string{"/usr/bin/cc"}}},
			"/usr/bin/cc /usr/bin/gcc",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := listed.Files(t.Context(), tt.in, tt.in.tree(), tt.of)
			slices.Sort(got)
			if text := strings.Join(got, " "); err != nil || text != tt.want {
				t.Errorf("got  %s, %v\nwant %s", text, err, tt.want)
			}
		})
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := listed.Files(ended, files{}, files{}.tree(), nil); err == nil {
		t.Error("it goes on after its context has ended")
	}
}
