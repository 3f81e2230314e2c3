//go:build !linux

package main

import (
	"github.com/spf13/cobra"

	"github.com/stagedive/stagedive/buildgraph/solve/hold"
)

// newHelper has nothing to bring along: containers run Linux, this program does
// not.
func newHelper() *hold.Helper { return nil }

// newInsideCmd has nothing to be called as.
func newInsideCmd(environment) *cobra.Command { return &cobra.Command{Hidden: true} }
