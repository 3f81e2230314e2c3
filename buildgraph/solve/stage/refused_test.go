package stage

import (
	"context"
	"errors"
	"strings"
	"testing"

	gatewaypb "github.com/moby/buildkit/frontend/gateway/pb"
)

// What the engine can't do is told as what to do instead.
func TestRefused(t *testing.T) {
	caps := gatewaypb.Caps.CapSet(nil) // an engine without any
	if err := refused(t.Context(), caps.Supports(gatewaypb.CapReadDir)); !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "--engine embedded") {
		t.Errorf("without a way to list files: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := refused(ctx, errors.New("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("after a cancel: %v", err)
	}
	if err := refused(t.Context(), errors.New("the disk is gone")); !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("otherwise: %v", err)
	}
}
