// Package record keeps what is known of an image in one small file: its configuration,
// its layers and their files, packages, findings, what probes asked of it, and what its
// build came to. There are
// no contents of files in it, and no secrets: what inspection has cut out stays cut out,
// and of files that hold a secret there is no checksum either, as a short one could be
// found out by it.
//
// A file is a line that says what it is, with the version of its form, and then, in a
// frame of zstd with a checksum, a document in JSON and the tree of each layer. Whoever
// reads it takes nothing on trust: it may come from anywhere.
package record

import (
	"bytes"
	"time"

	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/probe"
	"github.com/stagedive/stagedive/model/saving"
)

// Form is the version of the form that is written. It grows when a reader of an older
// form would misread the newer one.
const Form = 1

// magic begins the first line of a record; the version follows.
const magic = "stagedive image record "

// Record is what is kept.
type Record struct {
	Name   string    // what the image was called: a reference, a stage, a commit
	Made   time.Time // when it was recorded
	By     string    // the version of stagedive that did
	Target string    // the stage of the Dockerfile that it is of; "" unknown
	Image  *image.Image
	Found  []finding.Finding // in it, as they were judged then
	Proofs [][]saving.Proof  // by layer, what the content of files proved; may be nil
	Probes []probe.Outcome   // what came of asking it to do something; nil when nothing was asked
	Build  *Build            // nil when it was not built then
}

// Build is what building the image came to.
type Build struct {
	Elapsed time.Duration `json:"elapsed"` // wall time, in nanoseconds
	Busy    time.Duration `json:"busy"`    // of the steps that it needs, added up, in nanoseconds
	Cached  int           `json:"cached"`  // steps that the cache had
	Ran     int           `json:"ran"`     // steps that ran
}

// document is what of a record is written as JSON. The trees of the layers come after it.
type document struct {
	Name     string              `json:"name"`
	Made     time.Time           `json:"made,omitzero"`
	By       string              `json:"by,omitempty"`
	Target   string              `json:"target,omitempty"`
	Image    *image.Image        `json:"image"`
	Packages []inventory.Package `json:"packages,omitempty"`
	Found    []finding.Finding   `json:"findings,omitempty"`
	Proofs   [][]proof           `json:"proofs,omitempty"`
	Probes   []probe.Outcome     `json:"probes,omitempty"`
	Build    *Build              `json:"build,omitempty"`
}

// proof is a saving.Proof, with its kind's word.
type proof struct {
	Path    string `json:"path"`
	Kind    string `json:"kind"`
	Debug   int64  `json:"debug,omitempty"`
	Symbols int64  `json:"symbols,omitempty"`
}

// Is says whether a file that begins so is a record, of whatever version.
func Is(beginning []byte) bool { return bytes.HasPrefix(beginning, []byte(magic)) }

// Sniff is how many bytes of a file Is needs.
const Sniff = len(magic)
