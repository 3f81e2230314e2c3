//go:build unix

package userland

import (
	"context"
	_ "embed"
	"strings"
)

//go:embed applets.txt
var applets string

// command is one applet: what it was called with, and where it reads and writes.
// A status as its error says that it has reported the failure itself.
type command func(ctx context.Context, args []string, s streams) error

// find gives the command of that name, nil when this binary has none.
func find(name string) command {
	switch name {
	case "sh":
		return shell
	case "basename":
		return basename
	case "chmod":
		return chmod
	case "cp":
		return copyFiles
	case "cut":
		return cut
	case "date":
		return date
	case "dirname":
		return dirname
	case "env":
		return env
	case "grep":
		return grep
	case "head":
		return head
	case "id":
		return id
	case "ln":
		return link
	case "ls":
		return list
	case "mkdir":
		return makeDirs
	case "readlink":
		return readlink
	case "rmdir":
		return rmdir
	case "seq":
		return seq
	case "sleep":
		return sleep
	case "sort":
		return sortLines
	case "stty":
		return terminalSize
	case "tail":
		return tail
	case "tee":
		return tee
	case "tr":
		return translate
	case "uname":
		return uname
	case "uniq":
		return uniq
	case "wc":
		return count
	case "which":
		return which
	}
	if strings.Contains(applets, "\nrest "+name+"\n") {
		return borrowed(name)
	}
	return nil
}
