//go:build linux

package embedded

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/cmd/buildkitd/config"
	"github.com/moby/buildkit/util/appdefaults"
	"github.com/moby/buildkit/util/archutil"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// loadSettings reads the user's buildkitd.toml and completes it as buildkitd
// does (setDefaultConfig in cmd/buildkitd/main.go). Where the daemon lives,
// listens and logs is ours to say, whatever the file says.
func loadSettings(ctx context.Context, cfg Config) (config.Config, error) {
	var s config.Config
	var err error
	if cfg.ConfigFile != "" {
		if s, err = config.LoadFile(cfg.ConfigFile); err != nil {
			return s, fmt.Errorf("reading the engine configuration %s: %w", cfg.ConfigFile, err)
		}
	}
	s.Root = cfg.Root
	oci := &s.Workers.OCI
	if oci.Binary, err = runtimeCommand(ctx, cfg.Root, cfg.Runtime); err != nil {
		return s, err
	}
	oci.Rootless = cfg.UserNS
	if oci.Snapshotter == "" {
		oci.Snapshotter = "auto"
	}
	if oci.DefaultCgroupParent == "" {
		oci.DefaultCgroupParent = cgroupParent(cfg.Root)
	}
	setNetworkDefaults(&oci.NetworkConfig, cfg.UserNS)
	if len(s.CDI.SpecDirs) == 0 {
		s.CDI.SpecDirs = appdefaults.CDISpecDirs
	}
	if s.History == nil {
		s.History = historyBounds()
	}
	return s, nil
}

// historyBounds are how many builds the engine remembers where the user has not
// said: as many as one looks back for, and a watch that builds all day does not
// fill the disk with logs. BuildKit drops a build only when it is beyond both the
// number and the age.
func historyBounds() *config.HistoryConfig {
	most := int64(200)
	return &config.HistoryConfig{MaxEntries: &most, MaxAge: config.Duration{Duration: time.Hour}}
}

func setNetworkDefaults(n *config.NetworkConfig, userNS bool) {
	if n.Mode == "" {
		n.Mode = "auto"
	}
	if userNS && n.Mode == "auto" {
		n.Mode = "host" // a user namespace may not set up bridges
	}
	if n.CNIConfigPath == "" {
		n.CNIConfigPath = appdefaults.DefaultCNIConfigPath
		if userNS {
			n.CNIConfigPath = filepath.Join(appdefaults.UserConfigDir(), "cni.json")
		}
	}
	if n.CNIBinaryPath == "" {
		n.CNIBinaryPath = appdefaults.DefaultCNIBinDir
	}
	if n.BridgeName == "" {
		n.BridgeName = appdefaults.BridgeName
	}
	if n.BridgeSubnet == "" {
		n.BridgeSubnet = appdefaults.BridgeSubnet
	}
}

// workerPlatforms are the platforms that RUN works for: the configured ones, or
// the native one and those that the kernel has an emulator for.
func workerPlatforms(configured []string) ([]ocispecs.Platform, error) {
	if len(configured) == 0 {
		return archutil.SupportedPlatforms(false), nil
	}
	out := make([]ocispecs.Platform, 0, len(configured))
	for _, text := range configured {
		p, err := platforms.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("reading worker.oci.platforms: %w", err)
		}
		out = append(out, platforms.Normalize(p))
	}
	return out, nil
}
