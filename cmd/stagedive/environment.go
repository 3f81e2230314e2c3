package main

import (
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// environment is what the program takes from the system around it.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	environ        []string
	terminal       bool // stdin and stdout are terminals
}

// atKeyboard returns the environment with the keyboard as its stdin, for when
// stdin has been something else: a Dockerfile from a pipe. It stays as it is
// where there is no terminal.
func (e environment) atKeyboard() environment {
	out, ok := e.stdout.(*os.File)
	if e.terminal || !ok || !term.IsTerminal(int(out.Fd())) {
		return e
	}
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return e // no controlling terminal: nobody to press keys
	}
	e.stdin, e.terminal = tty, true
	return e
}

func system() environment {
	return environment{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, environ: os.Environ(),
		terminal: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())),
	}
}

// interactive says whether a TUI may be shown: a person sits at a terminal that
// can draw one.
func (e environment) interactive() bool {
	ci := e.getenv("CI")
	return e.terminal && e.getenv("TERM") != "dumb" && e.getenv("TERM") != "" && (ci == "" || ci == "false" || ci == "0")
}

// noColor follows no-color.org: any value counts.
func (e environment) noColor() bool { return e.getenv("NO_COLOR") != "" }

// ascii says whether the locale cannot be trusted to show more than ASCII.
func (e environment) ascii() bool {
	locale := ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale = e.getenv(name); locale != "" {
			break
		}
	}
	l := strings.ToLower(locale)
	return locale != "" && !strings.Contains(l, "utf-8") && !strings.Contains(l, "utf8")
}

// lightBackground follows COLORFGBG, which some terminals set: "FG;BG", with 7
// and 9 to 15 for light colours.
func (e environment) lightBackground() bool {
	v := e.getenv("COLORFGBG")
	bg, err := strconv.Atoi(v[strings.LastIndexByte(v, ';')+1:])
	return err == nil && (bg == 7 || bg > 8)
}

// size is that of the terminal on stdout in cells; 0 when there is none.
func (e environment) size() (width, height int) {
	f, ok := e.stdout.(*os.File)
	if !ok {
		return 0, 0
	}
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}
