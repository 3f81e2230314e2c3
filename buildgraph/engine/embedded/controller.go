//go:build linux

package embedded

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/moby/buildkit/cache/remotecache"
	inlinecache "github.com/moby/buildkit/cache/remotecache/inline"
	localcache "github.com/moby/buildkit/cache/remotecache/local"
	registrycache "github.com/moby/buildkit/cache/remotecache/registry"
	"github.com/moby/buildkit/cmd/buildkitd/config"
	"github.com/moby/buildkit/control"
	"github.com/moby/buildkit/frontend"
	dockerfile "github.com/moby/buildkit/frontend/dockerfile/builder"
	"github.com/moby/buildkit/frontend/gateway"
	"github.com/moby/buildkit/frontend/gateway/forwarder"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/solver"
	"github.com/moby/buildkit/solver/bboltcachestorage"
	"github.com/moby/buildkit/util/db/boltutil"
	"github.com/moby/buildkit/util/resolver"
	"github.com/moby/buildkit/worker"
	bolt "go.etcd.io/bbolt"
	"go.opentelemetry.io/otel/metric/noop"
)

// newController wires worker, frontends and stores to BuildKit's gRPC services,
// in the order of newController in cmd/buildkitd/main.go. The caches of clouds
// (gha, s3, azblob) are left out: their clients cost every start of the program
// more than all the rest.
func newController(ctx context.Context, s config.Config, w worker.Worker) (*control.Controller, error) {
	sessions, err := session.NewManager()
	if err != nil {
		return nil, fmt.Errorf("starting the session manager: %w", err)
	}
	workers := &worker.Controller{}
	if err := workers.Add(w); err != nil {
		return nil, fmt.Errorf("adding the worker: %w", err)
	}
	frontends, err := newFrontends(s, workers)
	if err != nil {
		return nil, err
	}
	cache, err := bboltcachestorage.NewStore(filepath.Join(s.Root, "cache.db"))
	if err != nil {
		return nil, fmt.Errorf("opening the build cache: %w", err)
	}
	history, err := boltutil.SafeOpen(filepath.Join(s.Root, "history.db"), 0o600, &bolt.Options{
		FreelistType: bolt.FreelistMapType,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the build history: %w", err)
	}
	hosts := resolver.NewRegistryConfig(s.Registries)
	entitlements := s.Entitlements
	if s.CDI.Disabled == nil || !*s.CDI.Disabled {
		entitlements = append(entitlements, "device")
	}
	c, err := control.NewController(control.Opt{
		SessionManager:   sessions,
		WorkerController: workers,
		Frontends:        frontends,
		ResolveCacheExporterFuncs: map[string]remotecache.ResolveCacheExporterFunc{
			"registry": registrycache.ResolveCacheExporterFunc(sessions, hosts),
			"local":    localcache.ResolveCacheExporterFunc(sessions),
			"inline":   inlinecache.ResolveCacheExporterFunc(),
		},
		ResolveCacheImporterFuncs: map[string]remotecache.ResolveCacheImporterFunc{
			"registry": registrycache.ResolveCacheImporterFunc(sessions, w.ContentStore(), hosts),
			"local":    localcache.ResolveCacheImporterFunc(sessions),
		},
		CacheManager:   solver.NewCacheManager(ctx, "local", cache, worker.NewCacheResultStorage(workers)),
		Entitlements:   entitlements,
		MeterProvider:  noop.NewMeterProvider(),
		HistoryDB:      history,
		CacheStore:     cache,
		LeaseManager:   w.LeaseManager(),
		ContentStore:   w.ContentStore(),
		HistoryConfig:  s.History,
		ProxyNetwork:   s.ProxyNetwork,
		GarbageCollect: w.GarbageCollect,
		GracefulStop:   ctx.Done(),
	})
	if err != nil {
		return nil, fmt.Errorf("starting the controller: %w", err)
	}
	return c, nil
}

func newFrontends(s config.Config, workers *worker.Controller) (map[string]frontend.Frontend, error) {
	on := func(enabled *bool) bool { return enabled == nil || *enabled }
	out := map[string]frontend.Frontend{}
	if on(s.Frontends.Dockerfile.Enabled) {
		out["dockerfile.v0"] = forwarder.NewGatewayForwarder(workers.Infos(), dockerfile.Build)
	}
	if on(s.Frontends.Gateway.Enabled) {
		gw, err := gateway.NewGatewayFrontend(workers.Infos(), s.Frontends.Gateway.AllowedRepositories)
		if err != nil {
			return nil, fmt.Errorf("setting up frontend.gateway.v0: %w", err)
		}
		out["gateway.v0"] = gw
	}
	return out, nil
}
