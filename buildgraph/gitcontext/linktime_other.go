//go:build !unix

package gitcontext

import "time"

// setLinkTime does nothing: here a link's own time can't be set, nor is it sent.
func setLinkTime(string, time.Time) error { return nil }
