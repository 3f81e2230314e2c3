package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
)

// imageFiles reads the files of images. It is a tui.Files.
type imageFiles struct{ home string }

// Read is tui.Files's.
func (imageFiles) Read(ctx context.Context, im *image.Image, layer int, path string, limit int64) ([]byte, int64, error) {
	return content.New(im, "").Read(ctx, layer, path, limit)
}

// Extract is tui.Files's.
func (f imageFiles) Extract(ctx context.Context, im *image.Image, layer int, path, dest string, replace bool) (tui.Extracted, error) {
	if rest, ok := strings.CutPrefix(dest, "~/"); ok && f.home != "" {
		dest = filepath.Join(f.home, rest)
	}
	did, err := content.New(im, "").Extract(ctx, path, dest, content.Options{Layer: layer, Replace: replace})
	return tui.Extracted{Path: did.Path, Files: did.Files + did.Links, Bytes: did.Bytes, LeftOut: did.LeftOut()}, err
}
