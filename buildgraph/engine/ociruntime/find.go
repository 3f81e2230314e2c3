// Package ociruntime finds the program that runs a build's containers: runc or
// crun. BuildKit carries out every RUN through it, so without one an engine can
// be linked in and still be unable to build.
package ociruntime

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Runtime is an OCI runtime on this machine.
type Runtime struct {
	Name string // runc, crun or buildkit-runc; a configured one's base name
	Path string // absolute
}

// Search says where to look.
type Search struct {
	Override  string   // a name or path that the user configured; the only candidate when set
	Dirs      []string // where to look, as SearchDirs lists it
	OSRelease string   // os-release(5) text, to name the right package; may be empty
}

// candidates are tried in this order: the one that BuildKit ships, the one that
// it is tested with, the other one that distributions ship.
func candidates() []string { return []string{"buildkit-runc", "runc", "crun"} }

// extraDirs complete PATH: distributions put runc into sbin, which the PATH of
// an ordinary user often lacks.
func extraDirs() []string {
	return []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}
}

// Find returns the first runtime there is. Without one the error is a
// *MissingError, for which errors.Is(err, ErrNoRuntime) holds.
func Find(s Search) (Runtime, error) {
	names := candidates()
	if s.Override != "" {
		names = []string{s.Override}
	}
	for _, name := range names {
		if p := lookup(name, s.Dirs); p != "" {
			return Runtime{Name: filepath.Base(p), Path: p}, nil
		}
	}
	return Runtime{}, &MissingError{Override: s.Override, Install: installHint(s.OSRelease)}
}

// SearchDirs lists the absolute directories of path, the value of PATH, then the
// usual ones that it lacks.
func SearchDirs(path string) []string {
	var dirs []string
	for _, d := range append(filepath.SplitList(path), extraDirs()...) {
		if filepath.IsAbs(d) && !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return dirs
}

func lookup(name string, dirs []string) string {
	if strings.ContainsRune(name, os.PathSeparator) {
		if abs, err := filepath.Abs(name); err == nil && executable(abs) {
			return abs
		}
		return ""
	}
	for _, d := range dirs {
		if p := filepath.Join(d, name); executable(p) {
			return p
		}
	}
	return ""
}

func executable(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular() && st.Mode().Perm()&0o111 != 0
}

// Version asks the runtime for its version, as in "1.1.5". It is empty when the
// runtime does not say.
func (r Runtime) Version(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, r.Path, "--version").Output()
	if err != nil {
		return ""
	}
	return parseVersion(string(out))
}

// parseVersion reads the first line of `runc --version` ("runc version
// 1.1.5+ds1") or `crun --version` ("crun version 1.8.1").
func parseVersion(out string) string {
	line, _, _ := strings.Cut(out, "\n")
	_, version, ok := strings.Cut(line, " version ")
	if !ok {
		return ""
	}
	version, _, _ = strings.Cut(strings.TrimSpace(version), "+")
	version, _, _ = strings.Cut(version, " ")
	return version
}
