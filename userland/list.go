//go:build unix

package userland

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
)

// list is `ls [-alhd1FR] [PATH…]`. A path that is not there is an error, as
// scripts expect; the rest is still listed.
func list(_ context.Context, args []string, s streams) error {
	opts, err := parseOptions("ls", args, "aAlhd1FRrtS", s)
	if err != nil {
		return err
	}
	paths := opts.words
	if len(paths) == 0 {
		paths = []string{"."}
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 1, ' ', 0)
	defer table.Flush()
	var failed error
	complain := func(err error) {
		fmt.Fprintf(s.err, "ls: %v\n", err)
		failed = status(1)
	}
	show := func(name, path string) {
		info, err := os.Lstat(path)
		if err != nil {
			complain(err)
			return
		}
		fmt.Fprintln(table, entryLine(name, path, info, opts))
	}
	var dirs []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir() && !opts.has('d'):
			dirs = append(dirs, path)
		default:
			show(path, path)
		}
	}
	for i := 0; i < len(dirs); i++ {
		dir := dirs[i]
		entries, err := os.ReadDir(dir)
		if err != nil {
			complain(err)
			continue
		}
		if len(dirs) > 1 || len(paths) > 1 || opts.has('R') {
			fmt.Fprintf(table, "%s:\n", dir)
		}
		if opts.has('a') {
			show(".", dir)
			show("..", filepath.Join(dir, ".."))
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") && !opts.has('a') && !opts.has('A') {
				continue
			}
			path := filepath.Join(dir, entry.Name())
			show(entry.Name(), path)
			if opts.has('R') && entry.IsDir() {
				dirs = append(dirs, path)
			}
		}
		table.Flush()
	}
	return failed
}

// entryLine is one line of a listing, with tabs between its columns.
func entryLine(name, path string, info fs.FileInfo, opts options) string {
	if opts.has('F') {
		switch {
		case info.IsDir():
			name += "/"
		case info.Mode()&fs.ModeSymlink != 0:
			name += "@"
		case info.Mode().Perm()&0o111 != 0:
			name += "*"
		}
	}
	if !opts.has('l') {
		return name
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err := os.Readlink(path); err == nil {
			name += " -> " + target
		}
	}
	links, owner, group := uint64(1), uint32(0), uint32(0)
	if raw, ok := info.Sys().(*syscall.Stat_t); ok {
		links, owner, group = uint64(raw.Nlink), raw.Uid, raw.Gid
	}
	size := strconv.FormatInt(info.Size(), 10)
	if opts.has('h') {
		size = readable(info.Size())
	}
	return fmt.Sprintf("%s\t%d\t%d\t%d\t%s\t%s\t%s", modeText(info.Mode()), links, owner, group,
		size, info.ModTime().Format("2006-01-02 15:04"), name)
}

// modeText writes a mode as ls does: the kind first, set-id and sticky bits in
// the place of an x.
func modeText(mode fs.FileMode) string {
	kind := "-"
	switch {
	case mode.IsDir():
		kind = "d"
	case mode&fs.ModeSymlink != 0:
		kind = "l"
	case mode&fs.ModeCharDevice != 0:
		kind = "c"
	case mode&fs.ModeDevice != 0:
		kind = "b"
	case mode&fs.ModeNamedPipe != 0:
		kind = "p"
	case mode&fs.ModeSocket != 0:
		kind = "s"
	}
	text := []byte(kind + mode.Perm().String()[1:])
	for _, special := range []struct {
		bit   fs.FileMode
		place int
		mark  byte
	}{{fs.ModeSetuid, 3, 's'}, {fs.ModeSetgid, 6, 's'}, {fs.ModeSticky, 9, 't'}} {
		if mode&special.bit == 0 {
			continue
		}
		if text[special.place] == '-' {
			special.mark -= 'a' - 'A'
		}
		text[special.place] = special.mark
	}
	return string(text)
}

// readable writes a size with a unit of 1024s, as ls -h does.
func readable(size int64) string {
	value, units := float64(size), "BKMGT"
	for len(units) > 1 && value >= 1024 {
		value, units = value/1024, units[1:]
	}
	if units[0] == 'B' {
		return strconv.FormatInt(size, 10)
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + units[:1]
}
