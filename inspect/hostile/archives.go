package hostile

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// archives are tar files in the form of `docker save`, or nearly.
func archives() []Case {
	hello := layer{tar: pack(entry{name: "hello", body: "hello\n"})}
	saved := func(name string, change func(m map[string]any), more ...entry) Case {
		return Case{Name: name, Write: func(dir string) (string, error) { return around(hello).saved(dir, change, more...) }}
	}
	layers := func(change func(l []any) []any) func(m map[string]any) {
		return func(m map[string]any) { m["Layers"] = change(m["Layers"].([]any)) }
	}
	second := func(name string) func(m map[string]any) {
		return layers(func(l []any) []any { l[1] = name; return l })
	}
	manifest := func(name, text string) Case {
		return refused(name, func(dir string) (string, error) {
			p := around(hello)
			p.rawManifest = []byte(text)
			return p.saved(dir, nil)
		})
	}
	whole := func() []byte {
		dir, err := os.MkdirTemp("", "stagedive-hostile-")
		if err != nil {
			return nil
		}
		defer os.RemoveAll(dir)
		path, err := around(hello).saved(dir, nil)
		if err != nil {
			return nil
		}
		b, _ := os.ReadFile(path)
		return b
	}
	part := func(name string, of func(b []byte) []byte) Case {
		return refused(name, func(dir string) (string, error) {
			path := filepath.Join(dir, "image.tar")
			return path, os.WriteFile(path, of(whole()), 0o644)
		})
	}
	return slices.Concat(twice(
		saved("a configuration of the machine", func(m map[string]any) { m["Config"] = "/etc/passwd" }),
		saved("a layer of the machine", second("/etc/passwd")),
		saved("a layer that leads out", second("../../../../../../etc/passwd")),
		saved("a layer that links out", second("l"), entry{name: "l", flag: '2', link: "/etc/passwd"}),
		saved("layers that link round", second("l"), entry{name: "l", flag: '2', link: "k"}, entry{name: "k", flag: '2', link: "l"}),
		saved("a layer that links to itself", second("l"), entry{name: "l", flag: '1', link: "l"}),
		saved("a layer that is a device", second("l"), entry{name: "l", flag: '3'}),
		saved("a layer of eight exabytes", second("l"), entry{name: "l", size: math.MaxInt64 - 4096}),
		saved("a sparse layer of eight exabytes", second("l"), pax(record("GNU.sparse.major", "1"), record("GNU.sparse.minor", "0"), record("GNU.sparse.name", "l"), record("GNU.sparse.realsize", "9223372036854775807")),
			entry{name: "GNUSparseFile/l", body: "1\n9223372036854774784\n512\n" + strings.Repeat("\x00", 512-26) + strings.Repeat("x", 512)}),
		saved("no name for a layer", second("")),
		saved("a layer whose name drives the terminal", second("\x1b[2J\u202e")),
		plain(saved("tags that drive the terminal", func(m map[string]any) { m["RepoTags"] = []any{"\x1b[2J:\r\n1", "\u202e"} })),
		large(beyond(saved("a hundred thousand layers", layers(func(l []any) []any { return append(append(l, repeat(100_000, "none")...), l[2]) })))),
		large(beyond(saved("a hundred thousand times one layer", layers(func(l []any) []any { return append(append(l, repeat(100_000, l[1])...), l[2]) })))),
		saved("two manifests", nil, entry{name: "manifest.json", body: `[{"Config":"config.json","Layers":[]}]`}),
	), []Case{
		large(manifest("manifest.json of a hundred thousand images", "["+strings.Repeat(`{"Config":"c","RepoTags":["a:1"],"Layers":["x"]},`, 100_000)+"{}]")),
		manifest("manifest.json that is no list", `{"Config":"c"}`),
		manifest("manifest.json of nothing", `[]`),
		manifest("manifest.json that is empty", ``),
		large(manifest("manifest.json of a million brackets", strings.Repeat("[", 1<<20))),
		large(manifest("manifest.json of 64 MB", `[{"Config":"`+strings.Repeat("x", 64<<20)+`"}]`)),
		part("cut off in its first header", func(b []byte) []byte { return b[:300] }),
		part("cut off in its first layer", func(b []byte) []byte { return b[:2000] }),
		part("cut off at half", func(b []byte) []byte { return b[:len(b)/2] }),
		part("damaged in the middle", func(b []byte) []byte {
			for i := len(b) / 4; i < len(b)/4+2048; i++ {
				b[i] = 0xff
			}
			return b
		}),
		part("compressed and cut off", func(b []byte) []byte { z := packed(b, gzipped); return z[:len(z)/2] }),
		part("compressed twice", func(b []byte) []byte { return packed(packed(b, gzipped), gzipped) }),
		large(refused("a gzip bomb", func(dir string) (string, error) {
			path := filepath.Join(dir, "image.tar.gz")
			return path, os.WriteFile(path, bomb(64, gzipped), 0o644)
		})),
		large(refused("a zstd bomb", func(dir string) (string, error) {
			path := filepath.Join(dir, "image.tar.zst")
			return path, os.WriteFile(path, bomb(64, zstandard), 0o644)
		})),
		large(refused("a million files", func(dir string) (string, error) {
			path := filepath.Join(dir, "image.tar")
			f, err := os.Create(path)
			if err != nil {
				return "", err
			}
			defer f.Close()
			return path, many(1_100_000, func(i int) entry { return entry{name: fmt.Sprintf("f%d", i)} })(f)
		})),
		file("empty", "image.tar", nil),
		file("a picture", "image.tar", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 4096)...)),
		file("text", "image.tar", []byte(strings.Repeat("no image \x1b[2J\n", 100))),
		file("xz", "image.tar.xz", append([]byte("\xfd7zXZ\x00"), make([]byte, 100)...)),
		file("zeros", "image.tar", make([]byte, 1<<20)),
		file("files only", "image.tar", bytesOf(pack(entry{name: "etc/passwd", body: "x"}))),
	})
}

// beyond is a case with more layers than are read.
func beyond(c Case) Case {
	c.Cut = true
	return c
}

// twice adds to each archive one that is compressed as a whole, which is read in
// another way.
func twice(cases ...Case) []Case {
	for _, c := range slices.Clone(cases) {
		plain := c.Write
		c.Name += ", compressed"
		c.Write = func(dir string) (string, error) {
			path, err := plain(dir)
			if err != nil {
				return "", err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			return path, os.WriteFile(path, packed(b, gzipped), 0o644)
		}
		cases = append(cases, c)
	}
	return cases
}
