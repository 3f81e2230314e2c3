package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Permission bits as in tar.
const (
	setuid        = 0o4000
	setgid        = 0o2000
	sticky        = 0o1000
	groupExecute  = 0o010
	othersWrite   = 0o002
	anyoneExecute = 0o111
)

// own says whether what a layer brings is the Dockerfile's. Where nobody knows, the
// lowest layer is taken for a base image's.
func (v *view) own(index int) bool {
	o := v.im.Layers[index].Origin
	return !o.Base && (index > 0 || o.Stage >= 0)
}

// privileged reports files that lend their owner's rights, those of a layer as one.
func privileged(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		if !v.own(i) {
			continue
		}
		found := leak{rule: "SD-H002", layer: i}
		for id := range l.tree.Walk(image.Root) {
			info := l.tree.Info(id)
			if info.Type != image.Regular && info.Type != image.Hardlink || lends(info.Mode) == "" {
				continue
			}
			p := l.tree.RawPath(id)
			if v.lentBefore(i, p) || v.removedBy(i, p) > 0 || v.im.Layers[i].Origin.Stage < 0 && ofDistribution(p) {
				continue
			}
			found.files = append(found.files, p)
			found.size += l.tree.Size(id)
			found.evidence = append(found.evidence, fmt.Sprintf("%s is %s %04o, of user %d and group %d", p, lends(info.Mode), info.Mode, info.UID, info.GID))
			if !isProgramDir(path.Dir(p)) && info.Mode&setuid != 0 {
				found.worse = 1
			}
		}
		if grouped, ok := grouped(found); ok {
			grouped.fix = v.chmodFix(grouped, "chmod u-s,g-s")
			leaks = append(leaks, grouped)
		}
	}
	return leaks
}

// lends names the bit by which a mode lends rights: setgid does so only with the right
// to execute.
func lends(mode uint32) string {
	switch {
	case mode&setuid != 0 && mode&anyoneExecute != 0:
		return "setuid"
	case mode&setgid != 0 && mode&groupExecute != 0:
		return "setgid"
	}
	return ""
}

// lentBefore says whether a lower layer has the path with such a bit already.
func (v *view) lentBefore(index int, p string) bool {
	for i := index - 1; i >= 0; i-- {
		if id, ok := v.layers[i].tree.Find(p); ok {
			return lends(v.layers[i].tree.Info(id).Mode) != ""
		}
	}
	return false
}

// ofDistribution knows the programs that distributions set the bit on, where they put
// them.
func ofDistribution(p string) bool {
	if !isProgramDir(path.Dir(p)) {
		return false
	}
	switch path.Base(p) {
	case "su", "passwd", "chsh", "chfn", "gpasswd", "newgrp", "mount", "umount", "ping", "ping6", "chage", "expiry", "unix_chkpwd", "wall", "write",
		"write.ul", "bsd-write", "bbsuid", "pam_timestamp_check", "userhelper", "crontab", "ssh-agent", "ssh-keysign", "dbus-daemon-launch-helper":
		return true
	}
	return false
}

// isProgramDir says whether a directory is one that packages put programs into.
func isProgramDir(d string) bool {
	for _, root := range [...]string{"/bin", "/sbin", "/lib", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec"} {
		if paths.Below(d, root) {
			return true
		}
	}
	return false
}

// writable reports what everybody may write: the uppermost of each tree, those of a
// layer in one directory as one.
func writable(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		if !v.own(i) {
			continue
		}
		byDir := map[string]*leak{}
		above := "" // an open directory that stands for all below it
		for id := range l.tree.Walk(image.Root) {
			info := l.tree.Info(id)
			if !isOpen(info) {
				continue
			}
			p := l.tree.RawPath(id)
			if above != "" && paths.Below(p, above) || p == "/" || isScratchDir(p) || !v.staysOpen(i, p) {
				continue
			}
			key := path.Dir(p)
			if info.Type.IsDir() {
				above, key = p, p
			}
			found := byDir[key]
			if found == nil {
				found = &leak{rule: "SD-H003", layer: i}
				byDir[key] = found
			}
			if info.Type.IsDir() {
				found.path, found.isDir = p, true
				found.count, found.size = l.tree.Files(id), l.tree.Size(id)
			} else {
				found.files = append(found.files, p)
				found.size += l.tree.Size(id)
			}
			found.evidence = append(found.evidence, fmt.Sprintf("%s has mode %04o", p, info.Mode))
			if v.onPath(key) || paths.Below(p, "/etc") {
				found.worse = 1
			}
		}
		for _, d := range sortedKeys(byDir) {
			found := *byDir[d]
			if !found.isDir {
				found, _ = grouped(found)
			}
			if v.onPath(d) {
				found.evidence = append(found.evidence, d+" is on the PATH: what is put there is started by its name")
			}
			found.fix = v.chmodFix(found, "chmod o-w")
			leaks = append(leaks, found)
		}
	}
	return leaks
}

