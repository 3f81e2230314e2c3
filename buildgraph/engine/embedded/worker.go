//go:build linux

package embedded

import (
	"context"
	"fmt"

	"github.com/moby/buildkit/client"
	"github.com/moby/buildkit/cmd/buildkitd/config"
	"github.com/moby/buildkit/executor/oci"
	dockerfileversion "github.com/moby/buildkit/frontend/dockerfile/version"
	"github.com/moby/buildkit/solver/llbsolver/cdidevices"
	"github.com/moby/buildkit/util/bklog"
	"github.com/moby/buildkit/util/disk"
	"github.com/moby/buildkit/util/network/cniprovider"
	"github.com/moby/buildkit/util/network/netproviders"
	"github.com/moby/buildkit/util/resolver"
	"github.com/moby/buildkit/version"
	"github.com/moby/buildkit/worker"
	"github.com/moby/buildkit/worker/base"
	"github.com/moby/buildkit/worker/runc"
	"golang.org/x/sync/semaphore"
	"tags.cncf.io/container-device-interface/pkg/cdi"
)

// newWorker sets the OCI worker up in the order of ociWorkerInitializer in
// cmd/buildkitd/main_oci_worker.go. It returns the name of the snapshotter too.
func newWorker(ctx context.Context, s config.Config) (worker.Worker, string, error) {
	c := s.Workers.OCI
	snapshots, err := chooseSnapshotter(c.Snapshotter, s.Root)
	if err != nil {
		return nil, "", err
	}
	processes := oci.ProcessSandbox
	if c.NoProcessSandbox {
		if !c.Rootless {
			return nil, "", fmt.Errorf("setting up the worker: worker.oci.noProcessSandbox is for engines of ordinary users only")
		}
		processes = oci.NoProcessSandbox
	}
	devices, err := cdiManager(s.CDI)
	if err != nil {
		return nil, "", err
	}
	network := netproviders.Opt{Mode: c.Mode, CNI: cniprovider.Opt{
		Root:         s.Root,
		ConfigPath:   c.CNIConfigPath,
		BinaryDir:    c.CNIBinaryPath,
		PoolSize:     c.CNIPoolSize,
		BridgeName:   c.BridgeName,
		BridgeSubnet: c.BridgeSubnet,
	}}
	var parallelism *semaphore.Weighted
	if c.MaxParallelism > 0 {
		parallelism = semaphore.NewWeighted(int64(c.MaxParallelism))
	}
	opt, err := runc.NewWorkerOpt(s.Root, snapshots, c.Rootless, processes, c.Labels, nil, network, dns(s.DNS),
		c.Binary, c.ApparmorProfile, c.SELinux, parallelism, "", c.DefaultCgroupParent, devices)
	if err != nil {
		return nil, "", fmt.Errorf("setting up the worker: %w", err)
	}
	opt.GCPolicy = gcPolicy(c.GCConfig, s.Root)
	opt.BuildkitVersion = client.BuildkitVersion{
		Package:           version.Package,
		Version:           version.Version,
		Revision:          version.Revision,
		DockerfileVersion: dockerfileversion.Version(),
	}
	opt.RegistryHosts = resolver.NewRegistryConfig(s.Registries)
	if opt.Platforms, err = workerPlatforms(c.Platforms); err != nil {
		return nil, "", err
	}
	w, err := base.NewWorker(ctx, opt)
	if err != nil {
		return nil, "", fmt.Errorf("setting up the worker: %w", err)
	}
	return w, snapshots.Name, nil
}

func dns(c *config.DNSConfig) *oci.DNSConfig {
	if c == nil {
		return nil
	}
	return &oci.DNSConfig{Nameservers: c.Nameservers, Options: c.Options, SearchDomains: c.SearchDomains}
}

// gcPolicy is how much of the cache is kept, in bytes of the disk under root.
func gcPolicy(c config.GCConfig, root string) []client.PruneInfo {
	if c.GC != nil && !*c.GC {
		return nil
	}
	size, _ := disk.GetDiskStat(root)
	if len(c.GCPolicy) == 0 {
		c.GCPolicy = config.DefaultGCPolicy(c, size)
	}
	out := make([]client.PruneInfo, 0, len(c.GCPolicy))
	for _, rule := range c.GCPolicy {
		reserved := rule.ReservedSpace
		if reserved == (config.DiskSpace{}) {
			//lint:ignore SA1019 the deprecated key still occurs in users' files
			reserved = rule.KeepBytes
		}
		out = append(out, client.PruneInfo{
			Filter:        rule.Filters,
			All:           rule.All,
			KeepDuration:  rule.KeepDuration.Duration,
			ReservedSpace: reserved.AsBytes(size),
			MaxUsedSpace:  rule.MaxUsedSpace.AsBytes(size),
			MinFreeSpace:  rule.MinFreeSpace.AsBytes(size),
		})
	}
	return out
}

func cdiManager(c config.CDIConfig) (*cdidevices.Manager, error) {
	if c.Disabled != nil && *c.Disabled {
		return nil, nil
	}
	cache, err := cdi.NewCache(cdi.WithSpecDirs(c.SpecDirs...))
	if err != nil {
		return nil, fmt.Errorf("reading device specifications: %w", err)
	}
	if err := cache.Refresh(); err != nil {
		bklog.L.Warnf("reading device specifications: %v", err)
	}
	return cdidevices.NewManager(cache, c.AutoAllowed), nil
}
