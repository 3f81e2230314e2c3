package solve

import (
	"encoding/json"
	"fmt"

	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	commonexptypes "github.com/moby/buildkit/exporter/exptypes"
	gateway "github.com/moby/buildkit/frontend/gateway/client"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/stagedive/stagedive/model/build"
)

// together is one result of all targets. An engine exports one result for each build,
// which may have several images if they are for several platforms; but the key that
// tells those apart is the frontend's to choose, and nothing asks that their platforms
// differ (BuildKit 0.33.1: exporter/containerimage/writer.go). So each target gets a key
// of its own, and the export is an index of them.
func (r *run) together(results []*gateway.Result) (*gateway.Result, error) {
	all := gateway.NewResult()
	var keys exptypes.Platforms
	for i, res := range results {
		its, err := exptypes.ParsePlatforms(res.Metadata)
		if err != nil {
			return nil, fmt.Errorf("reading the platforms of a target: %w", err)
		}
		target := r.req.targets()[i]
		for _, p := range its.Platforms {
			key := exptypes.Platform{ID: fmt.Sprintf("%d/%s", target, p.ID), Platform: p.Platform}
			im := build.TargetImage{Target: target}
			if len(its.Platforms) > 1 {
				im.Platform = p.ID
			}
			ref, _ := res.FindRef(p.ID) // none of an empty file system
			all.AddRef(key.ID, ref)
			for _, of := range []string{exptypes.ExporterImageConfigKey, exptypes.ExporterImageBaseConfigKey} {
				if config := exptypes.ParseKey(res.Metadata, of, &p); config != nil {
					all.AddMeta(of+"/"+key.ID, config)
				}
			}
			if epoch := exptypes.ParseKey(res.Metadata, commonexptypes.ExporterEpochKey, &p); epoch != nil {
				all.AddMeta(commonexptypes.ExporterEpochKey+"/"+key.ID, epoch)
			}
			keys.Platforms = append(keys.Platforms, key)
			r.images = append(r.images, im)
		}
	}
	raw, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	all.AddMeta(exptypes.ExporterPlatformsKey, raw)
	return all, nil
}

// result is what the build made, entered into the store where there is one.
func (r *run) result(store *Store, response map[string]string) (*build.Result, error) {
	res := &build.Result{Digest: response[exptypes.ExporterImageDigestKey], Tags: r.req.Tags}
	if store == nil {
		return res, nil
	}
	desc, err := exported(response)
	if err != nil {
		return nil, err
	}
	list := []ocispecs.Descriptor{desc}
	if len(r.images) > 0 {
		if list, err = store.manifests(desc); err != nil {
			return nil, err
		}
		if len(list) != len(r.images) {
			return nil, fmt.Errorf("the engine exported %d images where %d were built", len(list), len(r.images))
		}
	}
	refs, err := store.keep(list, r.req.Tags, r.req.now())
	if err != nil {
		return nil, err
	}
	res.Ref = refs[0]
	for i, im := range r.images {
		im.Ref, im.Digest = refs[i], list[i].Digest.String()
		res.Images = append(res.Images, im)
	}
	if len(r.images) > 0 {
		res.Digest = list[0].Digest.String()
	}
	return res, nil
}
