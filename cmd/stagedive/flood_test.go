package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A step that prints a million lines: its head and its tail are there, what is
// missing is counted where it is missing, and keys are answered meanwhile.
func TestAMillionLines(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 140, 45, "--build-context", "shell="+shellContext(t), h.project(t, "p", "FROM shell AS noisy\nRUN seq 1 1000000\n"))
	s.see("target noisy").press("b").see("noisy:2 RUN seq", "following")
	for range 3 { // while it prints, as long as it does
		s.press("a").see("whole stage").press("a").see("whole build").press("a").see("noisy:2 RUN seq")
		s.press("?").see("╭─ keys").press("esc").see("noisy:2 RUN seq")
	}
	s.press("/").typed("^500$").see("/^500$", "1/1").press("enter")
	s.see("✓ built", " 499 ", " 500 ", "989,500 lines dropped", " 990001 ")
	gone := func(text string) {
		t.Helper()
		s.until("an end of "+text, func(screen string) bool { return !strings.Contains(screen, text) })
	}
	s.press("esc")
	gone("/^500$")
	s.press("G").see("1,000,000 lines", " 999999 ", " 1000000 ")
	s.press("&").typed("[05]{4}$").see("of 1,000,000 lines, 989,500 dropped", " 1000000 ", " 995555 ").press("esc")
	gone("of 1,000,000 lines")
	s.press("ctrl+s").see("save to noisy-2.log").press("enter").see("10,500 lines saved to noisy-2.log")
	s.press("q").ends(exitOK)
	text, err := os.ReadFile(filepath.Join(h.dir, "noisy-2.log"))
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for i := range 1_000_000 {
		switch {
		case i == 500:
			want += "… 989,500 lines dropped …\n"
		case i < 500 || i >= 990_000:
			want += fmt.Sprintln(i + 1)
		}
	}
	if string(text) != want {
		t.Errorf("the file has %d bytes, want %d: %.100q … %q", len(text), len(want), text, tail(string(text), 100))
	}
	t.Logf("the explorer took %d MB at most", peak(t, s)>>20)
}

// The colours of a log are what the terminal has: as they are, of 256, of 16, none.
// Whatever else would act on a terminal does not reach it, and a progress bar is
// its last state.
func TestColoursOfALog(t *testing.T) {
	needEngine(t)
	for _, c := range []struct {
		name string
		env  []string
		want []string
		not  string
	}{
		{"true colour", nil, []string{"38;2;255;0;135", "38;5;208"}, ""},
		{"256", []string{"COLORTERM=", "TERM=xterm-256color"}, []string{"38;5;198", "38;5;208"}, "38;2;255;0;135"},
		{"16", []string{"COLORTERM=", "TERM=xterm"}, nil, "38;5;208"},
		{"none", []string{"NO_COLOR=1"}, nil, "38;5;208"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, c.env...)
			h.write(t, "p/log", "\x1b[38;2;255;0;135mtrue\x1b[0m \x1b[38;5;208mindexed\x1b[0m \x1b]0;pwned\x07\x1b[2Jstill here\n"+
				"1 %\r50 %\x1b[1G100 %\nspinning |\b/\b-\bdone\n")
			s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t),
				h.project(t, "p", "FROM shell AS colours\nCOPY log /\nRUN cat log\n"))
			s.see("✓ built").press("a").see("whole stage") // a step this quick is not always followed
			s.see("true indexed still here", " 100 %", "spinning done").press("q").ends(exitOK)
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, w := range c.want {
				if !strings.Contains(string(s.raw), w) {
					t.Errorf("no %q reached the terminal", w)
				}
			}
			if c.not != "" && strings.Contains(string(s.raw), c.not) {
				t.Errorf("%q reached the terminal", c.not)
			}
			if strings.Contains(string(s.raw), "pwned") {
				t.Error("the log could name the window")
			}
		})
	}
}

// peak is the most memory that the program on a terminal has had, in bytes; the
// program may have ended.
func peak(t testing.TB, s *terminal) int64 {
	t.Helper()
	if s.cmd.ProcessState != nil {
		if used, ok := s.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			return used.Maxrss << 10
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}

// BenchmarkKeyInAFlood is the time from a key to its answer on the terminal while
// a step prints as fast as it can; and the program's memory. The goal is 50 ms.
func BenchmarkKeyInAFlood(b *testing.B) {
	needEngine(b)
	p, h := released(b)
	h.write(b, "p/Dockerfile", "FROM shell AS noisy\nRUN while true; do seq 1 1000000; done\n")
	for b.Loop() {
		cmd := h.command("--build-context", "shell="+shellContext(b), filepath.Join(h.dir, "p"))
		cmd.Path = p.stagedive
		s := startTerminal(b, cmd, 140, 45)
		s.see("target noisy").press("b").see("noisy:2 RUN", "following")
		idle := peak(b, s)
		keysAnswered(b, s, "")
		b.ReportMetric(float64(peak(b, s)>>20), "peak-MB")
		b.ReportMetric(float64(idle>>20), "peak-at-start-MB")
		s.press("ctrl+c").see("cancelled")
		keysAnswered(b, s, "idle-") // what of it is the terminal's and the machine's
		s.press("q").wait()
	}
}

// keysAnswered presses the key that changes what the log shows, at any moment of
// a frame, and reports how long the answers take.
func keysAnswered(b *testing.B, s *terminal, name string) {
	b.Helper()
	var took []time.Duration
	for i := range 40 {
		for _, want := range []string{"whole stage", "whole build", "noisy:2 RUN"} {
			<-time.After(time.Duration(50+i*17%60) * time.Millisecond)
			start := time.Now()
			s.press("a").see(want)
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), name+"median-ms")
	b.ReportMetric(ms(took[len(took)*95/100]), name+"p95-ms")
	b.ReportMetric(ms(took[len(took)-1]), name+"max-ms")
}
