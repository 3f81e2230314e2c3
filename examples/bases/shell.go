package bases

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/userland"
)

// shellSource is the shell's own module: a stagedive that was installed as a
// bare binary must be able to compile it too. The module files carry another
// name because a directory with a go.mod can't be embedded.
//
//go:embed shell/main.go shell/module/*.txt
var shellSource embed.FS

// shellFiles are the files that the shell is made of: where they lie in its
// module, and what they hold.
func shellFiles() (map[string][]byte, error) {
	files := map[string][]byte{}
	for dir, from := range map[string]fs.FS{".": shellSource, "userland": userland.Sources} {
		err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(name, "_test.go") {
				return err
			}
			written := path.Base(name)
			if strings.HasPrefix(written, "go.") {
				written = strings.TrimSuffix(written, ".txt")
			}
			files[path.Join(dir, written)], err = fs.ReadFile(from, name)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("reading the shell's source: %w", err)
		}
	}
	return files, nil
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// osRelease says in the place where one looks for it what the image is.
const osRelease = `ID=stagedive-standin
NAME="stagedive stand-in"
PRETTY_NAME="stagedive stand-in image (a Go shell and small commands; no published distribution)"
HOME_URL="https://github.com/stagedive/stagedive"
`

// shellImage makes the shell image with a toolchain that has been found.
func shellImage(ctx context.Context, dir string, local toolchain) (Base, error) {
	key, err := shellKey(local)
	if err != nil {
		return Base{}, err
	}
	return kept(ctx, dir, "shell", key, func(ctx context.Context, l *layout) (ocispec.Descriptor, error) {
		work := l.dir + ".build"
		defer os.RemoveAll(work)
		if err := errors.Join(os.RemoveAll(work), os.Mkdir(work, 0o755)); err != nil {
			return ocispec.Descriptor{}, err
		}
		binary, err := compileShell(ctx, local, work)
		if err != nil {
			return ocispec.Descriptor{}, err
		}
		layer, err := l.blob(ocispec.MediaTypeImageLayer, func(w io.Writer) error { return writeShellLayer(w, binary) })
		if err != nil {
			return ocispec.Descriptor{}, fmt.Errorf("writing its layer: %w", err)
		}
		return l.image(shellConfig(local, layer), []ocispec.Descriptor{layer})
	})
}

// shellKey names everything that the image's bytes depend on.
func shellKey(local toolchain) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, recipe, local.GOVERSION, local.GOHOSTARCH)
	files, err := shellFiles()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(hash, name, len(files[name]))
		hash.Write(files[name])
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], err
}

// recipe changes when the images would differ for the same sources.
const recipe = "1"

// compileShell writes the shell's module into dir, compiles it there, and gives
// the path of the static binary.
func compileShell(ctx context.Context, local toolchain, dir string) (string, error) {
	files, err := shellFiles()
	if err != nil {
		return "", err
	}
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, content, 0o644)); err != nil {
			return "", fmt.Errorf("writing the shell's source: %w", err)
		}
	}
	binary := filepath.Join(dir, "sh")
	_, err = local.run(ctx, dir, []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + local.GOHOSTARCH},
		"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", binary, ".")
	if err != nil {
		return "", fmt.Errorf("compiling the shell: %w", err)
	}
	return binary, nil
}

// writeShellLayer writes the root file system: the directories that programs
// expect, the binary, and a link to it for every command.
func writeShellLayer(out io.Writer, binary string) error {
	w := newLayerWriter(out)
	w.dir("bin", 0o755)
	w.file("bin/sh", 0o755, binary)
	for _, name := range appletNames() {
		if name != "sh" {
			w.link("bin/"+name, "sh")
		}
	}
	w.dir("etc", 0o755)
	w.bytes("etc/group", 0o644, []byte("root:x:0:\nnobody:x:65534:\n"))
	w.bytes("etc/os-release", 0o644, []byte(osRelease))
	w.bytes("etc/passwd", 0o644, []byte("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"))
	w.dir("root", 0o700)
	w.dir("tmp", 0o1777)
	w.dir("usr", 0o755)
	w.dir("usr/bin", 0o755)
	w.link("usr/bin/env", "../../bin/sh") // scripts start with #!/usr/bin/env
	w.dir("usr/local", 0o755)
	w.dir("usr/local/bin", 0o755)
	w.dir("var", 0o755)
	w.dir("var/tmp", 0o1777)
	return w.close()
}

// appletNames are the commands of the shell binary, as applets.txt lists them.
func appletNames() []string {
	list, err := userland.Sources.ReadFile("applets.txt")
	if err != nil {
		panic(err) // embedded at compile time
	}
	var names []string
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 2 {
			names = append(names, fields[1])
		}
	}
	return names
}

func shellConfig(local toolchain, layer ocispec.Descriptor) ocispec.Image {
	return ocispec.Image{
		Created:  &madeAt,
		Platform: ocispec.Platform{OS: "linux", Architecture: local.GOHOSTARCH},
		Config: ocispec.ImageConfig{
			Env:    []string{"PATH=" + searchPath},
			Cmd:    []string{"/bin/sh"},
			Labels: map[string]string{ocispec.AnnotationTitle: "stagedive stand-in: shell"},
		},
		RootFS: ocispec.RootFS{Type: "layers", DiffIDs: diffIDs(layer)},
		History: []ocispec.History{{
			Created:   &madeAt,
			CreatedBy: "stagedive: shell and small commands, compiled by " + local.GOVERSION,
			Comment:   "stand-in",
		}},
	}
}
