package saving

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/image/maker"
)

// how says what to do about an item, on the line of the instruction that stores it.
func how(it Item, m maker.Maker, keep []string) string {
	switch {
	case it.Kind == Licences:
		return "leave them: most licences ask that their text goes along"
	case m.Base:
		return "the base image brings it, and removing it here frees nothing: choose a smaller variant of the base image"
	}
	return m.Name() + ": " + remedy(it, m, keep)
}

func remedy(it Item, m maker.Maker, keep []string) string {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(m.Text, w) {
				return true
			}
		}
		return false
	}
	at := maker.Quote(it.Path)
	fedora := m.Command == "RUN" && has("dnf ", "yum ")
	switch it.Kind {
	case Docs:
		switch {
		case m.Command == "RUN" && strings.HasSuffix(it.Path, "/node_modules"):
			return clean(fmt.Sprintf("find %s -name '*.md'%s -delete", at, butLicences)) + omit(it, has)
		case fedora:
			return "install with --setopt=tsflags=nodocs"
		case m.Command == "RUN" && strings.HasPrefix(it.Path, "/usr/"):
			return clean(fmt.Sprintf("find %s -type f%s -delete", at, butLicences)) + recommends(has)
		}
	case Man, Info:
		if fedora {
			return "install with --setopt=tsflags=nodocs"
		}
		if m.Command == "RUN" {
			return clean("rm -rf "+at+"/*") + recommends(has)
		}
	case Locales:
		if m.Command == "RUN" {
			return clean(locales(it, keep)) + ", unless containers are started in other languages"
		}
	case Static:
		if m.Command == "RUN" {
			return "link in a build stage and COPY --from it what runs; or " + clean("rm "+pattern(it, "*.a"))
		}
	case Debug:
		return strip(it, m, has)
	case Bytecode:
		if m.Copies() {
			return "name **/__pycache__ in .dockerignore; Python compiles what it needs when it starts"
		}
		if has("pip install", "pip3 install") {
			return "set ENV PYTHONDONTWRITEBYTECODE=1 before it and install with pip install --no-compile; starting takes longer then, as Python compiles each time"
		}
		if m.Command == "RUN" {
			return "set ENV PYTHONDONTWRITEBYTECODE=1 before it, and " + clean(fmt.Sprintf("find %s -type d -name __pycache__ -prune -exec rm -r {} +", at)) + "; starting takes longer then, as Python compiles each time"
		}
	case Tests:
		if m.Command == "RUN" {
			return "remove them at the end of this RUN, but not whatever is named so: a package may need what only looks like its tests" + omit(it, has)
		}
	case Maps:
		if m.Command == "RUN" {
			return "build without source maps, or " + clean(fmt.Sprintf("find %s -name '*.js.map' -delete", at)) + omit(it, has)
		}
	}
	switch {
	case m.From != "":
		return fmt.Sprintf("leave it out in %s, before it is copied", m.From)
	case m.Copies():
		return "do not copy it: name it in .dockerignore"
	}
	return "remove it in the instruction that stores it: in a later one it frees nothing"
}

// clean is a command at the end of the RUN that stores something.
func clean(command string) string { return "end this RUN with && " + command }

// recommends adds what keeps APT from installing packages that others only recommend.
func recommends(has func(...string) bool) string {
	if has("apt-get install", "apt install") && !has("no-install-recommends") {
		return "; apt-get install --no-install-recommends brings less of it in the first place"
	}
	return ""
}

// omit adds what keeps npm from installing packages for development.
func omit(it Item, has func(...string) bool) string {
	if strings.HasSuffix(it.Path, "/node_modules") && has("npm ci", "npm install") && !has("--omit=dev", "--production") {
		return "; npm ci --omit=dev brings fewer packages in the first place"
	}
	return ""
}

// butLicences keeps licences out of what find finds, as isLicence does.
const butLicences = " ! -iname 'copyright*' ! -iname 'copying*' ! -iname 'licen*' ! -iname 'notice*' ! -iname 'patents*'"

// locales is a command that removes them, but those that the image sets.
func locales(it Item, keep []string) string {
	at := maker.Quote(it.Path)
	if !it.Dir {
		return "rm " + at
	}
	but := ""
	for _, l := range keep {
		but += fmt.Sprintf(" ! -name '%s*'", l)
	}
	return fmt.Sprintf("find %s -mindepth 1 -maxdepth 1 -type d%s -exec rm -r {} +", at, but)
}

// pattern is what a command is given for an item.
func pattern(it Item, names string) string {
	if it.Dir {
		return maker.Quote(it.Path) + "/" + names
	}
	return maker.Quote(it.Path)
}

// strip says how to be rid of debug symbols.
func strip(it Item, m maker.Maker, has func(...string) bool) string {
	if it.Dir && strings.HasPrefix(it.Path, "/usr/lib/debug") {
		return "do not install packages of debug symbols (-dbg, -dbgsym, -debuginfo)"
	}
	switch {
	case m.From != "":
		return fmt.Sprintf("strip it in %s, before it is copied: strip --strip-unneeded FILE; of Go, go build -ldflags='-s -w'", m.From)
	case m.Copies():
		return "strip it before it is copied: strip --strip-unneeded FILE"
	case has("go build", "go install"):
		return "build with -ldflags='-s -w'"
	case has("cargo "):
		return `set strip = true in [profile.release] of Cargo.toml`
	}
	if it.Dir {
		return "strip --strip-unneeded each of them at the end of this RUN"
	}
	return clean("strip --strip-unneeded " + maker.Quote(it.Path))
}
