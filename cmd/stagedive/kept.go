package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/buildgraph/solve"
	"github.com/stagedive/stagedive/model"
)

// kept is what is remembered of the build of an image, so that its layers have stages
// and lines when it is opened later, by its name.
type kept struct {
	Graph  *model.Graph `json:"graph"` // without what looks like a secret
	Target int          `json:"target"`
}

// keptFile is where it is remembered of an image with a digest; "" for none.
func keptFile(store, digest string) string {
	h, err := v1.NewHash(digest)
	if err != nil || store == "" {
		return ""
	}
	return filepath.Join(store, "dockerfiles", h.Hex+".json")
}

// remember keeps the Dockerfile of an image that was built into the store, and forgets
// those of images that are there no more. Without it an image opens as others do, so
// that it fails is no error.
func (k kept) remember(store, digest string) {
	file := keptFile(store, digest)
	if file == "" || k.Graph == nil {
		return
	}
	k.Graph = redactedGraph(k.Graph)
	raw, err := json.Marshal(k)
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o700) != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".tmp-*")
	if err != nil {
		return
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	_, err = tmp.Write(raw)
	if closing := tmp.Close(); err != nil || closing != nil || os.Rename(tmp.Name(), file) != nil {
		return
	}
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.json"))
	for _, f := range all {
		if _, ok := solve.Kept(store, "sha256:"+strings.TrimSuffix(filepath.Base(f), ".json")); !ok && f != file {
			os.Remove(f)
		}
	}
}

// recall is what is remembered of the build of an image; of one that is not known,
// nothing.
func recall(store, digest string) (k kept) {
	file := keptFile(store, digest)
	if file == "" {
		return kept{}
	}
	raw, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(raw, &k) != nil || k.Graph == nil || k.Target < 0 || k.Target >= len(k.Graph.Stages) {
		return kept{}
	}
	return k
}
