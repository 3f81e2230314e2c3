package content

import (
	"os"
	"path"
	"strings"
)

// way is the directories that lead to the one that was used last. Most files lie side
// by side, and one that lies a thousand directories deep shall not cost a thousand
// times as much as one at the top.
type way struct {
	root   *os.Root
	levels []level // the last of them, each below the one before
}

type level struct {
	path string // below root, with a slash at its end
	dir  *os.Root
}

// maxLevels bounds how many directories are open.
const maxLevels = 64

// to opens the directory that a name lies in. Like root, it cannot be left.
func (w *way) to(name string) (dir *os.Root, base string, err error) {
	at, base := path.Split(name)
	for n := len(w.levels); n > 0 && !strings.HasPrefix(at, w.levels[n-1].path); n-- {
		w.levels[n-1].dir.Close()
		w.levels = w.levels[:n-1]
	}
	dir, done := w.root, ""
	if n := len(w.levels); n > 0 {
		dir, done = w.levels[n-1].dir, w.levels[n-1].path
	}
	for rest := at[len(done):]; rest != ""; {
		part, more, _ := strings.Cut(rest, "/")
		if dir, err = dir.OpenRoot(part); err != nil {
			return nil, "", err
		}
		rest, done = more, done+part+"/"
		w.levels = append(w.levels, level{done, dir})
		if len(w.levels) > maxLevels {
			w.levels[0].dir.Close()
			w.levels = append(w.levels[:0], w.levels[1:]...)
		}
	}
	return dir, base, nil
}

func (w *way) close() {
	for _, l := range w.levels {
		l.dir.Close()
	}
	w.levels = nil
}
