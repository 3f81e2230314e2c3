// Package filediff reads a file of two images that stand side by side, and says how the
// one differs from the other (model/difference). What looks like a secret is taken out.
package filediff

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/stagedive/stagedive/inspect/content"
	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/difference"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/model/sanitize"
)

// ErrNoFile says that none of the sides has anything at a path.
var ErrNoFile = errors.New("no side has such a file")

// Open opens the files of a side's image.
type Open func(im *image.Image) *content.Reader

// Diff says how the file at a path (image.Tree.RawPath, or as it is shown) of a side
// differs from the first side's. What cannot be read is told in the result; it fails
// where there is nothing at the path, or ctx ends.
func Diff(ctx context.Context, c *compare.Comparison, side int, at string, open Open) (*difference.File, error) {
	f := c.Files()
	id, ok := f.Find(at)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoFile, sanitize.Text(at))
	}
	was, err := version(ctx, c, 0, id, open)
	if err != nil {
		return nil, err
	}
	is, err := version(ctx, c, side, id, open)
	if err != nil {
		return nil, err
	}
	d := difference.Between(f.Path(id), was, is)
	redactRows(d)
	return d, nil
}

// version is what a side has at a row; where it has nothing, what stands there under the
// same name instead: a directory of one side may be a file of another.
func version(ctx context.Context, c *compare.Comparison, side int, id compare.ID, open Open) (difference.Version, error) {
	f, s := c.Files(), c.Sides[side]
	v := difference.Version{Name: s.Name}
	node, ok := f.Node(id, side)
	if !ok {
		if other, twin := f.Counterpart(id); twin {
			node, ok = f.Node(other, side)
		}
	}
	if !ok {
		return v, nil
	}
	t := c.Tree(side)
	v.There, v.Info = true, t.Info(node)
	if layer := v.Info.Layer; layer < len(s.Image.Layers) {
		v.Made = s.Image.Layers[layer].CreatedBy
	}
	if v.Info.Type != image.Regular && v.Info.Type != image.Hardlink {
		return v, nil
	}
	raw := t.RawPath(node)
	data, size, err := open(s.Image).Read(ctx, v.Info.Layer, raw, preview.Most)
	switch {
	case ctx.Err() != nil:
		return v, context.Cause(ctx)
	case err != nil:
		v.Problem = sanitize.Text(err.Error())
		return v, nil
	}
	v.Content = preview.Of(path.Base(raw), data, size)
	return v, nil
}
