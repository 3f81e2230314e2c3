// Package credential knows the files that programs keep credentials in, and reads where
// in them one is: never what it is. Which files those are is in files.txt.
package credential

import (
	_ "embed"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed files.txt
var filesText string

// Clue is a credential in a file. It names the setting, and holds nothing of the value.
type Clue struct {
	What string // as the file names it: "_authToken"; raw, for the caller to sanitise
	At   int    // where in the file it is, in bytes
}

// File is a kind of file that holds credentials.
type File struct {
	What    string // "npm credentials"
	General bool   // its name says little: what package managers installed may have it, too
	Hashes  bool   // it holds password hashes rather than passwords
	end     string // of the path
	read    reader
}

// reader finds the credentials in a file.
type reader func(data []byte) []Clue

// Find reads a file of this kind.
func (f *File) Find(data []byte) []Clue { return f.read(data) }

// At is the kind of file that lies at a path, or nil. It is asked of every text of an
// image, so for nearly all of them it is two look-ups.
func At(dirPath, base string) *File {
	t := table()
	for _, f := range t.byBase[base] {
		if f.fits(dirPath, base) {
			return f
		}
	}
	if !t.extensions[path.Ext(base)] && !strings.HasPrefix(base, ".env.") {
		return nil
	}
	for _, f := range t.globs {
		if f.fits(dirPath, base) {
			return f
		}
	}
	return nil
}

// fits compares a path with the end that the file's kind has.
func (f *File) fits(dirPath, base string) bool {
	dir, name := path.Split(f.end)
	if ok, err := path.Match(name, base); !ok || err != nil || isTemplate(base) {
		return false
	}
	if dir == "" {
		return true
	}
	dir = dir[:len(dir)-1]
	if !strings.Contains(dir, "*") {
		return strings.HasSuffix(dirPath, "/"+dir)
	}
	parts, have := strings.Split(dir, "/"), strings.Split(dirPath, "/")
	if len(have) < len(parts) {
		return false
	}
	ok, err := path.Match(dir, strings.Join(have[len(have)-len(parts):], "/"))
	return ok && err == nil
}

// isTemplate says whether a file is named as one to copy and fill in.
func isTemplate(base string) bool {
	switch path.Ext(base) {
	case ".example", ".sample", ".template", ".dist", ".defaults", ".schema", ".tpl", ".tmpl", ".j2":
		return true
	}
	for _, part := range [...]string{"example", "sample", "template"} {
		if strings.Contains(base, part) {
			return true
		}
	}
	return false
}

// files is files.txt, read.
type files struct {
	byBase     map[string][]*File
	globs      []*File
	extensions map[string]bool // that a glob can match
}

var table = sync.OnceValue(func() files { return parse(filesText) })

// parse reads the text. What it can't read it leaves out; a test tells.
func parse(text string) files {
	t := files{byBase: map[string][]*File{}, extensions: map[string]bool{}}
	for line := range strings.Lines(text) {
		fields := strings.Split(line, "|")
		if strings.HasPrefix(line, "#") || len(fields) != 3 {
			continue
		}
		how := strings.Fields(fields[2])
		f := &File{end: strings.TrimSpace(fields[0]), What: strings.TrimSpace(fields[1])}
		if len(how) == 0 || f.end == "" {
			continue
		}
		if f.read = readerNamed(how[0], how[1:]); f.read == nil {
			continue
		}
		f.Hashes = how[0] == "hashes"
		if base := path.Base(f.end); strings.Contains(base, "*") {
			f.General = strings.HasPrefix(base, "*")
			t.globs = append(t.globs, f)
			t.extensions[path.Ext(base)] = true
		} else {
			f.General = f.end == base && (base == "auth.json" || base == "settings.xml")
			t.byBase[base] = append(t.byBase[base], f)
		}
	}
	slices.SortStableFunc(t.globs, func(a, b *File) int { // the one that says most first
		if a.General != b.General {
			if b.General {
				return -1
			}
			return 1
		}
		return 0
	})
	return t
}

func readerNamed(name string, names []string) reader {
	switch name {
	case "settings":
		return settingsNamed(names)
	case "secrets":
		return secretSettings
	case "urls":
		return urls
	case "json":
		return membersNamed(names)
	case "xml":
		return elementsNamed(names)
	case "whole":
		return whole
	case "docker":
		return dockerLogins
	case "composer":
		return composerLogins
	case "google":
		return googleKeys
	case "pulumi":
		return pulumiTokens
	case "connections":
		return connections
	case "netrc":
		return netrcPasswords
	case "pgpass":
		return pgpassLines
	case "hashes":
		return hashes
	case "bundle":
		return bundleHosts
	case "define":
		return defines
	case "manifest":
		return manifests
	case "gitconfig":
		return gitConfig
	case "sasl":
		return saslPasswords
	}
	return nil
}
