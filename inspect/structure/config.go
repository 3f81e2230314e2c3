package structure

import (
	"maps"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/model/image"
)

// ConfigOf is an image's configuration as it is, for who runs it: neither sanitised nor
// redacted, never to be shown.
func ConfigOf(c v1.Config) image.Config {
	out := image.Config{
		User: c.User, WorkingDir: c.WorkingDir, Entrypoint: c.Entrypoint, Cmd: c.Cmd, Env: c.Env,
		ExposedPorts: slices.Sorted(maps.Keys(c.ExposedPorts)), Volumes: slices.Sorted(maps.Keys(c.Volumes)), Labels: c.Labels,
	}
	if h := c.Healthcheck; h != nil {
		out.Healthcheck = &image.Healthcheck{Test: h.Test, Interval: h.Interval, Timeout: h.Timeout, StartPeriod: h.StartPeriod, Retries: h.Retries}
	}
	return out
}
