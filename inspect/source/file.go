package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// errNoFile is returned for what is there and is no file.
var errNoFile = errors.New("it is not a file")

// OpenFile opens a file for reading. What is none is not opened: a named pipe would
// wait for ever for someone to write, and a device may never end.
func OpenFile(name string) (*os.File, error) {
	err := regular(os.Stat(name))
	if err != nil {
		return nil, reason(err)
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, reason(err)
	}
	if err := regular(f.Stat()); err != nil { // it may have been put there since
		f.Close()
		return nil, err
	}
	return f, nil
}

// reason is an error without the path, which callers know.
func reason(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

func regular(info os.FileInfo, err error) error {
	if err == nil && !info.Mode().IsRegular() {
		err = errNoFile
	}
	return err
}

// ReadDocument reads an index, a manifest or a configuration whole, within bounds.
func ReadDocument(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err == nil && len(raw) > maxDocument {
		err = fmt.Errorf("it is larger than %d MB", maxDocument>>20)
	}
	return raw, err
}