func isOpen(info image.Info) bool {
	switch info.Type {
	case image.Regular:
		return info.Mode&othersWrite != 0
	case image.Directory, image.Opaque:
		return info.Mode&othersWrite != 0 && info.Mode&sticky == 0 && !info.Implicit
	}
	return false
}

// isScratchDir says whether a path lies where everybody is meant to write.
func isScratchDir(p string) bool {
	for _, d := range [...]string{"/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/run/lock", "/var/lock", "/var/run/lock", "/run/screen", "/var/crash"} {
		if paths.Below(p, d) {
			return true
		}
	}
	return false
}

// staysOpen says whether this layer is the one that opened a path, and no later one
// closes or removes it.
func (v *view) staysOpen(index int, p string) bool {
	for i := index - 1; i >= 0; i-- {
		t := v.layers[i].tree
		if id, ok := t.Find(p); ok && !t.Info(id).Implicit {
			if isOpen(t.Info(id)) {
				return false
			}
			break
		}
	}
	for i := index + 1; i < len(v.layers); i++ {
		l := v.layers[i]
		if l.hidesAny && l.tree.HidesPath(p) {
			return false
		}
		if id, ok := l.tree.Find(p); ok && !l.tree.Info(id).Implicit {
			return isOpen(l.tree.Info(id))
		}
	}
	return true
}

// onPath says whether programs are looked for in a directory.
func (v *view) onPath(d string) bool {
	for _, e := range v.im.Config.Env {
		if list, ok := strings.CutPrefix(e, "PATH="); ok {
			return slices.Contains(strings.Split(list, ":"), d)
		}
	}
	return false
}

// maxNamed is how many files a finding's evidence names.
const maxNamed = 5

// grouped makes one leak of several files; false when there are none.
func grouped(l leak) (leak, bool) {
	if len(l.files) == 0 {
		return l, false
	}
	slices.SortFunc(l.files, paths.Compare)
	if l.path = l.files[0]; len(l.files) == 1 {
		l.files = nil
		return l, true
	}
	l.count = len(l.files)
	l.path = path.Dir(l.files[0])
	for _, p := range l.files {
		l.path = paths.Common(l.path, path.Dir(p))
	}
	if len(l.evidence) > maxNamed {
		l.evidence = append(l.evidence[:maxNamed:maxNamed], fmt.Sprintf("and %d more of the kind", len(l.evidence)-maxNamed))
	}
	return l, true
}

// chmodFix says how the instruction is to set other permissions.
func (v *view) chmodFix(l leak, chmod string) string {
	if v.graph == nil {
		return ""
	}
	step, ok := v.step(v.im.Layers[l.layer].Origin)
	if !ok {
		return ""
	}
	names := l.path
	if l.files != nil {
		names = strings.Join(l.files[:min(len(l.files), 3)], " ")
		if len(l.files) > 3 {
			names += " …"
		}
	}
	if l.isDir {
		chmod = strings.Replace(chmod, "chmod", "chmod -R", 1)
	}
	switch step.Command {
	case "RUN":
		return sanitize.Text(fmt.Sprintf("line %d: end this RUN with && %s %s", step.Line, chmod, names))
	case "COPY", "ADD":
		return sanitize.Text(fmt.Sprintf("line %d: write %s --chmod=755 in place of %s, or give %s other permissions where it is made", step.Line, step.Command, step.Command, names))
	}
	return ""
}
