// Package image says what an image is: its configuration, its layers, and the
// tree of files that each adds, changes or removes.
package image

import (
	"time"

	"github.com/stagedive/stagedive/model/inventory"
)

// Image is an opened image.
type Image struct {
	Ref string `json:"ref"` // what the user asked for
	// Place is where an image was found that was asked for by its name; "" for a path.
	Place string `json:"place,omitempty"`
	// Stage says which stage of a build this is, or which part of one: "stage builder
	// after line 12". It is "" for an image. Of a stage there are the files only: it is
	// no image, nobody ships it, and it is not judged.
	Stage    string    `json:"stage,omitempty"`
	Digest   string    `json:"digest,omitempty"` // of its manifest; "" in a docker-archive
	Platform string    `json:"platform,omitempty"`
	Created  time.Time `json:"created,omitzero"`
	Config   Config    `json:"config"`
	// Base is the image that this one was built from, where an attestation or an
	// annotation tells; empty otherwise.
	Base BaseImage `json:"base,omitzero"`
	// Attestations are what builders left beside it.
	Attestations []Attestation `json:"attestations,omitempty"`
	Layers       []Layer       `json:"layers"`
	History      []History     `json:"history,omitempty"`
	Problems     []string      `json:"problems,omitempty"` // what was odd about it, a sentence each
	// Recorded says that this is what a record has kept of an image (inspect/record), and
	// that nobody knows whether it still lies anywhere: nothing can be read of its files.
	Recorded bool `json:"-"`
	// Packages are those that its layers install, in inventory.Compare's order.
	Packages []inventory.Package `json:"-"`
}

// Config is how a container of the image starts.
type Config struct {
	User         string            `json:"user,omitempty"`
	WorkingDir   string            `json:"workingDir,omitempty"`
	Entrypoint   []string          `json:"entrypoint,omitempty"`
	Cmd          []string          `json:"cmd,omitempty"`
	Env          []string          `json:"env,omitempty"`
	ExposedPorts []string          `json:"exposedPorts,omitempty"`
	Volumes      []string          `json:"volumes,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	StopSignal   string            `json:"stopSignal,omitempty"`
	Healthcheck  *Healthcheck      `json:"healthcheck,omitempty"` // nil for none
}

// History is one entry of the image's history (OCI image-spec, config.md).
type History struct {
	CreatedBy string    `json:"createdBy"`
	Comment   string    `json:"comment,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	Empty     bool      `json:"empty,omitempty"` // it made no layer
	Layer     int       `json:"layer"`           // index into Image.Layers; -1 when Empty
	Origin    Origin    `json:"origin"`
}

// Origin is where in the Dockerfile something came from.
type Origin struct {
	Stage   int  `json:"stage"` // -1 when no Dockerfile is known or the base image brought it
	Step    int  `json:"step"`
	Line    int  `json:"line,omitempty"` // 1-based; 0 unknown
	EndLine int  `json:"endLine,omitempty"`
	Base    bool `json:"base,omitempty"` // the base image brought it
}

// Unknown is the Origin of an image opened without its Dockerfile.
var Unknown = Origin{Stage: -1, Step: -1}

// Layer is one layer.
type Layer struct {
	Index     int      `json:"index"`
	DiffID    string   `json:"diffID,omitempty"`
	Digest    string   `json:"digest,omitempty"` // of the blob
	MediaType string   `json:"mediaType,omitempty"`
	Format    Format   `json:"format,omitempty"` // where it is more than an archive
	BlobSize  int64    `json:"blobSize"`         // bytes as stored
	Size      int64    `json:"size"`             // bytes of the files it holds
	CreatedBy string   `json:"createdBy,omitempty"`
	Origin    Origin   `json:"origin"`
	Tree      *Tree    `json:"-"`
	Problems  []string `json:"problems,omitempty"`
	// Unread says that what is in it is not known, or not to its end: it is missing or
	// cut off, there was no room for all of it, or it is something else than what the
	// image says it is. Problems tell which.
	Unread bool `json:"unread,omitempty"`
}

// Size is the sum of the layers' file sizes.
func (im *Image) Size() int64 {
	var n int64
	for _, l := range im.Layers {
		n += l.Size
	}
	return n
}
