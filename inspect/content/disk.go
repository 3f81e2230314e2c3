package content

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"time"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Extract writes the file or directory at a path of the image to dest: into it, if
// it is a directory or its name ends with a slash. Whatever the image holds, nothing
// is written outside, and nothing through a symbolic link below dest. Its error is
// fs.ErrExist when something is there already and may not be replaced; then nothing
// has been written.
func (r *Reader) Extract(ctx context.Context, name, dest string, opt Options) (Report, error) {
	p, err := r.plan(name, opt)
	if err != nil {
		return Report{}, err
	}
	parent, base, err := destination(dest, p.name)
	if err != nil {
		return Report{}, err
	}
	root, err := os.OpenRoot(parent)
	if err != nil {
		return Report{}, plain("opening", parent, err)
	}
	defer root.Close()
	d := &disk{plan: p, opt: opt, root: root, base: base, parent: parent, gone: map[image.NodeID]bool{}, way: way{root: root}}
	p.rep.Path = filepath.Join(parent, base)
	defer d.way.close()
	if err := d.check(); err != nil {
		return Report{}, err
	}
	if err := r.run(ctx, p, d); err != nil {
		if p.rep.Files > 0 && p.rep.Missing == 0 {
			err = fmt.Errorf("%w (%d files were written to %s before)", err, p.rep.Files, sanitize.Text(p.rep.Path))
		}
		return p.rep, err
	}
	return p.rep, nil
}

// disk writes below a directory. os.Root keeps it there: a name that leads out is an
// error of the system's, not a file.
type disk struct {
	*plan
	opt    Options
	root   *os.Root
	base   string // of what is extracted, below root
	parent string
	gone   map[image.NodeID]bool // directories that could not be made
	made   []node

	way way
}

func (d *disk) again() bool { return true }

func (d *disk) at(n node) string { return path.Join(d.base, n.rel) }

// shown is a node's place as the user knows it.
func (d *disk) shown(n node) string { return filepath.Join(d.parent, d.at(n)) }

// check looks for what is in the way.
func (d *disk) check() error {
	if _, err := d.root.Lstat(d.base); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var first string
	count := 0
	look := func(n node, dir bool) error {
		info, err := d.root.Lstat(d.at(n))
		switch {
		case err != nil || dir && info.IsDir():
			return nil //nolint:nilerr // making it will say so
		case info.IsDir():
			return fmt.Errorf("%s is a directory here and none in the image: move it away first", sanitize.Text(d.shown(n)))
		}
		if count++; count == 1 {
			first = d.shown(n)
		}
		return nil
	}
	var err error
	for _, n := range d.dirs {
		err = errors.Join(err, look(n, true))
	}
	for _, f := range d.files {
		err = errors.Join(err, look(f.node, false))
	}
	for _, n := range d.links {
		err = errors.Join(err, look(n, false))
	}
	switch {
	case err != nil:
		return first1(err)
	case count == 0 || d.opt.Replace:
		return nil
	case count == 1:
		return fmt.Errorf("%s is there already: %w", sanitize.Text(first), fs.ErrExist)
	}
	return fmt.Errorf("%s is there already, and %d more: %w", sanitize.Text(first), count-1, fs.ErrExist)
}

// first1 is the first of joined errors: one says enough.
func first1(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // what errors.Join made
		return first1(many.Unwrap()[0])
	}
	return err
}

// refused says whether an error is about a name, which leaves one file out and does
// not end it all.
func refused(err error) bool {
	return errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EILSEQ)
}

// leave says whether a node is left out for its directory is, or for an error.
func (d *disk) leave(n node, err error) bool {
	if n.id != d.top && d.gone[d.tree.Parent(n.id)] || refused(err) {
		d.gone[n.id] = true
		d.rep.Refused++
		return true
	}
	return false
}

