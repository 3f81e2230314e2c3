//go:build !linux

package engine

import (
	"context"
	"errors"
)

// dialEmbedded says that containers need a Linux kernel.
func dialEmbedded(context.Context, Options) (*Conn, error) {
	return nil, errors.New("the embedded engine runs on Linux only; name a running BuildKit with --engine, for instance docker-container://NAME")
}
