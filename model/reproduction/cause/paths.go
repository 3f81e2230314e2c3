package cause

import (
	"path"
	"strings"
)

// byPath knows files that differ whatever is in them.
func byPath(e Evidence) (Finding, bool) {
	id := pathCause(e.Path)
	return Finding{Cause: id}, id != ""
}

// pathCause is the cause that a path alone tells; "" for none.
func pathCause(p string) string {
	base := path.Base(p)
	switch {
	case p == "/etc/machine-id", p == "/var/lib/dbus/machine-id", p == "/var/lib/systemd/random-seed":
		return "machine-id"
	case strings.HasPrefix(p, "/etc/ssh/ssh_host_"), strings.HasPrefix(p, "/etc/dropbear/dropbear_"):
		return "host-keys"
	case p == "/etc/shadow", p == "/etc/shadow-":
		return "shadow-day"
	case p == "/var/cache/ldconfig/aux-cache":
		return "ldconfig-cache"
	case in(p, "/var/log/apt"), in(p, "/var/log/dnf"), in(p, "/var/log/zypp"), p == "/var/log/dpkg.log", p == "/var/log/alternatives.log",
		p == "/var/log/bootstrap.log", p == "/var/log/yum.log", p == "/var/log/apk.log", strings.HasPrefix(p, "/var/log/dnf."), p == "/var/log/hawkey.log":
		return "package-log"
	case in(p, "/var/lib/apt/lists"), in(p, "/var/cache/apt"), in(p, "/var/cache/apk"), in(p, "/etc/apk/cache"), in(p, "/var/cache/dnf"), in(p, "/var/cache/libdnf5"),
		in(p, "/var/cache/yum"), in(p, "/var/cache/debconf"), in(p, "/var/lib/dnf"):
		return "package-cache"
	case in(p, "/var/lib/rpm"), in(p, "/usr/lib/sysimage/rpm"):
		return "rpm-database"
	case strings.Contains(p, "/_cacache/"), strings.Contains(p, "/.npm/"), base == ".package-lock.json" && path.Base(path.Dir(p)) == "node_modules":
		return "npm-cache"
	case strings.Contains(p, "/.cache/"), strings.Contains(p, "/.config/go/telemetry/"), strings.HasPrefix(p, "/usr/local/share/.cache/"):
		return "tool-cache"
	}
	return ""
}

// in says whether a path lies below a directory.
func in(p, dir string) bool { return strings.HasPrefix(p, dir+"/") }

// logs are files that are called so; what stands in them was looked at before.
func logs(e Evidence) (Finding, bool) {
	ok := in(e.Path, "/var/log") || strings.HasSuffix(e.Path, ".log")
	return Finding{Cause: "log"}, ok
}
