package gitcontext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stagedive/stagedive/model/sanitize"
)

// settings hold whatever the repository and the user configure: nothing is to be run but
// the filters of a checkout, nothing fetched, and nothing written but our own index.
// A split index would have half of itself written into .git, a file system monitor or a
// maintenance would start a process, an object that a partial clone has not got would be
// fetched. Files of Git LFS are looked for without its program, which writes into .git.
var settings = [...]string{
	"core.hooksPath=" + os.DevNull, "core.fsmonitor=", "core.splitIndex=false", "core.untrackedCache=false",
	"core.sparseCheckout=false", "index.sparse=false", "submodule.recurse=false", "protocol.allow=never",
	"gc.auto=0", "maintenance.auto=false",
	"filter.lfs.process=", "filter.lfs.smudge=", "filter.lfs.required=false",
}

// kept are the variables of git's that stay: they say how git is configured, not where
// the repository is or what it should tell.
var kept = [...]string{
	"GIT_CONFIG_", "GIT_EXEC_PATH=", "GIT_CEILING_DIRECTORIES=", "GIT_DISCOVERY_ACROSS_FILESYSTEM=",
	"GIT_ATTR_NOSYSTEM=", "GIT_NO_REPLACE_OBJECTS=",
}

// cleaned is an environment for git that says nothing of a repository.
func cleaned(environ []string) []string {
	out := slices.DeleteFunc(slices.Clone(environ), func(v string) bool {
		switch {
		case strings.HasPrefix(v, "LC_ALL="), strings.HasPrefix(v, "LANGUAGE="):
			return true
		case !strings.HasPrefix(v, "GIT_"):
			return false
		}
		return !slices.ContainsFunc(kept[:], func(k string) bool { return strings.HasPrefix(v, k) })
	})
	return append(out, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_LITERAL_PATHSPECS=1")
}

// gitError is a git that ended otherwise than well.
type gitError struct {
	what string // the subcommand
	said string // the last thing it said, on one line, sanitised
	code int    // its exit code; -1 when it was killed
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s ended with exit code %d", e.what, e.code)
	}
	return fmt.Sprintf("git %s: %s", e.what, e.said)
}

// ask runs git in a directory and returns what it prints.
func (r *Repository) ask(ctx context.Context, dir string, args ...string) (string, error) {
	return r.run(ctx, dir, nil, nil, args...)
}

// maxAnswer bounds what is kept of git's output, in bytes: the paths of a very large tree.
const maxAnswer = 1 << 30

func (r *Repository) run(ctx context.Context, dir string, more []string, stdin io.Reader, args ...string) (string, error) {
	var all []string
	for _, s := range settings {
		all = append(all, "-c", s)
	}
	cmd := exec.CommandContext(ctx, r.git, append(all, args...)...)
	cmd.Dir, cmd.Stdin = dir, stdin
	cmd.Env = slices.Concat(r.env, more)
	cmd.WaitDelay = 5 * time.Second // a filter that it has started may hold its output open
	var out limited
	errs := limited{most: 64 << 10}
	out.most = maxAnswer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return out.String(), &gitError{what: args[0], said: complaint(errs.String()), code: exit.ExitCode()}
	case err != nil:
		return "", fmt.Errorf("running git: %w", err)
	case out.over:
		return "", fmt.Errorf("git %s says more than %s bytes", args[0], strconv.Itoa(maxAnswer))
	}
	return out.String(), nil
}

// complaint is the line of git's that tells what is wrong.
func complaint(stderr string) string {
	var last string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		for _, sign := range []string{"fatal: ", "error: "} {
			if rest, ok := strings.CutPrefix(line, sign); ok {
				return sanitize.Text(rest)
			}
		}
		if line != "" {
			last = line
		}
	}
	return sanitize.Text(last)
}

// limited keeps the first bytes of what is written to it.
type limited struct {
	bytes.Buffer
	most int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	room := min(len(p), l.most-l.Len())
	l.over = l.over || room < len(p)
	l.Buffer.Write(p[:room])
	return len(p), nil
}

// quote is a text of the user's in a sentence.
func quote(s string) string { return `"` + sanitize.Text(s) + `"` }
