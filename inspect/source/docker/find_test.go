package docker

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// here gives the test settings of its own, without any engine.
func here(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"HOME", "DOCKER_CONFIG", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, dir)
	}
	return dir
}

// inFile makes a Docker context in a directory of settings.
func inFile(t *testing.T, dir, name, host string) {
	t.Helper()
	sum := sha256.Sum256([]byte(name))
	meta := filepath.Join(dir, "contexts", "meta", hex.EncodeToString(sum[:]))
	if err := os.MkdirAll(meta, 0o755); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"Name":%q,"Metadata":{},"Endpoints":{"docker":{"Host":%q,"SkipTLSVerify":false}}}`, name, host)
	if err := os.WriteFile(filepath.Join(meta, "meta.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFind: engines are found as the docker command finds them.
func TestFind(t *testing.T) {
	for what, test := range map[string]struct {
		prepare func(t *testing.T, dir string)
		hosts   string // with DIR for the directory
		err     string
	}{
		"the usual sockets": {hosts: "unix:///var/run/docker.sock unix://DIR/docker.sock unix://DIR/.docker/run/docker.sock unix://DIR/.docker/desktop/docker.sock"},
		"DOCKER_HOST": {func(t *testing.T, dir string) {
			inFile(t, dir, "other", "unix:///other")
			t.Setenv("DOCKER_CONTEXT", "other")
			t.Setenv("DOCKER_HOST", "tcp://192.0.2.1:2375")
		}, "tcp://192.0.2.1:2375", ""},
		"DOCKER_HOST over ssh": {func(t *testing.T, _ string) { t.Setenv("DOCKER_HOST", "ssh://me@example.test") }, "ssh://me@example.test", ""},
		"DOCKER_CONTEXT": {func(t *testing.T, dir string) {
			inFile(t, dir, "other", "unix:///other")
			t.Setenv("DOCKER_CONTEXT", "other")
		}, "unix:///other", ""},
		"the current context": {func(t *testing.T, dir string) {
			inFile(t, dir, "other", "unix:///other")
			if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"currentContext":"other"}`), 0o644); err != nil {
				t.Fatal(err)
			}
		}, "unix:///other", ""},
		"a context that is gone": {func(t *testing.T, _ string) { t.Setenv("DOCKER_CONTEXT", "gone") }, "", `the Docker context "gone" cannot be read`},
		"the context of no name": {func(t *testing.T, _ string) { t.Setenv("DOCKER_CONTEXT", "default") }, "unix:///var/run/docker.sock unix://DIR/docker.sock unix://DIR/.docker/run/docker.sock unix://DIR/.docker/desktop/docker.sock", ""},
	} {
		t.Run(what, func(t *testing.T) {
			dir := here(t)
			if test.prepare != nil {
				test.prepare(t, dir)
			}
			engines, err := find()
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("err = %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var hosts []string
			for _, e := range engines {
				hosts = append(hosts, e.host)
			}
			if got := strings.Join(hosts, " "); got != strings.ReplaceAll(test.hosts, "DIR", dir) {
				t.Errorf("%s", got)
			}
		})
	}
}

// TestNobody: that no engine listens is told as what it is, and may be passed over.
func TestNobody(t *testing.T) {
	dir := here(t)
	left := filepath.Join(dir, "left.sock") // a socket whose engine is gone
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: left, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	for _, path := range []string{filepath.Join(dir, "none.sock"), left} {
		e, err := At(name, "unix://"+path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Open(t.Context(), "app", "")
		if !errors.Is(err, ErrNobody) || !errors.Is(err, fs.ErrNotExist) || err.Error() != "no engine listens on unix://"+path {
			t.Errorf("%s: %v", path, err)
		}
	}
}
