package record

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/saving"
)

// Write writes a record. The same record gives the same bytes.
func Write(w io.Writer, r Record) error {
	if r.Image == nil {
		return errors.New("there is no image to record")
	}
	im := *r.Image
	im.Ref, im.Place = "", "" // where it lay is of no use elsewhere
	doc, err := json.Marshal(document{
		Name: r.Name, Made: r.Made, By: r.By, Target: r.Target,
		Image: &im, Packages: r.Image.Packages, Found: r.Found, Proofs: proofs(r.Proofs), Probes: r.Probes, Build: r.Build,
	})
	if err != nil {
		return fmt.Errorf("writing a record: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s%d\n", magic, Form); err != nil {
		return err
	}
	z, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderCRC(true), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	err = part(z, doc)
	secret := secrets(r.Found)
	for _, l := range r.Image.Layers {
		if err != nil {
			break
		}
		var tree bytes.Buffer
		if l.Tree != nil {
			if _, err = l.Tree.WithoutSums(secret).WriteTo(&tree); err != nil {
				break
			}
		}
		err = part(z, tree.Bytes())
	}
	return errors.Join(err, z.Close())
}

// proofs are those of each layer as they are written.
func proofs(layers [][]saving.Proof) [][]proof {
	var out [][]proof
	for _, l := range layers {
		var list []proof
		for _, p := range l {
			list = append(list, proof{p.Path, p.Kind.ID(), p.Debug, p.Symbols})
		}
		out = append(out, list)
	}
	return out
}

// part writes bytes after their number.
func part(w io.Writer, p []byte) error {
	if _, err := w.Write(binary.AppendUvarint(nil, uint64(len(p)))); err != nil {
		return err
	}
	_, err := w.Write(p)
	return err
}

// secrets are the files that hold secrets, as far as somebody has found them.
func secrets(found []finding.Finding) []string {
	var out []string
	for _, f := range found {
		if f.Category == finding.Secret && f.Path != "" {
			out = append(out, f.Path)
		}
	}
	return out
}
