package mark

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
)

// probe is one way to look into a file. Probes keep nothing: the sink is given.
type probe struct {
	limit int64 // how much of the content it asks for; 0 means that the head is enough, scan.All that it all may be needed
	look  func(s *sink, f scan.File, r io.Reader) error
}

func (p *probe) want(f scan.File) int64 {
	if p.limit == scan.All || f.Size <= p.limit {
		return scan.All
	}
	return p.limit
}

// probeFor is the probe that a regular file calls for by its path and head, or
// nil. It sees every file of the image: the cheap and decisive tests come first,
// and none allocates.
func probeFor(f scan.File, dirPath, base string) *probe {
	if isELF(f.Head) {
		return nil // the rules see to programs
	}
	if p := layoutProbe(f, dirPath, base); p != nil {
		return p
	}
	if p := accountsProbe(dirPath, base); p != nil {
		return p
	}
	if p := keystoreProbe(f, dirPath, base); p != nil {
		return p
	}
	if bytes.IndexByte(f.Head, 0) >= 0 {
		return nil
	}
	return textProbe(f, dirPath, base)
}

// isELF says whether the head is that of an ELF object (System V gABI, chapter 4).
func isELF(head []byte) bool { return len(head) > 18 && string(head[:4]) == "\x7fELF" }

// extension is path.Ext in lower case, without allocating for one that is.
func extension(base string) string { return strings.ToLower(path.Ext(base)) }

// layoutProbe knows projects and repositories by the files that each has.
func layoutProbe(f scan.File, dirPath, base string) *probe {
	switch base {
	case "package.json":
		if isApplicationDir(dirPath) {
			return &probe{limit: maxManifest, look: lookManifest}
		}
	case "HEAD":
		if path.Base(dirPath) == ".git" {
			return &probe{look: lookGitHead}
		}
	case "wc.db", "entries":
		if path.Base(dirPath) == ".svn" {
			return &probe{look: lookSvn}
		}
	case "00changelog.i", "requires":
		if strings.HasSuffix(dirPath, "/.hg/store") || path.Base(dirPath) == ".hg" {
			return &probe{look: lookHg}
		}
	}
	return nil
}
