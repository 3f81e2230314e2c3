//go:build linux

package engine_test

import (
	"strings"
	"testing"
	"time"
)

func TestEmbeddedBuilds(t *testing.T) {
	o := options(t)
	began := time.Now()
	c := dial(t, o)
	t.Logf("started in %v: %+v", time.Since(began).Round(time.Millisecond), c.Info)
	log, err := solve(t.Context(), c.Client, base(t), shell("echo hello from $((40+2)); id"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log, "hello from 42") || !strings.Contains(log, "uid=0") {
		t.Errorf("log of RUN: %q", log)
	}
}
