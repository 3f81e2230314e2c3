package buildgraph

import (
	"errors"
	"fmt"
	"net"
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/dfgitutil"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/util/system"
	digest "github.com/opencontainers/go-digest"
	mode "github.com/tonistiigi/dchapes-mode"
)

// copyWords are the words of a COPY or ADD that BuildKit looks at before the
// build, after expansion.
type copyWords struct {
	chmod, checksum string
	sources         []string
	keepGitDir      *bool
	add             bool
}

// checkCopy refuses what dockerfile2llb.dispatchCopy refuses.
func checkCopy(w copyWords) error {
	if err := checkChmod(w.chmod); err != nil {
		return err
	}
	if w.checksum != "" {
		if len(w.sources) != 1 {
			return errors.New("checksum can't be specified for multiple sources")
		}
		if !isHTTP(w.sources[0]) && !isGit(w.sources[0]) {
			return errors.New("checksum requires HTTP(S) or Git sources")
		}
	}
	for _, src := range w.sources {
		if !strings.Contains(src, ":") && !strings.HasPrefix(src, "github.com/") {
			continue // a path; ParseGitRef would take long to say so
		}
		ref, git, err := dfgitutil.ParseGitRef(src)
		switch {
		case err != nil && git:
			return err
		case err == nil && !ref.IndistinguishableFromLocal:
			if err := checkGit(w, ref); err != nil {
				return err
			}
		case !isHTTP(src):
		case !w.add:
			return errors.New("source can't be a URL for COPY")
		case w.checksum != "":
			if _, err := digest.Parse(w.checksum); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkGit(w copyWords, ref *dfgitutil.GitRef) error {
	switch {
	case !w.add:
		return errors.New("source can't be a git ref for COPY")
	case w.keepGitDir != nil && ref.KeepGitDir != nil && *w.keepGitDir != *ref.KeepGitDir:
		return errors.New("inconsistent keep-git-dir configuration")
	case w.checksum != "" && ref.Checksum != "" && w.checksum != ref.Checksum:
		return fmt.Errorf("checksum mismatch %q != %q", w.checksum, ref.Checksum)
	}
	return nil
}

func checkChmod(s string) error {
	if s == "" {
		return nil
	}
	notOctal := fmt.Errorf("invalid chmod parameter: '%v'. it should be octal string and between 0 and 07777", s)
	if p, err := strconv.ParseUint(s, 8, 32); err == nil {
		if p > 0o7777 {
			return notOctal
		}
		return nil
	}
	if _, err := mode.Parse(s); err != nil {
		var number *strconv.NumError
		if errors.As(err, &number) {
			return notOctal
		}
		return err
	}
	return nil
}

func isHTTP(src string) bool {
	return (strings.HasPrefix(src, "http://") || strings.HasPrefix(src, "https://")) && !isGit(src)
}

func isGit(src string) bool {
	ref, git, _ := dfgitutil.ParseGitRef(src)
	return ref != nil && git
}

// checkSecret refuses what dockerfile2llb.dispatchSecret refuses.
func checkSecret(m *instructions.Mount, os string) error {
	windows := os == "windows"
	target := m.Target
	if windows {
		target = system.ToSlash(target, os)
	}
	id := m.CacheID
	if m.Source != "" {
		id = m.Source
	}
	if id == "" {
		if target == "" {
			return errors.New("one of source, target required")
		}
		id = path.Base(target)
	}
	switch {
	case windows && target != "" && !system.IsAbs(target, os):
		return fmt.Errorf("secret target %q must be an absolute path with forward slashes on Windows, e.g. --mount=type=secret,id=%s,target=C:/path/to/secret", target, id)
	case windows && target == "" && m.Env == nil:
		return fmt.Errorf("secret target is required on Windows, e.g. --mount=type=secret,id=%s,target=C:/path/to/secret", id)
	}
	return nil
}

// expose checks ports ([ip:][host:]port[-port][/proto], dockerfile2llb
// convert_expose.go).
func (r *run) expose(c *instructions.ExposeCommand) {
	for _, p := range c.Ports {
		ports, missed, err := r.words.words(p, r.st.scope.env)
		r.guess = r.guess || missed && r.st.scope.open
		if err != nil {
			r.fail(err)
			return
		}
		for _, port := range ports {
			if err := r.checkPort(port); err != nil {
				r.fail(err)
				return
			}
		}
	}
}

func (r *run) checkPort(raw string) error {
	ip, host, port := splitPort(raw)
	port, proto, _ := strings.Cut(port, "/")
	if port == "" {
		return fmt.Errorf("invalid port: %q: no port specified", raw)
	}
	switch strings.ToLower(proto) {
	case "", "tcp", "udp", "sctp":
	default:
		return fmt.Errorf("invalid port: %q: invalid proto: %s", raw, proto)
	}
	if proto != strings.ToLower(proto) {
		r.lint.Run(&linter.RuleExposeProtoCasing, r.cmd.ic.Location(), linter.RuleExposeProtoCasing.Format(raw))
	}
	if ip != "" || host != "" {
		r.lint.Run(&linter.RuleExposeInvalidFormat, r.cmd.ic.Location(), linter.RuleExposeInvalidFormat.Format(raw))
	}
	if ip != "" && ip[0] == '[' {
		bare, _, err := net.SplitHostPort(ip + ":")
		if err != nil {
			return fmt.Errorf("invalid IP address %v: %w", ip, err)
		}
		ip = bare
	}
	if ip != "" && net.ParseIP(ip) == nil {
		return errors.New("invalid IP address: " + ip)
	}
	first, last, ok := portRange(port)
	if !ok {
		return errors.New("invalid containerPort: " + port)
	}
	if host != "" {
		from, to, ok := portRange(host)
		if !ok {
			return errors.New("invalid hostPort: " + host)
		}
		if last-first != to-from && last != first {
			return fmt.Errorf("invalid ranges specified for container and host Ports: %s and %s", port, host)
		}
	}
	return nil
}

// splitPort cuts [ip:][host:]port, where the IP may hold colons itself.
func splitPort(raw string) (ip, host, port string) {
	parts := strings.Split(raw, ":")
	n := len(parts)
	switch n {
	case 1:
		return "", "", raw
	case 2:
		return "", parts[0], parts[1]
	}
	return strings.Join(parts[:n-2], ":"), parts[n-2], parts[n-1]
}

func portRange(s string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(s, "-")
	first, ok = portNumber(from)
	if !ok || !isRange || from == to {
		return first, first, ok
	}
	last, ok = portNumber(to)
	return first, last, ok && last >= first
}

func portNumber(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 0)
	return int(n), err == nil && n >= 0 && n <= 65535
}
