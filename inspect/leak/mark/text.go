package mark

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/credential"
	"github.com/stagedive/stagedive/inspect/leak/paths"
	"github.com/stagedive/stagedive/inspect/leak/privatekey"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/inspect/leak/token"
	"github.com/stagedive/stagedive/inspect/scan"
	"github.com/stagedive/stagedive/model/sanitize"
)

// maxSearched is how much of a text is searched for secrets.
const maxSearched = 2 << 20

// textProbe knows texts that may hold a secret: those that programs keep credentials in,
// wherever they lie, those named as keys are, and all that a project may have put there.
func textProbe(f scan.File, dirPath, base string) *probe {
	if credentialFileAt(f, dirPath, base) == nil && !mayHoldKey(f, base) && (!HoldsOwnTexts(dirPath) || strings.HasSuffix(base, ".map")) {
		return nil
	}
	return &probe{limit: maxSearched, look: lookText}
}

// credentialFileAt is the kind of file that credentials are kept in, or nil.
func credentialFileAt(f scan.File, dirPath, base string) *credential.File {
	if f.Size > maxText {
		return nil
	}
	file := credential.At(dirPath, base)
	if file != nil && file.General && !HoldsOwnTexts(dirPath) {
		return nil
	}
	return file
}

// lookText looks for private keys, credentials and tokens. What one of them has told is
// not told again by the next.
func lookText(s *sink, f scan.File, r io.Reader) error {
	data, err := s.read(r, maxSearched)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return err
	}
	var told []place
	for _, k := range privatekey.Find(data) {
		told = append(told, place{k.From, k.To})
		s.secret(f, data, k.From, Mark{Kind: PrivateKey, Name: k.What, Weak: k.Locked}, fmt.Sprintf("begins %s of %d bytes", k.What, k.Bytes))
	}
	dirPath, base := path.Split(f.Path)
	if f.Path == "/etc/shadow" {
		s.lookShadow(f, data)
	}
	if file := credentialFileAt(f, clip(dirPath), base); file != nil {
		for _, c := range file.Find(data) {
			if within(told, c.At) {
				continue
			}
			from, to := lineAt(data, c.At)
			told = append(told, place{from, to})
			k := Credential
			if file.Hashes {
				k = PasswordHash
			}
			s.secret(f, data, c.At, Mark{Kind: k, Name: file.What}, "sets "+sanitize.Shorten(sanitize.Text(redact.Name(c.What)), 60))
		}
	}
	if !HoldsOwnTexts(clip(dirPath)) {
		return nil
	}
	allowed := 0
	for _, h := range token.Find(data) {
		if allowed == 0 {
			if allowed = 1; token.Allowed(f.Path) {
				return nil
			}
		}
		if within(told, h.From) {
			continue
		}
		m := Mark{Kind: Token, Name: h.What, Weak: h.Rule == "gcp-api-key"}
		if h.Rule == "age-secret-key" {
			m = Mark{Kind: PrivateKey, Name: "an age secret key"}
		}
		s.secret(f, data, h.From, m, fmt.Sprintf("has the form of a %s (rule %s)", h.What, h.Rule))
	}
	return nil
}

// secret notes what a text holds at a place: where that is, and nothing of its value.
func (s *sink) secret(f scan.File, data []byte, at int, m Mark, what string) {
	from, _ := lineAt(data, at)
	m.Path, m.Size, m.Line = f.Path, f.Size, 1+bytes.Count(data[:at], []byte("\n"))
	m.Detail = fmt.Sprintf("line %d, column %d %s", m.Line, at-from+1, what)
	s.mark(m)
}

// lineAt is where the line begins and ends that a place lies on.
func lineAt(data []byte, at int) (from, to int) {
	from = bytes.LastIndexByte(data[:at], '\n') + 1
	if to = bytes.IndexByte(data[at:], '\n'); to < 0 {
		return from, len(data)
	}
	return from, at + to
}

// place is a part of a text.
type place struct{ from, to int }

func within(places []place, at int) bool {
	for _, p := range places {
		if at >= p.from && at < p.to {
			return true
		}
	}
	return false
}

// HoldsOwnTexts says whether somebody may have put texts of his own into a directory: in
// those of the distribution, of installed packages, of version control and of caches,
// everything is published, or told of by another rule.
func HoldsOwnTexts(d string) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(d, "/"), "/")
	switch first {
	case "lib", "lib64", "lib32", "boot", "proc", "sys", "dev":
		return false
	case "usr":
		second, _, _ := strings.Cut(rest, "/")
		if second != "local" && second != "src" && second != "app" && !paths.Below(d, "/usr/share/nginx") {
			return false
		}
	case "var":
		if paths.Below(d, "/var/lib/dpkg") || paths.Below(d, "/var/lib/apt") || paths.Below(d, "/var/lib/rpm") || paths.Below(d, "/var/cache") {
			return false
		}
	}
	for _, part := range [...]string{
		"/node_modules", "/site-packages", "/dist-packages", "/gems", "/linux-headers", "/pkg/mod", "/registry/src",
		"/lib/python", "/share/doc", "/share/man", "/.git/", "/.m2/repository", "/_cacache", "/.cache/", "/usr/local/go/", "/include/",
	} {
		if strings.Contains(d, part) {
			return false
		}
	}
	return !strings.HasSuffix(d, "/.git")
}

// mayHoldKey says whether a text begins with a private key, or is named as those are
// where one may follow a certificate.
func mayHoldKey(f scan.File, base string) bool {
	if bytes.Contains(f.Head, []byte("PRIVATE KEY")) && bytes.Contains(f.Head, []byte("-----BEGIN ")) ||
		bytes.HasPrefix(f.Head, []byte("PuTTY-User-Key-File-")) {
		return true
	}
	switch extension(base) {
	case ".pem", ".key", ".p8", ".crt", ".asc", ".ppk":
		return f.Size <= maxText
	}
	return false
}
