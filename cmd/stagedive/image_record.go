package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/stagedive/stagedive/inspect"
	"github.com/stagedive/stagedive/inspect/record"
	"github.com/stagedive/stagedive/model/build"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui"
)

// openRecord reads the record of an image; ok is false where the file is something
// else, or there is none.
func openRecord(file string) (r record.Record, ok bool, err error) {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return r, false, nil // opening a pipe may never return
	}
	f, err := os.Open(file)
	if err != nil {
		return r, false, nil // whoever else looks at it says why
	}
	defer f.Close() // only read
	beginning := make([]byte, record.Sniff)
	if _, err := io.ReadFull(f, beginning); err != nil || !record.Is(beginning) {
		return r, false, nil
	}
	if _, err = f.Seek(0, io.SeekStart); err == nil {
		r, err = record.Read(f)
	}
	if err != nil {
		return r, true, usage(fmt.Errorf("opening the record %s: %w", sanitize.Text(file), err))
	}
	r.Image.Place = recordedAs(r)
	r.Image.Ref = sanitize.Text(file) // nothing is looked for where the image once was
	return r, true, nil
}

// refuseRecord is for those who need more than what a record has, or must not rely on
// what somebody else says of an image.
func refuseRecord(file string) error {
	if _, ok, _ := openRecord(file); ok {
		return usagef("%s is the record of an image, without the contents of its files: name the image itself; stagedive inspect and stagedive compare open records", sanitize.Text(file))
	}
	return nil
}

// recordedAs says what a record is of: "record of app:1, 2026-01-02".
func recordedAs(r record.Record) string {
	text := "record of " + r.Name
	if !r.Made.IsZero() {
		text += ", " + r.Made.UTC().Format(time.DateOnly)
	}
	return text
}

// resultOf is what a record says, as if the image had been inspected.
func resultOf(r record.Record) *inspect.Result {
	return &inspect.Result{Image: r.Image, Findings: r.Found, Proofs: r.Proofs}
}

// keptImage shows a record. It is a tui.Inspector.
type keptImage struct{ record.Record }

// Inspect is tui.Inspector's.
func (k keptImage) Inspect(context.Context, build.Result, int, func(done, total int64)) (tui.Inspected, error) {
	return tui.Inspected{Image: k.Image, Findings: k.Found, Proofs: k.Proofs}, nil
}

// saveRecord keeps what is known of an image in a file, and tells of it.
func saveRecord(ctx context.Context, env environment, file string, r record.Record) error {
	r.Made, r.By = time.Now().UTC().Truncate(time.Second), version()
	var size int64
	_, err := files{}.Save(ctx, file, true, func(w io.Writer) error {
		n := &counter{w: w}
		err := record.Write(n, r)
		size = n.bytes
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the record: %w", err)
	}
	fmt.Fprintf(env.stderr, "stagedive: recorded %s in %s, %s\n", contentOf(r.Image), sanitize.Text(file), measure.Bytes(size))
	return nil
}

// contentOf counts what an image's layers hold: "4,321 files of 7 layers".
func contentOf(im *image.Image) string {
	n := 0
	for _, l := range im.Layers {
		if l.Tree != nil {
			n += l.Tree.Files(image.Root)
		}
	}
	return measure.Plural(n, "file") + " of " + measure.Plural(len(im.Layers), "layer")
}

// counter counts the bytes that go to a writer.
type counter struct {
	w     io.Writer
	bytes int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.bytes += int64(n)
	return n, err
}

// errNoRecord says that a file is no record at all.
var errNoRecord = errors.New("it is no record of an image or of a build: make one with stagedive inspect IMAGE --save-record FILE, or stagedive build --record FILE")
