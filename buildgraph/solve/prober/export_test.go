package prober

import "github.com/stagedive/stagedive/buildgraph/solve/prober/asker"

// Hearing are options that tell of each answer on loopback.
func Hearing(opt Options, heard func(asker.Answer)) Options {
	opt.heard = heard
	return opt
}
