package ociruntime

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoRuntime is what the error of Find is when nothing was found. Only
// building needs a runtime; the graph and inspection do without.
var ErrNoRuntime = errors.New("no OCI runtime found")

// MissingError says that no runtime was found and how to get one.
type MissingError struct {
	Override string // what was configured and is not there; empty when nothing was
	Install  string // the command that installs one here; empty when not known
}

// Error is one sentence for the user.
func (e *MissingError) Error() string {
	if e.Override != "" {
		return fmt.Sprintf("the configured OCI runtime %q is not an executable file; correct worker.oci.binary in the engine's configuration, or remove it to use runc or crun from PATH", e.Override)
	}
	how := "install either with your package manager"
	if e.Install != "" {
		how = "run `" + e.Install + "`"
	}
	return "building needs an OCI runtime and neither runc nor crun is installed; " + how + ", or name a running BuildKit with --engine"
}

// Is makes errors.Is(err, ErrNoRuntime) hold.
func (e *MissingError) Is(target error) bool { return target == ErrNoRuntime }

// installHint reads os-release(5) text for ID and ID_LIKE and returns the
// command that installs a runtime on that distribution; empty when it is not
// one that we know.
func installHint(osRelease string) string {
	for _, id := range distributions(osRelease) {
		switch id {
		case "debian", "ubuntu":
			return "sudo apt install runc"
		case "fedora", "rhel", "centos", "rocky", "almalinux", "amzn":
			return "sudo dnf install runc"
		case "alpine":
			return "sudo apk add runc"
		case "arch":
			return "sudo pacman -S runc"
		case "opensuse", "suse", "sles":
			return "sudo zypper install runc"
		case "gentoo":
			return "sudo emerge app-containers/runc"
		case "void":
			return "sudo xbps-install runc"
		case "nixos":
			return "nix-shell -p runc"
		}
	}
	return ""
}

// distributions lists the ID of the distribution, then those it is like.
func distributions(osRelease string) []string {
	var id string
	var like []string
	for line := range strings.Lines(osRelease) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}
		value = strings.ToLower(strings.Trim(value, `"'`))
		switch key {
		case "ID":
			id = value
		case "ID_LIKE":
			like = strings.Fields(value)
		}
	}
	return append([]string{id}, like...)
}
