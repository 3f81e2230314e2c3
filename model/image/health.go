package image

import (
	"fmt"
	"strings"
	"time"
)

// Healthcheck is how a container is asked whether it is well (HEALTHCHECK).
type Healthcheck struct {
	// Test is NONE, CMD with its arguments, or CMD-SHELL with a shell's text; empty for
	// what the base image says.
	Test        []string      `json:"test,omitempty"`
	Interval    time.Duration `json:"interval,omitempty"`    // in nanoseconds, like all here; 0 for the default, 30s
	Timeout     time.Duration `json:"timeout,omitempty"`     // 0 for the default, 30s
	StartPeriod time.Duration `json:"startPeriod,omitempty"` // in which failures do not count
	Retries     int           `json:"retries,omitempty"`     // failures in a row that count as ill; 0 for the default, 3
}

// Command is what is run, a shell's text as it is; "" when nothing is.
func (h *Healthcheck) Command() string {
	if h == nil || len(h.Test) < 2 {
		return ""
	}
	return strings.Join(h.Test[1:], " ")
}

// Disabled says whether the image wants no check, whatever its base image has.
func (h *Healthcheck) Disabled() bool { return h != nil && len(h.Test) > 0 && h.Test[0] == "NONE" }

// Terms words when it is asked and how often it may fail: "every 30s, each for at most
// 30s, 3 failures in a row are too many". What is not set is the engine's default.
func (h *Healthcheck) Terms() string {
	or := func(d, other time.Duration) string {
		if d <= 0 {
			return fmt.Sprintf("%v (default)", other)
		}
		return d.String()
	}
	out := "every " + or(h.Interval, 30*time.Second) + ", each for at most " + or(h.Timeout, 30*time.Second)
	if h.StartPeriod > 0 {
		out += ", failures in the first " + h.StartPeriod.String() + " do not count"
	}
	if h.Retries > 0 {
		return out + fmt.Sprintf(", ill after %d failures in a row", h.Retries)
	}
	return out + ", ill after 3 (default) failures in a row"
}
