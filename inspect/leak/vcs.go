package leak

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/measure"
)

// lookGitHead proves that a .git directory is one: its HEAD is a reference or a
// commit (gitrepository-layout(5)).
func lookGitHead(s *sink, f scan.File, _ io.Reader) error {
	head := strings.TrimSpace(string(f.Head))
	switch {
	case strings.HasPrefix(head, "ref: refs/"):
	case (len(head) == 40 || len(head) == 64) && strings.Trim(head, "0123456789abcdef") == "":
		head = "commit " + head[:12]
	default:
		return nil
	}
	s.mark(mark{kind: gitHead, path: f.Path, size: f.Size, detail: fmt.Sprintf("%s says %q", f.Path, head)})
	return nil
}

// lookSvn proves a Subversion working copy: a SQLite database, or a format number.
func lookSvn(s *sink, f scan.File, _ io.Reader) error {
	if bytes.HasPrefix(f.Head, []byte("SQLite format 3\x00")) || len(f.Head) > 1 && f.Head[0] >= '0' && f.Head[0] <= '9' {
		s.mark(mark{kind: svnStore, path: f.Path, size: f.Size, detail: f.Path + " is a working copy's database"})
	}
	return nil
}

func lookHg(s *sink, f scan.File, _ io.Reader) error {
	s.mark(mark{kind: hgStore, path: f.Path, size: f.Size, detail: f.Path + " is part of a Mercurial store"})
	return nil
}

// repositories reports version-control directories that are real ones.
func repositories(v *view) []leak {
	var leaks []leak
	for i, l := range v.layers {
		seen := map[string]bool{}
		for _, m := range l.marks {
			found := leak{layer: i, path: path.Dir(m.path), gone: -1, root: true, swallows: "SV", evidence: []string{m.detail}}
			switch m.kind {
			case gitHead:
				objects, size := l.sum(found.path + "/objects")
				if objects == 0 && !l.holds(found.path+"/refs") {
					continue
				}
				found.rule = "SD-V001"
				if objects > 0 {
					found.evidence = append(found.evidence, fmt.Sprintf("objects/ holds %s, %s", measure.Plural(objects, "file"), measure.Bytes(size)))
				}
			case hgStore:
				found.rule = "SD-V002"
				found.path = m.path[:strings.Index(m.path, "/.hg/")+len("/.hg")]
				if !l.holds(found.path + "/store") {
					continue
				}
			case svnStore:
				found.rule = "SD-V003"
			default:
				continue
			}
			if seen[found.path] {
				continue
			}
			seen[found.path] = true
			found.count, found.size = v.brought(i, found.path)
			leaks = append(leaks, found)
		}
	}
	return leaks
}
