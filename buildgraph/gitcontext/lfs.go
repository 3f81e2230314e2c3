package gitcontext

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// pointer is what git keeps in place of a file of Git LFS (git-lfs, docs/spec.md).
type pointer struct {
	sum  string // SHA-256 of the file, in hexadecimal
	size int64  // bytes
}

// errDamaged is told of a file that is not what its pointer promises.
var errDamaged = errors.New("the file is damaged")

// maxPointer is the size in bytes from which on a file is no pointer, as its specification says.
const maxPointer = 1024

// readPointer reads one; false for any other file.
func readPointer(path string) (p pointer, ok bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() >= maxPointer {
		return p, false
	}
	text, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(text, []byte("version https://git-lfs.github.com/spec/v1\n")) {
		return p, false
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if sum, found := strings.CutPrefix(lines.Text(), "oid sha256:"); found {
			if raw, err := hex.DecodeString(sum); err == nil && len(raw) == sha256.Size {
				p.sum = strings.ToLower(sum)
			}
		}
		if n, found := strings.CutPrefix(lines.Text(), "size "); found {
			if p.size, err = strconv.ParseInt(n, 10, 64); err != nil {
				return p, false
			}
		}
	}
	return p, p.sum != "" && p.size >= 0
}

// large puts the files of Git LFS in the place of their pointers, as its own program
// would, as far as they lie in the repository. Nothing is fetched. Where that program is
// not set up a checkout leaves the pointers, and so does this.
func (r *Repository) large(ctx context.Context, c *Checkout, names []string, ask func(stdin string, args ...string) (string, error)) error {
	found := map[string]pointer{}
	var all strings.Builder
	for _, name := range names {
		if p, ok := readPointer(c.Path(name)); ok {
			found[name] = p
			all.WriteString(name + "\x00")
		}
	}
	if len(found) == 0 || !r.hasLFS(ctx) {
		return nil
	}
	text, err := ask(all.String(), "check-attr", "--cached", "--stdin", "-z", "filter")
	if err != nil {
		return err
	}
	fields := strings.Split(text, "\x00") // path, "filter", value, …
	var missing []string
	for i := 0; i+2 < len(fields); i += 3 {
		p, ok := found[fields[i]]
		if !ok || fields[i+2] != "lfs" {
			continue
		}
		if err := r.place(c.home, c.Path(fields[i]), p); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			missing = append(missing, sanitize.Text(fields[i]))
		}
	}
	if n := len(missing); n > 0 {
		c.note("%s of Git LFS %s not on this machine, so that pointers stand in their place; run git lfs fetch origin %s: %s",
			measure.Plural(n, "file"), isAre(n), c.Commit.Short(), few(missing))
	}
	return nil
}

// hasLFS says whether a checkout would put the files there.
func (r *Repository) hasLFS(ctx context.Context) bool {
	for _, name := range []string{"filter.lfs.process", "filter.lfs.smudge"} {
		out, err := r.ask(ctx, r.Top, "config", "-z", "--get-all", name)
		if values := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00"); err == nil && len(values) > 1 && values[len(values)-2] != "" {
			return true // the last one is ours
		}
	}
	return false
}

// place copies a file of Git LFS over its pointer, if it is what that promises. Until it
// is whole it lies in another directory.
func (r *Repository) place(work, path string, p pointer) (err error) {
	from, err := os.Open(filepath.Join(r.common, "lfs", "objects", p.sum[:2], p.sum[2:4], p.sum))
	if err != nil {
		return err
	}
	defer from.Close() // only read
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	tmp := filepath.Join(work, "large")
	to, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp)
		}
	}()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, sum), io.LimitReader(from, p.size+1))
	if closing := to.Close(); err == nil {
		err = closing
	}
	switch {
	case err != nil:
		return err
	case n != p.size || hex.EncodeToString(sum.Sum(nil)) != p.sum:
		return errDamaged
	}
	return os.Rename(tmp, path)
}
