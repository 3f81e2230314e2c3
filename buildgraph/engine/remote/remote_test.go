package remote

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	for address, want := range map[string]string{
		"unix:///run/buildkit/buildkitd.sock":   "",
		"tcp://127.0.0.1:1234":                  "",
		"docker-container://buildx_buildkit_x0": "",
		"podman-container://b":                  "",
		"kube-pod://b":                          "",
		"ssh://user@host":                       "",
		"/run/buildkit/buildkitd.sock":          "did you mean unix:///run/buildkit/buildkitd.sock?",
		"localhost:1234":                        "must begin with one of",
		"http://x":                              "must begin with one of",
		"\x7f://":                               "must begin with one of",
	} {
		_, err := Check(address)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", address, err, want)
		}
	}
}

func TestUnreachableIsOneSentenceSoon(t *testing.T) {
	dir := t.TempDir()
	// A socket that accepts and never says anything.
	mute, err := net.Listen("unix", filepath.Join(dir, "mute.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() }) // the subtests outlive this function
	// A port where nobody listens any more.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()

	for address, want := range map[string]string{
		"unix://" + filepath.Join(dir, "none.sock"): "there is no such socket",
		"unix://" + filepath.Join(dir, "mute.sock"): "no answer in time",
		"tcp://" + closed: "connection refused",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			c, _, err := Dial(t.Context(), address)
			if err == nil {
				c.Close()
				t.Fatal("dialled")
			}
			var unreachable *UnreachableError
			text := err.Error()
			if !errors.As(err, &unreachable) || !strings.Contains(text, want) || !strings.Contains(text, address) || strings.Contains(text, "\n") {
				t.Errorf("%v", err)
			}
			if d := time.Since(began); d > Patience+2*time.Second {
				t.Errorf("took %v", d)
			}
			t.Logf("%v: %v", time.Since(began).Round(time.Millisecond), err)
		})
	}
}

func TestCancelledDialSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := Dial(ctx, "unix:///nowhere.sock")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A fake helper is a command of the user's that prints and fails: what it says
// last is what the user needs to read.
func TestHelpersLastWordsAreKept(t *testing.T) {
	for scheme, tool := range map[string]string{"docker-container": "docker", "podman-container": "podman", "kube-pod": "kubectl", "ssh": "ssh"} {
		t.Run(scheme, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			address := scheme + "://stagedive-no-such"
			if _, _, err := Dial(t.Context(), address); err == nil || !strings.Contains(err.Error(), "needs the command "+tool) {
				t.Errorf("without %s: %v", tool, err)
			}
			script := "#!/bin/sh\nprintf 'first line\\n\"it\" is \\033[31mnot there\\r\\n' >&2\nexit 1\n"
			if err := os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			_, _, err := Dial(t.Context(), address)
			if err == nil || !strings.Contains(err.Error(), `("it" is`) || !strings.Contains(err.Error(), "not there);") || strings.ContainsAny(err.Error(), "\x1b\n\r") {
				t.Errorf("%v", err)
			}
			t.Log(err)
		})
	}
}
