package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// broken is a Dockerfile whose step leaves a half-written file and fails.
const broken = `FROM shell AS good
RUN echo fine > /fine
FROM good AS test
ENV COLOUR=blue
WORKDIR /work
USER nobody
RUN echo half > /tmp/written && exit 7
`

// s opens a shell in the failed step as it left it; leaving it comes back to the
// explorer and tells the exit code; the next one begins anew.
func TestShellWhereItFailed(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 120, 40, "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("target test").press("s").see("S opens a shell in the selected stage")
	s.press("b").see("exit code 7", "s shell")
	s.press("s").see("shell in stage test, as line 7 left it", "goes back")
	s.typed("cat /fine /tmp/written; echo $COLOUR:$PWD:$(id -u):$TERM\r").see("half", "blue:/work:65534:xterm-256color")
	s.typed("echo mine > /tmp/mine; exit 3\r").see("ended with exit code 3", "target test")
	s.press("s").see("goes back")
	s.typed("ls /tmp\r").see("written").typed("exit\r").see("nothing done there is kept")
	if strings.Contains(string(s.raw), "mine\r\nwritten") {
		t.Error("the second shell shows what was done in the first")
	}
	s.press("q").ends(exitFailed)
	h.ended(t)
}

// The terminal's size reaches the shell, from the start and when it changes.
func TestShellResizes(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("s shell").press("s").see("goes back")
	s.typed("stty size\r").see("\n40 120\n/work $")
	s.resize(90, 30).typed("stty size\r").see("\n30 90\n/work $")
	s.press("ctrl+d").see("target test").press("q").ends(exitFailed)
}

// A killed client leaves no container, and neither does one that is left while a
// shell is held.
func TestKilledInAShell(t *testing.T) {
	needEngine(t)
	_, command := sleeper(40)
	h := newHouse(t)
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("s shell").press("s").see("goes back").typed(command + "\r")
	asleep(t, command)
	s.signal(syscall.SIGKILL).wait()
	awake(t, command)
	h.ended(t)
}

// SIGTERM ends the shell with the program, and the terminal is as it was.
func TestTerminatedInAShell(t *testing.T) {
	needEngine(t)
	_, command := sleeper(41)
	h := newHouse(t)
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("s shell").press("s").see("goes back").typed(command + "\r")
	asleep(t, command)
	s.signal(syscall.SIGTERM).ends(exitInterrupted)
	awake(t, command)
	h.ended(t)
}

// S builds the selected stage and opens a shell in it, before any build.
func TestStageShell(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 120, 40, "--target", "good", "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("target good").press("?").see("pick the target").press("?").press("S").see("shell in stage good, as it is at its end")
	s.typed("cat /fine; exit 5\r").see("ended with exit code 5", "target good")
	s.press("j", "S").see("exited with code 7", "shell in stage test, as line 7 left it").typed("cat /tmp/written\r").see("\nhalf\n")
	s.typed("exit\r").see("nothing done there is kept").press("q").ends(exitOK)
}

// Tests that open a shell before anything else look at the help first: Bubble Tea
// asks for the terminal's size when it starts and when it gets the terminal back,
// and the race detector objects to its doing both at once.

// bare is a Dockerfile whose result has no shell.
const bare = `FROM shell AS build
RUN mkdir /out && echo hello > /out/greeting
FROM scratch AS bare
ENV COLOUR=blue
COPY --from=build /out /out
WORKDIR /out
`

// An image without a shell gets one that is brought along, with commands in it,
// and lines that can be edited.
func TestShellInScratch(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 120, 40, "--build-context", "shell="+shellContext(t), h.project(t, "p", bare))
	s.see("target bare").press("?").see("pick the target").press("?").press("S").see("shell in stage bare", "/out #")
	s.typed("ho").press("left", "left").typed("ec").press("end").typed(" $COLOUR-first\r").see("\nblue-first\n/out #")
	s.typed("half a command").press("ctrl+c").see("half a command^C\n/out #")
	s.typed("cat gr").press("tab").press("enter").see("\nhello\n/out #")
	s.press("up").press("enter").until("the command to come back", func(screen string) bool { return strings.Count(screen, "\nhello\n/out #") == 2 })
	s.typed("echo asleep; sleep 100\r").see("\nasleep\n").press("ctrl+c").see("\nasleep\n^C\n/out #")
	s.typed("for i in a b; do\r").see("> ").typed("echo $COLOUR-$i; done\r").see("blue-a\nblue-b\n/out #")
	s.typed("exit 9\r").see("ended with exit code 9").press("q").ends(exitOK)
	h.ended(t)
}

