package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The tape of the README's picture, played on a virtual terminal: the picture
// shows what the program does, or this test fails.
func TestDemoTape(t *testing.T) {
	needEngine(t)
	tape, err := os.ReadFile("../../demo.tape")
	if err != nil {
		t.Fatal(err)
	}
	actions, err := readTape(string(tape))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t)
	shell := exec.Command("bash", "--noprofile", "--norc")
	shell.Env, shell.Dir = append(h.env, "PS1=$ "), h.dir
	s := startTerminal(t, shell, 140, 40)
	s.see("$")
	for _, a := range actions {
		a.play(s)
		if t.Failed() {
			t.Fatalf("demo.tape:%d: the above", a.line)
		}
	}
	s.until("the explorer to leave", func(string) bool { return !s.alternate() })
	s.restored()
	s.typed("exit\r").ends(exitOK)
	judgeDemo(t, h)
}

// action is what one line of a tape does.
type action struct {
	line int
	keys []string       // to press
	wait *regexp.Regexp // or: what the screen must come to match

	patience time.Duration // of the wait
}

// play does the action. A wait has our patience or that of the tape, whichever
// is longer: a test machine may be slower than that of the picture.
func (a action) play(s *terminal) {
	s.t.Helper()
	if a.wait != nil {
		s.patience = max(patience, a.patience)
		s.until(fmt.Sprintf("demo.tape:%d: /%s/", a.line, a.wait), a.wait.MatchString)
		return
	}
	s.press(a.keys...)
}

var (
	tapeWait = regexp.MustCompile(`^Wait(?:\+(Screen|Line))?(?:@(\d+(?:ms|s|m)))?\s+/(.*)/$`)
	tapeKey  = regexp.MustCompile(`^(Enter|Tab|Space|Escape|Backspace|Up|Down|Left|Right|PageUp|PageDown|Ctrl\+\S)(?:@\S+)?(?:\s+(\d+))?$`)
	tapeType = regexp.MustCompile(`^Type(?:@\S+)?\s+(["'` + "`" + `])(.*)["'` + "`" + `]$`)
)

// readTape reads the part of VHS' language that our tape has
// (https://github.com/charmbracelet/vhs, "The Tape File"). What is only for the
// picture, sizes and pauses, does nothing; what it does not know is an error. A
// comment "# expect: TEXT" waits for the text.
func readTape(text string) ([]action, error) {
	var out []action
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		a := action{line: number}
		word, _, _ := strings.Cut(line, " ")
		if want, ok := strings.CutPrefix(line, "# expect: "); ok {
			a.wait = regexp.MustCompile(regexp.QuoteMeta(want))
		} else if line == "" || line[0] == '#' {
			continue
		} else if m := tapeType.FindStringSubmatch(line); m != nil {
			a.keys = strings.Split(m[2], "")
		} else if m := tapeKey.FindStringSubmatch(line); m != nil {
			for range repeats(m[2]) {
				a.keys = append(a.keys, keyOf(m[1]))
			}
		} else if m := tapeWait.FindStringSubmatch(line); m != nil {
			var err error
			if a.wait, err = regexp.Compile(m[3]); err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			a.patience, _ = time.ParseDuration(m[2]) // none: zero
		} else if quiet[word] {
			continue
		} else {
			return nil, fmt.Errorf("line %d: this reader does not know %q", number, line)
		}
		out = append(out, a)
	}
	return out, nil
}

// quiet are the words that change only the picture.
var quiet = map[string]bool{"Output": true, "Set": true, "Sleep": true, "Hide": true, "Show": true, "Screenshot": true, "Require": true}

func repeats(count string) int {
	if n, err := strconv.Atoi(count); err == nil {
		return n
	}
	return 1
}

func keyOf(name string) string {
	switch name {
	case "Escape":
		return "esc"
	case "PageUp":
		return "pgup"
	case "PageDown":
		return "pgdown"
	}
	return strings.ToLower(name)
}

func TestReadTape(t *testing.T) {
	got, err := readTape("# a comment\n# expect: a.b\nSet Width 3\nSleep 2s\nType \"hé\"\nType@5ms 'x'\nEnter\nDown@2ms 2\nCtrl+C\nWait+Screen@60s /a.*b/\n")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, a := range got {
		said = append(said, fmt.Sprintf("%d %v %v", a.line, a.keys, a.wait))
	}
	want := []string{`2 [] a\.b`, "5 [h é] <nil>", "6 [x] <nil>", "7 [enter] <nil>", "8 [down down] <nil>", "9 [ctrl+c] <nil>", "10 [] a.*b"}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", said, want)
	}
	for _, bad := range []string{"Sing", "Type x", "Wait /(/", "Ctrl+"} {
		if _, err := readTape(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
