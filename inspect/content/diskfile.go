package content

import "os"

// diskFile is a file being written.
type diskFile struct {
	*disk
	node
	f    *os.File
	size int64
	done bool // it was written before: its layer has it again
	out  bool // it is left out
}

// Begin implements sink.
func (f *diskFile) Begin() error {
	if f.out = f.out || f.leave(f.node, nil); f.out {
		return nil
	}
	name, how := f.at(f.node), os.O_WRONLY|os.O_CREATE|os.O_EXCL
	if f.done {
		how = os.O_WRONLY | os.O_TRUNC
		f.rep.Files, f.rep.Bytes = f.rep.Files-1, f.rep.Bytes-f.size
	} else if err := f.clear(name); err != nil {
		return plain("replacing", f.shown(f.node), err)
	}
	f.size = 0
	dir, base, err := f.way.to(name)
	if err == nil {
		f.f, err = dir.OpenFile(base, how, 0o600)
	}
	switch {
	case f.leave(f.node, err):
		f.out = true
		return nil
	case err != nil:
		return plain("writing", f.shown(f.node), err)
	}
	return nil
}

// Write implements io.Writer.
func (f *diskFile) Write(b []byte) (int, error) {
	if f.out {
		return len(b), nil
	}
	n, err := f.f.Write(b)
	f.size += int64(n)
	if err != nil {
		return n, plain("writing", f.shown(f.node), err)
	}
	return n, nil
}

// End implements sink.
func (f *diskFile) End() error {
	if f.out {
		return nil
	}
	var err error
	info := f.tree.Info(f.id)
	if f.opt.Owner {
		err = f.f.Chown(int(info.UID), int(info.GID))
	}
	if err == nil {
		err = f.f.Chmod(f.mode(f.id, f.opt))
	}
	if cerr := f.f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return plain("writing", f.shown(f.node), err)
	}
	f.done = true
	f.rep.Files, f.rep.Bytes = f.rep.Files+1, f.rep.Bytes+f.size
	return f.times(f.node)
}

// Abort implements sink.
func (f *diskFile) Abort() {
	if f.f == nil {
		return
	}
	f.f.Close()
	if err := f.root.Remove(f.at(f.node)); err == nil && f.done {
		f.done = false
		f.rep.Files, f.rep.Bytes = f.rep.Files-1, f.rep.Bytes-f.size
	}
}
