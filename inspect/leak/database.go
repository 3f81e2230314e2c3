package leak

import (
	"bufio"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/inventory"
)

// database is what a package database of one layer lists as installed, of packages
// that serve development.
type database struct {
	packages map[string]pkg
}

// pkg is an installed package.
type pkg struct {
	version string
	size    int64 // bytes installed, as the database says
}

// databaseProbe knows the package databases by their path: Debian's status file
// and the status.d of distroless images, and Alpine's installed list, at its old
// place and the one since 3.22.
func databaseProbe(dirPath, base string) *probe {
	switch {
	case base == "status" && dirPath == "/var/lib/dpkg":
		return &probe{limit: maxDatabase, look: lookDpkg}
	case dirPath == "/var/lib/dpkg/status.d" && path.Ext(base) != ".md5sums":
		return &probe{limit: maxManifest, look: lookDpkg}
	case base == "installed" && (dirPath == "/lib/apk/db" || dirPath == "/usr/lib/apk/db"):
		return &probe{limit: maxDatabase, look: lookApk}
	}
	return nil
}

func lookDpkg(s *sink, f scan.File, r io.Reader) error {
	packages, err := parseDpkg(r)
	if err != nil {
		return err
	}
	s.out.database(dpkgDatabase, f.Path, packages, func(name string) bool { return s.rules.Package(inventory.Deb, name) != nil })
	return nil
}

func lookApk(s *sink, f scan.File, r io.Reader) error {
	packages, err := parseApk(r)
	if err != nil {
		return err
	}
	s.out.database(apkDatabase, f.Path, packages, func(name string) bool { return s.rules.Package(inventory.Apk, name) != nil })
	return nil
}

// parseDpkg reads the status file: stanzas of fields, an empty line between them
// (deb-control(5), dpkg(1)). A package counts when its Status says installed, or
// when it has none, as in status.d. Installed-Size is in KiB.
func parseDpkg(r io.Reader) (map[string]pkg, error) {
	packages := map[string]pkg{}
	var name, status string
	var p pkg
	end := func() {
		if name != "" && (status == "" || strings.HasSuffix(status, " installed")) {
			packages[name] = p
		}
		name, status, p = "", "", pkg{}
	}
	err := lines(r, func(line string) {
		if line == "" {
			end()
			return
		}
		field, value, ok := strings.Cut(line, ": ")
		if !ok {
			return
		}
		switch field {
		case "Package":
			name = value
		case "Status":
			status = value
		case "Version":
			p.version = value
		case "Installed-Size":
			p.size = kibibytes(value)
		}
	})
	end()
	return packages, err
}

// parseApk reads Alpine's database: one-letter fields, an empty line between
// packages (apk-v2 format: P name, V version, I installed bytes).
func parseApk(r io.Reader) (map[string]pkg, error) {
	packages := map[string]pkg{}
	var name string
	var p pkg
	end := func() {
		if name != "" {
			packages[name] = p
		}
		name, p = "", pkg{}
	}
	err := lines(r, func(line string) {
		if line == "" {
			end()
			return
		}
		if len(line) < 2 || line[1] != ':' {
			return
		}
		switch value := line[2:]; line[0] {
		case 'P':
			name = value
		case 'V':
			p.version = value
		case 'I':
			p.size = number(value)
		}
	})
	end()
	return packages, err
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func kibibytes(s string) int64 {
	const mostKiB = 1 << 50
	return min(number(s), mostKiB) << 10
}

// lines calls each for every line, without its end. A line too long to be part of
// a text that people or package managers write ends the reading, without error.
func lines(r io.Reader, each func(string)) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 16<<10), 1<<20)
	for sc.Scan() {
		each(strings.TrimSuffix(sc.Text(), "\r"))
	}
	if err := sc.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return err
	}
	return nil
}
