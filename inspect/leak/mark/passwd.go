package mark

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/sanitize"
)

// accountsProbe knows the files of accounts, passwd(5) and shadow(5).
func accountsProbe(dirPath, base string) *probe {
	if dirPath == "/etc" && base == "passwd" {
		return &probe{limit: maxManifest, look: lookPasswd}
	}
	return nil
}

// Numbers of the accounts that people and programs get (login.defs(5)).
const (
	firstUser = 1000
	lastUser  = 60000
	nonroot   = 65532 // distroless's
)

// lookPasswd notes an account that a program could run as, and those that nobody asks a
// password of.
func lookPasswd(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxManifest)
	if err != nil {
		return err
	}
	user := ""
	n := 0
	for line := range bytes.Lines(data) {
		n++
		fields := strings.Split(strings.TrimSpace(string(line)), ":")
		if len(fields) != 7 {
			continue
		}
		uid, err := strconv.Atoi(fields[2])
		if err != nil {
			continue
		}
		if user == "" && (uid >= firstUser && uid < lastUser || uid == nonroot) {
			user = fields[0]
		}
		if fields[1] == "" && !strings.HasSuffix(fields[6], "nologin") && !strings.HasSuffix(fields[6], "/false") {
			s.openAccount(f, n, fields[0])
		}
	}
	if user != "" {
		s.mark(Mark{Kind: Account, Path: f.Path, Name: user})
	}
	return nil
}

// lookShadow notes the accounts that nobody asks a password of.
func (s *sink) lookShadow(f scan.File, data []byte) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if fields := strings.Split(strings.TrimSpace(string(line)), ":"); len(fields) >= 8 && fields[0] != "" && fields[1] == "" {
			s.openAccount(f, n, fields[0])
		}
	}
}

func (s *sink) openAccount(f scan.File, line int, user string) {
	s.mark(Mark{Kind: OpenAccount, Path: f.Path, Name: user, Size: f.Size, Line: line, Detail: fmt.Sprintf("line %d has no password for %s", line, sanitize.Text(user))})
}
