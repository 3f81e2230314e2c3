package record

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/inspect/source"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/saving"
)

// Bounds of what is read, in bytes but for the elements. A million files take some 40 MB.
const (
	maxDocument = 32 << 20
	maxElements = 1 << 20   // of all lists and objects of the document
	maxTrees    = 256 << 20 // all together, of no more than image.MaxNodes nodes
	maxWindow   = 64 << 20  // of zstd
)

// ErrNotARecord says that a file is something else.
var ErrNotARecord = errors.New("this is not a record of an image: make one with stagedive inspect IMAGE --save-record FILE")

// errDamaged is told of what Write can't have written.
var errDamaged = errors.New("the record is damaged: record the image again")

// VersionError says that a record was written by a newer stagedive, or by one that is
// too old.
type VersionError struct{ Form int }

func (e *VersionError) Error() string {
	if e.Form > Form {
		return fmt.Sprintf("the record has form %d and this stagedive reads form %d: use a newer one", e.Form, Form)
	}
	return fmt.Sprintf("the record has form %d and this stagedive reads form %d: record the image again", e.Form, Form)
}

// Read reads a record. All text in it is sanitised, all places in it exist, and it takes
// memory in proportion to what it holds, up to bounds. The image's layers have their
// trees, and no steps of a Dockerfile: that is not in a record. The error is
// ErrNotARecord, a *VersionError, or tells what is wrong.
func Read(r io.Reader) (Record, error) {
	in := bufio.NewReader(r)
	line, err := in.ReadSlice('\n')
	if err != nil || !Is(line) {
		return Record{}, ErrNotARecord
	}
	form, err := strconv.Atoi(strings.TrimSpace(string(line[len(magic):])))
	switch {
	case err != nil || form < 1:
		return Record{}, ErrNotARecord
	case form != Form:
		return Record{}, &VersionError{form}
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return Record{}, err
	}
	defer z.Close()
	return readBody(z)
}

// readBody reads what the frame holds.
func readBody(r io.Reader) (_ Record, err error) {
	parts := &reader{in: bufio.NewReader(r)}
	text := parts.next(maxDocument)
	if bytes.Count(text, []byte(",")) > maxElements { // an empty element can take a hundred times its text
		return Record{}, errDamaged
	}
	var doc document
	if err := json.Unmarshal(text, &doc); parts.err != nil || err != nil {
		return Record{}, parts.damage()
	}
	wash(&doc)
	if doc.Image == nil || len(doc.Image.Layers) > source.MaxLayers {
		return Record{}, errDamaged
	}
	room, nodes := maxTrees, uint64(image.MaxNodes)
	for i := range doc.Image.Layers {
		data := parts.next(room)
		if room -= len(data); parts.err != nil {
			return Record{}, parts.damage()
		}
		l := &doc.Image.Layers[i]
		l.Index, l.Size = i, 0
		if len(data) == 0 {
			l.Unread = true
			continue
		}
		count, _ := binary.Uvarint(data) // a tree begins with it
		if count > nodes {
			return Record{}, errDamaged
		}
		nodes -= count
		if l.Tree, err = image.ReadForeignTree(data); err != nil {
			return Record{}, errDamaged
		}
		l.Size = l.Tree.Size(image.Root)
	}
	if parts.end(); parts.err != nil || !sound(&doc) {
		return Record{}, parts.damage()
	}
	return doc.record(), nil
}

// record is what a sound document says.
func (d *document) record() Record {
	im := d.Image
	im.Recorded, im.Packages = true, d.Packages
	digests(im)
	nowhere := func(o image.Origin) image.Origin { return image.Origin{Stage: -1, Step: -1, Base: o.Base} }
	for i := range im.Layers {
		im.Layers[i].Origin = nowhere(im.Layers[i].Origin)
	}
	for i := range im.History {
		im.History[i].Origin = nowhere(im.History[i].Origin)
	}
	for i := range d.Found {
		d.Found[i].Stage = -1
	}
	slices.SortFunc(im.Packages, inventory.Compare)
	slices.SortFunc(d.Found, finding.Compare)
	return Record{
		Name: d.Name, Made: d.Made, By: d.By, Target: d.Target,
		Image: im, Found: d.Found, Proofs: d.proofs(), Probes: d.Probes, Build: d.Build,
	}
}

