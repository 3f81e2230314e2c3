package hostile

import (
	"os"
	"path/filepath"
	"syscall"
)

// Secret is what a file beside the image holds that links in it lead to. It must not
// be shown as the image's.
const Secret = "a secret of the machine"

// layouts are directories with something else where files belong.
func layouts() []Case {
	hello := pack(entry{name: "hello", body: "hello\n"})
	place := func(name string, put func(path string) error) Case {
		return Case{Name: name, Write: around(layer{tar: hello, place: put}).layout}
	}
	after := func(name string, change func(dir string) error) Case {
		return refused(name, func(dir string) (string, error) {
			p := around(layer{tar: hello})
			p.after = change
			return p.layout(dir)
		})
	}
	index := func(name string, put func(path string) error) Case {
		return after(name, func(dir string) error {
			path := filepath.Join(dir, "index.json")
			if err := os.Remove(path); err != nil {
				return err
			}
			return put(path)
		})
	}
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o644) }
	link := func(to string) func(string) error { return func(path string) error { return os.Symlink(to, path) } }
	empty := func(path string) error { return os.WriteFile(path, nil, 0o644) }
	dir := func(path string) error { return os.Mkdir(path, 0o755) }
	return []Case{
		place("a blob that links to a secret", func(path string) error {
			// blobs/sha256/… in image/ in the directory of the case
			secret := filepath.Join(filepath.Dir(path), "..", "..", "..", "secret")
			if err := os.WriteFile(secret, bytesOf(pack(entry{name: "secret", body: Secret})), 0o600); err != nil {
				return err
			}
			return os.Symlink("../../../secret", path)
		}),
		place("a blob that links to /etc/passwd", link("/etc/passwd")),
		place("a blob that links to endless zeros", link("/dev/zero")),
		place("a blob that links to itself", func(path string) error { return os.Symlink(filepath.Base(path), path) }),
		place("a pipe as a blob", pipe),
		place("a directory as a blob", dir),
		place("an empty blob", empty),
		index("a pipe as index.json", pipe),
		index("index.json that links to /etc/passwd", link("/etc/passwd")),
		index("index.json that links to endless zeros", link("/dev/zero")),
		index("a directory as index.json", dir),
		index("an empty index.json", empty),
		{Name: "blobs behind a link that leads out", Plain: true, Write: func(dir string) (string, error) {
			p := around(layer{tar: hello})
			p.after = func(dir string) error {
				if err := os.Rename(filepath.Join(dir, "blobs"), filepath.Join(dir, "..", "elsewhere")); err != nil {
					return err
				}
				return os.Symlink("../elsewhere", filepath.Join(dir, "blobs"))
			}
			return p.layout(dir)
		}},
		after("no blobs", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "blobs")) }),
		refused("an empty directory", func(dir string) (string, error) { return dir, nil }),
		refused("a pipe", func(dir string) (string, error) {
			path := filepath.Join(dir, "image.tar")
			return path, syscall.Mkfifo(path, 0o644)
		}),
		refused("endless zeros", func(string) (string, error) { return "/dev/zero", nil }),
	}
}