// clear takes away what is in the way, if it may go.
func (d *disk) clear(name string) error {
	if !d.opt.Replace {
		return nil
	}
	dir, base, err := d.way.to(name)
	if err == nil {
		err = dir.Remove(base)
	}
	if errors.Is(err, fs.ErrNotExist) || refused(err) {
		return nil
	}
	return err
}

func (d *disk) dir(n node) error {
	name := d.at(n)
	if d.leave(n, nil) {
		return nil
	}
	dir, base, err := d.way.to(name)
	if err == nil {
		// Its own permissions come when it is full.
		if err = dir.Mkdir(base, 0o700); errors.Is(err, fs.ErrExist) {
			if info, serr := dir.Lstat(base); serr == nil && info.IsDir() {
				return nil
			}
			if err = d.clear(name); err == nil {
				err = dir.Mkdir(base, 0o700)
			}
		}
	}
	switch {
	case d.leave(n, err):
		return nil
	case err != nil:
		return plain("making", d.shown(n), err)
	}
	d.made = append(d.made, n)
	d.rep.Directories++
	return nil
}

func (d *disk) file(f file) sink { return &diskFile{disk: d, node: f.node} }

// times gives a file or directory its time.
func (d *disk) times(n node) error {
	t := time.Unix(d.tree.Info(n.id).ModTime, 0)
	if t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	dir, base, err := d.way.to(d.at(n))
	if err == nil {
		err = dir.Chtimes(base, t, t)
	}
	if err != nil && !errors.Is(err, syscall.EINVAL) {
		return plain("setting the time of", d.shown(n), err)
	}
	return nil
}

func (d *disk) hardlink(to, n node) error {
	if d.leave(n, nil) {
		return nil
	}
	if d.gone[to.id] {
		d.rep.Refused++
		return nil
	}
	name := d.at(n)
	err := d.clear(name)
	if err == nil {
		if err = d.root.Link(d.at(to), name); err != nil && !refused(err) && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
			err = d.copy(to, n) // a file system without hard links
		}
	}
	switch {
	case d.leave(n, err):
		return nil
	case errors.Is(err, fs.ErrNotExist): // the file was left out: it is sparse
		d.rep.Sparse++
		return nil
	case err != nil:
		return plain("linking", d.shown(n), err)
	}
	d.rep.Files++
	return nil
}

func (d *disk) copy(to, n node) error {
	in, err := d.root.Open(d.at(to))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := d.root.OpenFile(d.at(n), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Chmod(d.mode(n.id, d.opt)), out.Close())
}

func (d *disk) symlink(n node) error {
	if d.leave(n, nil) {
		return nil
	}
	name := d.at(n)
	err := d.clear(name)
	var dir *os.Root
	var base string
	if err == nil {
		dir, base, err = d.way.to(name)
	}
	if err == nil {
		err = dir.Symlink(d.tree.RawLink(n.id), base)
	}
	if err == nil && d.opt.Owner {
		info := d.tree.Info(n.id)
		err = dir.Lchown(base, int(info.UID), int(info.GID))
	}
	switch {
	case d.leave(n, err):
		return nil
	case err != nil:
		return plain("linking", d.shown(n), err)
	}
	d.rep.Links++
	return nil
}

// end gives the directories that were made their owners, permissions and times: the
// deepest first, for they may not be written to any more.
func (d *disk) end() error {
	for i := len(d.made) - 1; i >= 0; i-- {
		n := d.made[i]
		info, name := d.tree.Info(n.id), d.at(n)
		mode := d.mode(n.id, d.opt)
		if info.Implicit {
			mode = 0o755
		}
		dir, base, err := d.way.to(name)
		if err == nil && d.opt.Owner && !info.Implicit {
			err = dir.Chown(base, int(info.UID), int(info.GID))
		}
		if err == nil {
			err = dir.Chmod(base, mode)
		}
		if err != nil {
			return plain("setting the permissions of", d.shown(n), err)
		}
		if !info.Implicit {
			if err := d.times(n); err != nil {
				return err
			}
		}
	}
	return nil
}
