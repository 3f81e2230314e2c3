package inspect

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/stagedive/stagedive/inspect/source"
)

// Settings are made harmless, which is told; lines and tabs are nothing to tell of.
func TestWashed(t *testing.T) {
	for _, c := range []struct {
		label, shown string
		problems     int
	}{
		{"app", "app", 0},
		{"two\n\tlines", "two␊ lines", 0},
		{"a\x1b[31mred", "a␛[31mred", 1},
		{strings.Repeat("x", maxText+1), strings.Repeat("x", maxText) + "…", 1},
	} {
		im := describe(&source.Image{Config: v1.ConfigFile{Config: v1.Config{Labels: map[string]string{"title": c.label}}}}, "ref")
		if got := im.Config.Labels["title"]; got != c.shown || len(im.Problems) != c.problems {
			t.Errorf("%.40q is shown as %.40q with %q", c.label, got, im.Problems)
		}
	}
}

// TestHealthcheckIsTold: the check of the configuration arrives, washed.
func TestHealthcheckIsTold(t *testing.T) {
	h := &v1.HealthConfig{Test: []string{"CMD-SHELL", "check\x1b[2J"}, Retries: 4}
	im := describe(&source.Image{Config: v1.ConfigFile{Config: v1.Config{Healthcheck: h}}}, "ref")
	got := im.Config.Healthcheck
	if got == nil || got.Retries != 4 || got.Command() == "" || strings.Contains(got.Command(), "\x1b") {
		t.Errorf("%+v", got)
	}
}
