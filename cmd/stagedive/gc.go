package main

import (
	"os"
	"runtime/debug"
	"time"
)

// How much garbage may gather, in percent of what lives, while the program
// starts, and for how long.
const (
	startGCPercent = 400
	startTime      = 500 * time.Millisecond
)

// mostMemory is where the program begins to collect garbage more often than usual, in
// bytes: what is known of a large image can double until it is collected else.
const mostMemory = 300 << 20

// boundMemory keeps a look into a large image small. A GOMEMLIMIT in the environment
// stays as it is.
func boundMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mostMemory)
	}
}

// collectLate puts garbage collection off while the program starts. Its heap is
// small then, so that it is collected every few milliseconds: that took a tenth
// of the processor time of a short command and of the way to the first frame. A
// GOGC in the environment stays as it is.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(startGCPercent)
	time.AfterFunc(startTime, func() { debug.SetGCPercent(usual) })
}