// proofs are those of each layer, but for kinds that nobody knows.
func (d *document) proofs() [][]saving.Proof {
	kinds := map[string]saving.Kind{}
	for k := saving.Cache; k <= saving.Maps; k++ {
		kinds[k.ID()] = k
	}
	var out [][]saving.Proof
	for _, l := range d.Proofs {
		var list []saving.Proof
		for _, p := range l {
			if k, ok := kinds[p.Kind]; ok {
				list = append(list, saving.Proof{Path: p.Path, Kind: k, Debug: p.Debug, Symbols: p.Symbols})
			}
		}
		out = append(out, list)
	}
	return out
}

// sound says whether all places that a document speaks of exist, and no number in it is
// one that can't be.
func sound(d *document) bool {
	n := len(d.Image.Layers)
	layer := func(i int) bool { return i >= 0 && i < n }
	for _, l := range d.Image.Layers {
		if l.BlobSize < 0 {
			return false
		}
	}
	for _, h := range d.Image.History {
		if h.Layer != -1 && !layer(h.Layer) {
			return false
		}
	}
	for _, p := range d.Packages {
		if !layer(p.Layer) || p.Gone != 0 && (!layer(p.Gone) || p.Gone <= p.Layer) || p.Size < 0 || p.Size > most {
			return false
		}
	}
	for _, f := range d.Found {
		if f.Layer != -1 && !layer(f.Layer) || f.Deleted != 0 && !layer(f.Deleted) ||
			f.Size < 0 || f.Size > most || f.Files < 0 || f.Line < 0 || f.EndLine < 0 || f.Severity > finding.Critical {
			return false
		}
	}
	if len(d.Proofs) > n {
		return false
	}
	for _, p := range slices.Concat(d.Proofs...) {
		if p.Debug < 0 || p.Debug > most || p.Symbols < 0 || p.Symbols > most {
			return false
		}
	}
	for _, o := range d.Probes {
		for _, out := range []*probe.Output{o.Stdout, o.Stderr, o.Body} {
			if out != nil && out.Bytes < 0 {
				return false
			}
		}
		if o.Took < 0 {
			return false
		}
	}
	b := d.Build
	return b == nil || b.Elapsed >= 0 && b.Busy >= 0 && b.Cached >= 0 && b.Ran >= 0
}

// digests takes out what is no digest: they are cut into pieces to be shown.
func digests(im *image.Image) {
	all := []*string{&im.Digest, &im.Base.Digest}
	for i := range im.Layers {
		all = append(all, &im.Layers[i].Digest, &im.Layers[i].DiffID)
	}
	for i := range im.Attestations {
		all = append(all, &im.Attestations[i].Digest)
	}
	for _, s := range all {
		algorithm, sum, ok := strings.Cut(*s, ":")
		if !ok || algorithm == "" || len(sum) < 32 || strings.Trim(sum, "0123456789abcdef") != "" {
			*s = ""
		}
	}
}

// most bounds sizes, in bytes: they are added up.
const most = 1 << 50

// reader reads parts, each after its number of bytes.
type reader struct {
	in  *bufio.Reader
	err error
}

// next reads a part of no more than so many bytes. What is not there is not made room for.
func (r *reader) next(most int) []byte {
	if r.err != nil {
		return nil
	}
	n, err := binary.ReadUvarint(r.in)
	if err != nil || n > uint64(most) {
		r.fail(err)
		return nil
	}
	p, err := io.ReadAll(io.LimitReader(r.in, int64(n)))
	if err != nil || uint64(len(p)) < n {
		r.fail(err)
		return nil
	}
	return p
}

// end says that nothing may follow. The frame's checksum has been compared by then.
func (r *reader) end() {
	if r.err != nil {
		return
	}
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
		r.fail(err)
	}
}

func (r *reader) fail(err error) {
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	r.err = err
}

// damage tells what became of the file.
func (r *reader) damage() error {
	if errors.Is(r.err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it is cut off or %w", errDamaged)
	}
	return errDamaged
}
