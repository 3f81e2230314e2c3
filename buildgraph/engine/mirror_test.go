//go:build linux

package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/buildgraph/engine/enginetest"
)

func TestConfiguredMirrorIsUsed(t *testing.T) {
	o := options(t)
	host := enginetest.Registry(t)
	enginetest.Push(t, host+"/library/stagedive-mirror-test:1", enginetest.Image(t, "FROM_MIRROR=yes"))

	configure(t, &o, fmt.Sprintf("[registry.\"docker.io\"]\nmirrors = [%q]\n[registry.%q]\nhttp = true\n", host, host))
	c := dial(t, o)
	out := run(t, c, "FROM base AS shell\nFROM docker.io/library/stagedive-mirror-test:1\nCOPY --from=shell / /\nRUN echo mirror: $FROM_MIRROR\n")
	if !strings.Contains(out, "mirror: yes") {
		t.Errorf("log of RUN: %q", out)
	}
}
