package tui_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
	"github.com/stagedive/stagedive/tui/tuitest"
)

// slowInspector reads an image for as long as its test wants.
type slowInspector struct {
	read chan error
}

func (s slowInspector) Inspect(ctx context.Context, r build.Result, target int, progress func(done, total int64)) (tui.Inspected, error) {
	progress(12_000_000, 0)
	select {
	case err := <-s.read:
		return tui.Inspected{Image: &image.Image{Ref: r.Ref, Layers: []image.Layer{{Size: 1000, Origin: image.Unknown}}}}, err
	case <-ctx.Done():
		return tui.Inspected{}, ctx.Err()
	}
}

// TestAnImageWhileItIsRead: the screen is there at once and tells how far it has come.
func TestAnImageWhileItIsRead(t *testing.T) {
	s := slowInspector{make(chan error, 1)}
	d := tuitest.New(t, tui.Config{Ref: "example.test/app:1", Inspector: s}).Size(100, 30)
	d.Until("what has been read", func() bool {
		d.Advance(200 * time.Millisecond) // the screen looks at it each time the spinner moves
		return strings.Contains(d.Screen(), "looking into the image 12.0 MB")
	}).See("example.test/app:1")
	s.read <- nil
	d.Until("the image", func() bool { return d.App.Image() != nil })
	d.Focus("image").See("example.test/app:1", "1.0 kB").SeeNot("press 3")
	if d.Quit() {
		t.Error("it quits")
	}
}

// An image that cannot be read ends the explorer, which then says why.
func TestAnImageThatCannotBeRead(t *testing.T) {
	s := slowInspector{make(chan error, 1)}
	d := tuitest.New(t, tui.Config{Ref: "app.tar.gz", Inspector: s}).Size(100, 30)
	s.read <- errors.New("it is no image")
	d.Until("the end", d.Quit)
	if err := d.App.Failure(); err == nil || err.Error() != "it is no image" {
		t.Errorf("it says %v", err)
	}
}
