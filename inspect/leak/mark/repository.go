package mark

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
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
	s.mark(Mark{Kind: GitHead, Path: f.Path, Size: f.Size, Detail: fmt.Sprintf("%s says %q", f.Path, head)})
	return nil
}

// lookSvn proves a Subversion working copy: a SQLite database, or a format number.
func lookSvn(s *sink, f scan.File, _ io.Reader) error {
	if bytes.HasPrefix(f.Head, []byte("SQLite format 3\x00")) || len(f.Head) > 1 && f.Head[0] >= '0' && f.Head[0] <= '9' {
		s.mark(Mark{Kind: SvnStore, Path: f.Path, Size: f.Size, Detail: f.Path + " is a working copy's database"})
	}
	return nil
}

func lookHg(s *sink, f scan.File, _ io.Reader) error {
	s.mark(Mark{Kind: HgStore, Path: f.Path, Size: f.Size, Detail: f.Path + " is part of a Mercurial store"})
	return nil
}
