package image_test

import (
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/image"
)

func TestHealthcheck(t *testing.T) {
	for _, tt := range []struct {
		h              *image.Healthcheck
		command, terms string
	}{
		{
			&image.Healthcheck{Test: []string{"CMD-SHELL", "curl -f http://localhost || exit 1"}}, "curl -f http://localhost || exit 1",
			"every 30s (default), each for at most 30s (default), ill after 3 (default) failures in a row",
		},
		{
			&image.Healthcheck{Test: []string{"CMD", "/check", "now"}, Interval: time.Minute, Timeout: 3 * time.Second, StartPeriod: 5 * time.Second, Retries: 2}, "/check now",
			"every 1m0s, each for at most 3s, failures in the first 5s do not count, ill after 2 failures in a row",
		},
	} {
		if got := tt.h.Command(); got != tt.command {
			t.Errorf("command %q, want %q", got, tt.command)
		}
		if got := tt.h.Terms(); got != tt.terms {
			t.Errorf("terms %q, want %q", got, tt.terms)
		}
	}
	var none *image.Healthcheck
	if none.Command() != "" || none.Disabled() || !(&image.Healthcheck{Test: []string{"NONE"}}).Disabled() {
		t.Error("what is not there is told")
	}
}
