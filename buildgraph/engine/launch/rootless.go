//go:build linux

package launch

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// An ordinary user's engine is the root of a user namespace in which the user is
// ID 0 and the IDs after it are the user's subordinate ones, subuid(5). Those
// only the setuid programs newuidmap and newgidmap may map.

// idMap is a range of subordinate IDs of the user.
type idMap struct{ first, count int }

// rootless is what it takes to give a process of ours its IDs.
type rootless struct {
	newuidmap, newgidmap string
	uid, gid             int
	uids, gids           idMap
}

// lookRootless checks that this user may have an engine, and says what is
// missing otherwise. dir is the root of the file system.
func lookRootless(dir string, u *user.User, lookPath func(string) (string, error)) (*rootless, error) {
	if why := userNamespacesOff(dir); why != "" {
		return nil, fmt.Errorf("%w to ordinary users here (%s); run stagedive as root, or name a running BuildKit with --engine", ErrNamespaces, why)
	}
	r := &rootless{}
	var err error
	for name, path := range map[string]*string{"newuidmap": &r.newuidmap, "newgidmap": &r.newgidmap} {
		if *path, err = lookPath(name); err != nil {
			return nil, fmt.Errorf("an ordinary user's engine needs %s; install the package uidmap (Debian, Ubuntu) or shadow-utils, run stagedive as root, or name a running BuildKit with --engine", name)
		}
	}
	if r.uid, err = strconv.Atoi(u.Uid); err == nil {
		r.gid, err = strconv.Atoi(u.Gid)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the user's IDs: %w", err)
	}
	for file, ids := range map[string]*idMap{"etc/subuid": &r.uids, "etc/subgid": &r.gids} {
		text, _ := os.ReadFile(filepath.Join(dir, file))
		if *ids = subordinate(string(text), u); ids.count == 0 {
			return nil, fmt.Errorf("an ordinary user's engine needs subordinate IDs and /%s has none for %s; run `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %[2]s`, run stagedive as root, or name a running BuildKit with --engine", file, u.Username)
		}
	}
	return r, nil
}

// userNamespacesOff names the kernel setting that forbids user namespaces to
// ordinary users; empty when none does.
func userNamespacesOff(dir string) string {
	for _, s := range []struct{ path, off string }{
		{"proc/sys/user/max_user_namespaces", "0"},
		{"proc/sys/kernel/unprivileged_userns_clone", "0"},             // Debian's kernels
		{"proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"}, // Ubuntu since 23.10
	} {
		text, err := os.ReadFile(filepath.Join(dir, s.path))
		if err == nil && strings.TrimSpace(string(text)) == s.off {
			name := strings.ReplaceAll(strings.TrimPrefix(s.path, "proc/sys/"), "/", ".")
			return name + " is " + s.off
		}
	}
	return ""
}

// subordinate finds the user's first range in subuid(5) text, where lines are
// NAME-OR-ID:FIRST:COUNT.
func subordinate(text string, u *user.User) idMap {
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != 3 || f[0] != u.Username && f[0] != u.Uid {
			continue
		}
		first, err1 := strconv.Atoi(f[1])
		count, err2 := strconv.Atoi(f[2])
		if err1 == nil && err2 == nil && count > 0 {
			return idMap{first, count}
		}
	}
	return idMap{}
}

// mapIDs gives the process its IDs.
func (r *rootless) mapIDs(pid int) error {
	for _, m := range []struct {
		tool string
		own  int
		sub  idMap
	}{{r.newuidmap, r.uid, r.uids}, {r.newgidmap, r.gid, r.gids}} {
		args := []int{pid, 0, m.own, 1, 1, m.sub.first, m.sub.count}
		text := make([]string, len(args))
		for i, a := range args {
			text[i] = strconv.Itoa(a)
		}
		if out, err := exec.Command(m.tool, text...).CombinedOutput(); err != nil {
			return fmt.Errorf("mapping the engine's IDs with %s: %w: %s", filepath.Base(m.tool), err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}
