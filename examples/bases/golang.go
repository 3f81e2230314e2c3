package bases

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// goRoot is where the toolchain lies in the image, as in the published one.
const goRoot = "usr/local/go"

// golangImage puts the toolchain on top of the shell image.
func golangImage(ctx context.Context, dir string, local toolchain, shell Base) (Base, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, recipe, shell.Digest, local.GOVERSION, local.GOROOT)
	key := hex.EncodeToString(hash.Sum(nil))[:16]
	return kept(ctx, dir, "golang", key, func(ctx context.Context, l *layout) (ocispec.Descriptor, error) {
		manifest, err := shell.manifest()
		if err != nil {
			return ocispec.Descriptor{}, err
		}
		config, err := shell.config()
		if err != nil {
			return ocispec.Descriptor{}, err
		}
		for _, layer := range manifest.Layers {
			if err := l.adopt(shell.LayoutDir, layer); err != nil {
				return ocispec.Descriptor{}, err
			}
		}
		layer, err := l.blob(ocispec.MediaTypeImageLayer, func(w io.Writer) error {
			return writeGoLayer(ctx, w, local.GOROOT)
		})
		if err != nil {
			return ocispec.Descriptor{}, fmt.Errorf("packing the Go toolchain at %s: %w", local.GOROOT, err)
		}
		layers := append(manifest.Layers, layer)
		return l.image(golangConfig(config, local, layers), layers)
	})
}

func golangConfig(config ocispec.Image, local toolchain, layers []ocispec.Descriptor) ocispec.Image {
	config.Config.Env = []string{
		"PATH=/go/bin:/" + goRoot + "/bin:" + searchPath,
		"GOLANG_VERSION=" + strings.TrimPrefix(local.GOVERSION, "go"),
		"GOPATH=/go",
		"GOTOOLCHAIN=local", // the version at hand, never a download
	}
	config.Config.WorkingDir = "/go"
	config.Config.Labels = map[string]string{ocispec.AnnotationTitle: "stagedive stand-in: golang"}
	config.RootFS.DiffIDs = diffIDs(layers...)
	config.History = append(config.History, ocispec.History{
		Created:   &madeAt,
		CreatedBy: "stagedive: the local Go toolchain, " + local.GOVERSION,
		Comment:   "stand-in",
	})
	return config
}

// diffIDs are the digests of the layers' contents: these layers are not
// compressed, so that nothing is spent on packing and unpacking them.
func diffIDs(layers ...ocispec.Descriptor) []digest.Digest {
	ids := make([]digest.Digest, len(layers))
	for i, layer := range layers {
		ids[i] = layer.Digest
	}
	return ids
}

// writeGoLayer packs a GOROOT. Distributions spread theirs over several places
// with symbolic links in between, so links are followed.
func writeGoLayer(ctx context.Context, out io.Writer, root string) error {
	w := newLayerWriter(out)
	w.dir("go", 0o777)
	w.dir("go/bin", 0o777)
	w.dir("go/src", 0o777)
	w.dir("usr", 0o755)
	w.dir("usr/local", 0o755)
	w.dir(goRoot, 0o755)
	for _, part := range []string{"VERSION", "bin", "go.env", "lib", "pkg", "src"} {
		if err := packGo(ctx, w, root, part, 0); err != nil {
			return err
		}
	}
	return w.close()
}

// maxDepth stops a walk that a circle of symbolic links would keep going.
const maxDepth = 32

// packGo adds one file or directory of a GOROOT, name being relative to it.
func packGo(ctx context.Context, w *layerWriter, root, name string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s lies more than %d directories deep", name, maxDepth)
	}
	full := filepath.Join(root, filepath.FromSlash(name))
	info, err := os.Stat(full)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil // a dangling link, or a part that this distribution leaves out
	case err != nil:
		return err
	case info.Mode().IsRegular():
		w.file(path.Join(goRoot, name), int64(info.Mode().Perm()|0o444), full)
		return w.err
	case !info.IsDir():
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	w.dir(path.Join(goRoot, name), 0o755)
	entries, err := os.ReadDir(full) // sorted
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if inner := path.Join(name, entry.Name()); neededToBuild(inner) {
			if err := packGo(ctx, w, root, inner, depth+1); err != nil {
				return err
			}
		}
	}
	return w.err
}

// neededToBuild leaves out of a GOROOT what compiling a program never reads:
// tests and their data, and caches that the toolchain itself may have left.
func neededToBuild(name string) bool {
	base := path.Base(name)
	return base != "testdata" && !strings.HasSuffix(base, "_test.go") && name != "pkg/obj" && base != ".git"
}
