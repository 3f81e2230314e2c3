package content

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stagedive/stagedive/model/sanitize"
)

// destination says where something goes that is called name: the directory to stay
// in, which exists, and the name there.
func destination(dest, name string) (parent, base string, err error) {
	if dest == "" {
		return "", "", errors.New("there is no name to write to")
	}
	into := strings.HasSuffix(dest, "/") || strings.HasSuffix(dest, string(filepath.Separator))
	info, err := os.Stat(dest)
	switch {
	case err == nil && info.IsDir():
		into = true
	case err == nil && into:
		return "", "", fmt.Errorf("%s is not a directory", sanitize.Text(dest))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", "", plain("looking at", dest, err)
	case into:
		if err := os.MkdirAll(dest, 0o777); err != nil {
			return "", "", plain("making", dest, err)
		}
	}
	if into && name == "" {
		name = "."
	}
	if into {
		return dest, name, nil
	}
	parent = filepath.Dir(dest)
	if info, err := os.Stat(parent); err != nil {
		return "", "", plain("looking at", parent, err)
	} else if !info.IsDir() {
		return "", "", fmt.Errorf("%s is not a directory", sanitize.Text(parent))
	}
	return parent, filepath.Base(dest), nil
}

// plain is an error of the file system without the calls that it comes from.
func plain(doing, name string, err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	} else if e := (*os.LinkError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("%s %s: %w", doing, sanitize.Text(name), err)
}
