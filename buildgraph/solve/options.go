package solve

import (
	"context"
	"maps"
	"strings"

	"github.com/moby/buildkit/client"
	bcbuild "github.com/moby/buildkit/cmd/buildctl/build"
	"github.com/moby/buildkit/exporter/containerimage/exptypes"
	gateway "github.com/moby/buildkit/frontend/gateway/client"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
	"github.com/stagedive/stagedive/model"
)

// options are what the engine is asked to do around the frontend: import and
// export of caches, and the export of the image.
func (r *Request) options(in *inputs) (client.SolveOpt, *Store, error) {
	opt := client.SolveOpt{
		LocalMounts:   in.locals,
		OCIStores:     in.stores,
		Session:       in.session,
		SharedKey:     in.sharedKey,
		FrontendAttrs: map[string]string{},
	}
	if r.Helper != nil {
		opt.LocalMounts[hold.HelperLocal] = r.Helper
	}
	var err error
	const hint = "write type=registry,ref=IMAGE or type=local,src=DIR (dest=DIR for --cache-to)"
	if opt.CacheImports, err = bcbuild.ParseImportCache(cacheFlags(r.CacheFrom)); err != nil {
		return opt, nil, inputErrorf(hint, "reading --cache-from: %w", err)
	}
	if opt.CacheExports, err = bcbuild.ParseExportCache(cacheFlags(r.CacheTo)); err != nil {
		return opt, nil, inputErrorf(hint, "reading --cache-to: %w", err)
	}
	if r.Export.Dir == "" {
		return opt, nil, nil
	}
	store, err := openStore(r.Export)
	if err != nil {
		return opt, nil, inputErrorf("free space or make the directory writable", "opening the image store %s: %w", r.Export.Dir, err)
	}
	attrs := map[string]string{
		"tar": "false", // blob by blob over the session: only what the store lacks is sent
		// Gzip costs more than all the rest of an export and nobody but us reads
		// it. What already lies compressed in the engine stays as it is: not forced.
		"compression": "uncompressed",
	}
	if r.Export.RewriteTimestamp {
		attrs[string(exptypes.OptKeyRewriteTimestamp)] = "true"
	}
	if len(r.Tags) > 0 {
		attrs["name"] = strings.Join(r.Tags, ",")
	}
	opt.Exports = []client.ExportEntry{{Type: client.ExporterOCI, Attrs: attrs, OutputStore: store.content}}
	return opt, store, nil
}

// cacheFlags gives docker build's short form, a bare reference, its long one.
func cacheFlags(flags []string) []string {
	out := make([]string, len(flags))
	for i, f := range flags {
		if !strings.Contains(f, "=") {
			f = "type=registry,ref=" + f
		}
		out[i] = f
	}
	return out
}

// frontendAttrs are the Dockerfile frontend's options
// (BuildKit: frontend/dockerui/config.go).
func (r *run) frontendAttrs(ctx context.Context, gw gateway.Client, in *inputs) (map[string]string, error) {
	attrs := maps.Clone(gw.BuildOpts().Opts) // cache-imports among them
	if attrs == nil {
		attrs = map[string]string{}
	}
	maps.DeleteFunc(attrs, func(k, _ string) bool { return k == "target" || strings.HasPrefix(k, ownAttr) })
	maps.Copy(attrs, in.attrs)
	maps.Copy(attrs, r.req.attrs())
	return attrs, r.chooseFrontend(ctx, gw, attrs)
}

// attrs are those that need nothing from this machine.
func (r *Request) attrs() map[string]string {
	attrs := map[string]string{}
	for k, v := range r.BuildArgs {
		attrs["build-arg:"+k] = v
	}
	for k, v := range r.Labels {
		attrs["label:"+k] = v
	}
	if len(r.Platforms) > 0 {
		attrs["platform"] = strings.Join(r.Platforms, ",")
	}
	switch {
	case r.NoCache, r.Anew:
		attrs["no-cache"] = ""
	case len(r.NoCacheFilter) > 0:
		attrs["no-cache"] = strings.Join(r.NoCacheFilter, ",")
	}
	if r.Pull {
		attrs["image-resolve-mode"] = "pull"
	}
	return attrs
}

// withTarget asks for a stage, by name or by a Dockerfile that ends with it.
func withTarget(attrs map[string]string, g *model.Graph, t int) map[string]string {
	attrs = maps.Clone(attrs)
	name, named := targetName(g, t)
	switch {
	case !named:
		attrs["filename"] = cutName(attrs["filename"], t)
	case name != "":
		attrs["target"] = name
	}
	return attrs
}
