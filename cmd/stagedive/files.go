package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
)

// imageFiles reads the files of images. It is a tui.Files.
type imageFiles struct {
	home string
	src  source.Source // of the one image that is shown; nil to look for each again
	open *stages       // stages that may be open; nil for none
}

func (f imageFiles) reader(im *image.Image) *content.Reader {
	if im.Stage != "" {
		return content.From(im, stageOf{f.open, im})
	}
	if f.src != nil {
		return content.Of(im, f.src)
	}
	return content.New(im, "")
}

// errStageClosed is why nothing is read of a stage that nobody has looked at for
// half an hour.
var errStageClosed = errors.New("the stage is not open any more: i on it opens it again")

// stageOf opens the files of a stage as long as it is open.
type stageOf struct {
	open *stages
	im   *image.Image
}

// Open is content.Opener's.
func (s stageOf) Open(ctx context.Context, layer int, path string) (io.Reader, int64, error) {
	if s.open != nil {
		if o := s.open.of(s.im); o != nil {
			return o.Open(ctx, layer, path)
		}
	}
	return nil, 0, errStageClosed
}

// Read is tui.Files's.
func (f imageFiles) Read(ctx context.Context, im *image.Image, layer int, path string, limit int64) ([]byte, int64, error) {
	return f.reader(im).Read(ctx, layer, path, limit)
}

// Extract is tui.Files's.
func (f imageFiles) Extract(ctx context.Context, im *image.Image, layer int, path, dest string, replace bool) (tui.Extracted, error) {
	if rest, ok := strings.CutPrefix(dest, "~/"); ok && f.home != "" {
		dest = filepath.Join(f.home, rest)
	}
	did, err := f.reader(im).Extract(ctx, path, dest, content.Options{Layer: layer, Replace: replace})
	return tui.Extracted{Path: did.Path, Files: did.Files + did.Links, Bytes: did.Bytes, LeftOut: did.LeftOut()}, err
}
