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
)

// chmod is `chmod [-R] MODE PATH…`, MODE in octal or as u+x,go-w.
func chmod(_ context.Context, args []string, s streams) error {
	recursive := false
	if len(args) > 0 && args[0] == "-R" { // -x and the like are modes
		recursive, args = true, args[1:]
	}
	if len(args) < 2 {
		fmt.Fprintln(s.err, "usage: chmod [-R] MODE PATH…")
		return status(1)
	}
	var failed error
	for _, root := range args[1:] {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.Type()&fs.ModeSymlink == 0 || path == root {
				err = changeMode(path, args[0])
			}
			if err == nil && entry.IsDir() && !recursive {
				err = fs.SkipDir
			}
			return err
		})
		if err != nil {
			fmt.Fprintf(s.err, "chmod: %v\n", err)
			failed = status(1)
		}
	}
	return failed
}

func changeMode(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode, err := modeFrom(text, info.Mode())
	if err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// modeFrom applies an octal or symbolic mode (POSIX chmod) to the present one.
func modeFrom(text string, present fs.FileMode) (fs.FileMode, error) {
	if octal, err := strconv.ParseUint(text, 8, 12); err == nil {
		mode := fs.FileMode(octal & 0o777)
		for bit, special := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
			if octal&bit != 0 {
				mode |= special
			}
		}
		return mode, nil
	}
	mode := present & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	for clause := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(clause, "+-=")
		if at < 0 || strings.Trim(clause[:at], "ugoa") != "" || strings.Trim(clause[at+1:], "rwxXst") != "" {
			return 0, fmt.Errorf("%q is no mode", text)
		}
		who := clause[:at]
		if who == "" || strings.Contains(who, "a") {
			who = "ugo"
		}
		var bits, all fs.FileMode
		for _, class := range who {
			shift := map[rune]int{'u': 6, 'g': 3, 'o': 0}[class]
			all |= 7 << shift
			for _, permission := range clause[at+1:] {
				switch permission {
				case 'r':
					bits |= 4 << shift
				case 'w':
					bits |= 2 << shift
				case 'x':
					bits |= 1 << shift
				case 'X': // for directories, and where someone may already execute
					if present.IsDir() || present&0o111 != 0 {
						bits |= 1 << shift
					}
				case 's':
					bits |= map[rune]fs.FileMode{'u': fs.ModeSetuid, 'g': fs.ModeSetgid}[class]
				case 't':
					bits |= fs.ModeSticky
				}
			}
		}
		switch clause[at] {
		case '+':
			mode |= bits
		case '-':
			mode &^= bits
		case '=':
			mode = mode&^all | bits
		}
	}
	return mode, nil
}
