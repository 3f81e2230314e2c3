package hostile

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// digests and sizes that lie.
func digests() []Case {
	hello := pack(entry{name: "hello", body: "hello\n"})
	lie := func(name string, change func(l *layer)) Case {
		l := layer{tar: hello}
		change(&l)
		return Case{Name: name, Write: around(l).layout}
	}
	swapped := func(dir string) error { // the bytes change after the digest was taken
		return overwrite(dir, "hello\n", "howdy\n")
	}
	return []Case{
		{Name: "a layer that was changed", Write: func(dir string) (string, error) {
			p := around(layer{tar: hello})
			p.after = swapped
			return p.layout(dir)
		}},
		lie("a diff ID that lies", func(l *layer) { l.diffID = zeroDigest }),
		lie("a diff ID that is no digest", func(l *layer) { l.diffID = "sha256:../../../etc/passwd" }),
		lie("a size that is too large", func(l *layer) { l.size = 1 << 40 }),
		lie("a size that is too small", func(l *layer) { l.size = 5 }),
		lie("a size below nothing", func(l *layer) { l.size = -5 }),
		lie("a size beyond all numbers", func(l *layer) { l.size = math.MaxFloat64 }),
		lie("a size that is text", func(l *layer) { l.size = "many" }),
		lie("a layer that is missing", func(l *layer) { l.missing = true }),
		lie("a digest that leads out", func(l *layer) { l.digest = "sha256:../../../../../../etc/passwd" }),
		lie("a digest that drives the terminal", func(l *layer) { l.digest = "sha256:\x1b[2J" }),
		lie("a digest of no known kind", func(l *layer) { l.digest = "md5:d41d8cd98f00b204e9800998ecf8427e" }),
		lie("a foreign layer", func(l *layer) {
			l.missing, l.mediaType = true, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
		}),
		{Name: "a manifest that was changed", Write: func(dir string) (string, error) {
			p := around(layer{tar: hello})
			p.after = func(dir string) error { return overwrite(dir, `"schemaVersion":2}`, `"schemaVersion": 2}`) }
			return p.layout(dir)
		}},
		{Name: "a configuration that was changed", Write: func(dir string) (string, error) {
			p := around(layer{tar: hello})
			p.after = func(dir string) error { return overwrite(dir, `"PATH=/bin"`, `"PATH=/evil"`) }
			return p.layout(dir)
		}},
		plain(Case{Name: "one layer a thousand times", Write: func(dir string) (string, error) {
			var all []layer
			for range 1000 {
				all = append(all, layer{tar: hello})
			}
			return around(all...).layout(dir)
		}}),
	}
}

// overwrite replaces text in the one blob that holds it, which keeps its name.
func overwrite(dir, old, with string) error {
	files, err := filepath.Glob(filepath.Join(dir, "blobs", "sha256", "*"))
	if err != nil {
		return err
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if changed := bytes.Replace(b, []byte(old), []byte(with), 1); !bytes.Equal(changed, b) {
			return os.WriteFile(name, changed, 0o644)
		}
	}
	return fmt.Errorf("no blob holds %q", old)
}

// rewrite is overwrite, with the names that lead to the blob changed with it.
func rewrite(dir, old, with string) error {
	files, err := filepath.Glob(filepath.Join(dir, "blobs", "sha256", "*"))
	if err != nil {
		return err
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.Contains(b, []byte(old)) {
			continue
		}
		b = bytes.Replace(b, []byte(old), []byte(with), 1)
		digest, err := put(filepath.Dir(name), b)
		if err != nil {
			return err
		}
		index, err := os.ReadFile(filepath.Join(dir, "index.json"))
		if err != nil {
			return err
		}
		index = bytes.Replace(index, []byte(filepath.Base(name)), []byte(digest[len("sha256:"):]), 1)
		return os.WriteFile(filepath.Join(dir, "index.json"), index, 0o644)
	}
	return fmt.Errorf("no blob holds %q", old)
}
