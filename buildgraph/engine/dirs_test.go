package engine

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestDirsFromEnv(t *testing.T) {
	for name, c := range map[string]struct {
		env            []string
		state, runtime string
	}{
		"home only":   {[]string{"HOME=/home/u"}, "/home/u/.local/state/stagedive", "/home/u/.local/state/stagedive/run"},
		"both":        {[]string{"HOME=/home/u", "XDG_STATE_HOME=/s", "XDG_RUNTIME_DIR=/run/user/7"}, "/s/stagedive", "/run/user/7/stagedive"},
		"relative":    {[]string{"HOME=/home/u", "XDG_STATE_HOME=s", "XDG_RUNTIME_DIR=r"}, "/home/u/.local/state/stagedive", "/home/u/.local/state/stagedive/run"},
		"last of two": {[]string{"HOME=/a", "HOME=/b"}, "/b/.local/state/stagedive", "/b/.local/state/stagedive/run"},
	} {
		d := DirsFromEnv(lookup(c.env))
		if d.State != c.state || d.Runtime != c.runtime {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestSocketFitsItsAddress(t *testing.T) {
	for n := range 200 {
		d := Dirs{State: "/s", Runtime: "/" + strings.Repeat("r", n), Temp: "/tmp"}
		path := d.socket(1000)
		if len(path) > maxSocketPath {
			t.Errorf("%d bytes: %s", len(path), path)
		}
		if short := len(d.Runtime)+len("/buildkit-01234567.sock") <= maxSocketPath; short != (filepath.Dir(path) == d.Runtime) {
			t.Errorf("a runtime directory of %d bytes gives %s", len(d.Runtime), path)
		}
	}
	a := Dirs{State: "/a", Runtime: "/r"}.socket(0)
	if b := (Dirs{State: "/b", Runtime: "/r"}).socket(0); a == b {
		t.Errorf("engines of two state directories share %s", a)
	}
}

func TestFromEnvIdle(t *testing.T) {
	for text, ok := range map[string]bool{"90s": true, "5m": true, "1s": true, "": true, "0": false, "999ms": false, "soon": false, "-1m": false} {
		_, err := FromEnv([]string{"STAGEDIVE_ENGINE_IDLE=" + text})
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}