// A build stops before a step with a breakpoint, set by hand or by --break; s
// looks around as the step would, b goes on, and ^C cancels.
func TestBreakpoints(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	fine := strings.ReplaceAll(broken, "&& exit 7", "&& echo done")
	s := h.start(t, 140, 40, "build", "--break", "test", "--build-context", "shell="+shellContext(t), h.project(t, "p", fine))
	s.see("stopped before line 5", "s opens a shell, b goes on", "◉")
	s.press("b").see("✓ built", "4 leaks ✓")
	s.press("enter", "G", "B").see("builds stop before line 7")
	s.press("B").see("no longer stop before line 7").press("k", "B").see("a build stops before RUN")
	s.press("q").ends(exitOK)

	s = h.start(t, 140, 40, "--break", "7", "--no-cache", "--build-context", "shell="+shellContext(t), h.project(t, "p", fine))
	s.see("◉").press("b").see("stopped before line 7", "◉ stopped")
	s.press("s").see("before line 7: RUN echo half")
	s.typed("ls /fine /tmp; echo $COLOUR:$PWD:$(id -u)\r").see("/fine", "blue:/work:65534")
	s.typed("eval \"$STEP\"; cat /tmp/written\r").see("half").typed("exit\r").see("◉ stopped before line 7", "b go on")
	s.press("ctrl+c").see("■ cancelled").press("q").ends(exitInterrupted)
	h.ended(t)
}

// d shows what the failed step did to the files, and what is in them.
func TestChangedFiles(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dockerfile := `FROM shell AS lone
RUN mkdir /data && echo kept > /data/kept && echo old > /data/changed && echo gone > /data/gone
RUN echo newer > /data/changed && rm /data/gone && mkdir -p /new/dir && echo "half of it" > /new/dir/file && ln -s /data /new/link && exit 1
`
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
	s.see("s shell", "d its files").press("d").see("+ 2 added", "~ 1 changed", "- 1 removed", "changed", "gone", "file", "link")
	if strings.Contains(s.screen(), "kept") || strings.Contains(s.screen(), "proc/") {
		t.Errorf("what the step left alone is shown:\n%s", s.screen())
	}
	s.press("G", "k", "enter").see("/new/dir/file", "half of it").press("left", "g", "j", "enter").see("/data/changed", "newer")
	s.press("left", "j", "enter").see("/data/gone", "removed").press("left", "d").see("d its files").press("q").ends(exitFailed)
	h.ended(t)
}

// A build goes on to its end, and is recorded, while a shell has the terminal.
func TestBuildWhileInAShell(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dockerfile := `FROM shell AS good
RUN echo fine > /fine
FROM good AS noisy
RUN echo begins && sleep 3 && i=0; while [ $i -lt 20000 ]; do echo line $i of the noise; i=$((i+1)); done; echo the last
`
	s := h.start(t, 120, 40, "build", "--record", "record", "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
	s.see("begins").press("k", "S").see("shell in stage good", "/ #")
	eventually(t, "the build's end", func() bool {
		record, _ := os.ReadFile(filepath.Join(h.dir, "record"))
		return bytes.Contains(record, []byte(`"outcome":"succeeded"`))
	})
	s.typed("cat /fine\r").see("\nfine\n").typed("exit\r").see("✓ built", "noisy")
	s.press("j", "a").see("the last").press("q").ends(exitOK)
	h.ended(t)
}

// r builds again what has failed, with the file that has been corrected.
func TestRetry(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", broken))
	s.see("exit code 7", "s shell")
	h.write(t, "p/Dockerfile", strings.ReplaceAll(broken, "exit 7", "exit 0"))
	s.press("r").see("✓ built").press("q").ends(exitOK)
}

// The command line: a command in a stage, at a failure, before a line.
func TestShellCommand(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dir := h.project(t, "p", broken)
	for _, c := range []struct {
		name   string
		args   []string
		stdin  string
		code   int
		stdout string
		stderr string
	}{
		{"in a stage", []string{"--target", "good", dir, "--", "cat", "/fine"}, "", 0, "fine\n", ""},
		{"where it fails", []string{dir, "--", "sh", "-c", "cat /tmp/written; exit 4"}, "", 4, "half\n", "exited with code 7"},
		{"before a line", []string{"--line", "7", dir, "--", "sh", "-c", "ls /tmp; echo $COLOUR $PWD"}, "", 0, "blue /work\n", "stopped before line 7"},
		{"a script", []string{"--target", "good", dir}, "echo $0 reads; exit 6\n", 6, "reads\n", ""},
		{"a command brought along", []string{"--target", "good", "--shell", "stagedive", dir}, "cat /fine | grep fi\n", 0, "fine\n", ""},
		{"no such command", []string{"--target", "good", dir, "--", "nothere"}, "", 1, "", "executable file not found"},
		{"no such shell", []string{"--target", "good", "--shell", "zsh", dir}, "", 1, "", "no zsh in this image"},
		{"a line of nothing", []string{"--line", "4", dir}, "", 2, "", "RUN, COPY, ADD or WORKDIR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := h.command(append([]string{"shell", "--build-context", "shell=" + shellContext(t)}, c.args...)...)
			var stdout, stderr bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.stdin), &stdout, &stderr
			_ = cmd.Run() // the code tells
			if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.HasSuffix(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", code, c.code, &stdout, &stderr)
			}
		})
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
}
