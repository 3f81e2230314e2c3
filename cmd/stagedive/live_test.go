package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// logbook are the arguments that build the example of seven stages at once.
func logbook(t testing.TB, more ...string) []string {
	t.Helper()
	path, err := filepath.Abs("../../examples/logbook")
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{"--build-context", "busybox:1.37=" + shellContext(t), "--build-arg", "PAUSE=0", path}, more...)
}

// sleeper is a Dockerfile whose step runs until it is ended, and the command of
// it, which no other process on the machine has.
func sleeper(n int) (dockerfile, command string) {
	command = fmt.Sprintf("sleep 86400.%d%d", os.Getpid(), n)
	return "FROM shell AS nap\nRUN echo good night && " + command + "\n", command
}

// asleep waits until the sleeper's step runs.
func asleep(t testing.TB, command string) {
	t.Helper()
	eventually(t, "a container with "+command, func() bool { return len(containers(command)) > 0 })
}

// awake waits until it does so no longer.
func awake(t testing.TB, command string) {
	t.Helper()
	eventually(t, "the end of "+command, func() bool { return len(containers(command)) == 0 })
}

// containers are the processes that run a command as such, not those who only
// have it among their arguments.
func containers(command string) []int {
	var out []int
	for _, pid := range processes(command) {
		line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && strings.HasPrefix(strings.ReplaceAll(string(line), "\x00", " "), command) {
			out = append(out, pid)
		}
	}
	return out
}

// ended waits until the engine has ended by itself, then looks for what it left.
func (h *house) ended(t testing.TB) {
	t.Helper()
	eventually(t, "the engine's end", func() bool { return len(daemons(h.dir)) == 0 })
	if err := leftovers(h.dir); err != nil {
		t.Error(err)
	}
}

// An engine that does not answer is told of in the explorer, which stays.
func TestUnreachableEngineInTheExplorer(t *testing.T) {
	h := newHouse(t)
	s := h.start(t, 140, 45, "--engine", "unix:///nowhere/buildkit.sock", h.project(t, "p", "FROM scratch AS lone\nCOPY Dockerfile /\n"))
	s.see("lone").press("b").see("✗ failed", "no BuildKit answers at", "unix:///nowhere/buildkit.sock")
	s.press("q").ends(exitFailed)
}

// A build from b to the files of its image.
func TestBuildAndLook(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	timing := filepath.Join(h.dir, "time.json")
	s := h.start(t, 140, 45, logbook(t, "--timing", timing)...)
	s.see("target site").press("b").see("✓ built", "7 stages")
	s.until("seven stages to be done", func(screen string) bool { return strings.Count(screen, "✓ ") >= 7 })
	s.press("i").see("layers", "COPY --from=index", "made-with").press("home").see("01-blue-hole.html")
	s.press("2").see("critical path", "steps at once", "exporting", "on average").press("G").see("of the build")
	s.press("1").see("stages").press("4").see("leaks")
	s.press("q").ends(exitOK)
	text, err := os.ReadFile(timing)
	if err != nil || !json.Valid(text) || !bytes.Contains(text, []byte(`"outcome":"succeeded"`)) {
		t.Errorf("%v: the timing is %.200q", err, text)
	}
}

// A leaky target: its leak with its line, although a later layer deletes it.
func TestAnEditedDockerfileIsWhatGetsBuilt(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	project := h.project(t, "p", "FROM scratch AS before\nCOPY Dockerfile /one\n")
	s := h.start(t, 140, 45, project).see("before")
	h.write(t, "p/Dockerfile", "FROM scratch AS inserted\nCOPY Dockerfile /two\nFROM inserted AS before\nCOPY Dockerfile /three\n")
	s.press("b").see("inserted", "target before", "✓ built").press("3").see("2 layers", "three")
	s.press("q").ends(exitOK)
}

func TestLeaksOfATarget(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	h.write(t, "p/key", key)
	dir := h.project(t, "p", "FROM shell AS clean\nRUN true\nFROM clean AS leaky\nCOPY key /root/.ssh/id_ed25519\nRUN rm /root/.ssh/id_ed25519\n")
	s := h.start(t, 140, 45, "build", "--target", "leaky", "--build-context", "shell="+shellContext(t), dir)
	s.see("✓ built").press("4").see("Private key", "id_ed25519", "critical", "COPY key")
	s.press("q").ends(exitOK)
}

func TestFailingBuild(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 140, 45, logbook(t, "--build-arg", "PAGES=7")...)
	s.see("target site").press("b").see("✗ failed", "exit code 3", "there should be 7")
	s.press("q").ends(exitFailed)
}

// Ctrl+C cancels the build and keeps the explorer; the second leaves.
func TestCancelTwice(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dockerfile, command := sleeper(1)
	s := h.start(t, 120, 40, "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
	s.see("target nap").press("b").see("running", "good night")
	asleep(t, command)
	s.press("ctrl+c").see("■ cancelled")
	awake(t, command)
	s.see("target nap").press("ctrl+c").ends(exitInterrupted)
	h.ended(t)
}

// Leaving while a build runs takes the build along.
func TestLeaveWhileBuilding(t *testing.T) {
	needEngine(t)
	for i, leave := range []struct {
		name string
		do   func(*terminal)
		code int
	}{
		{"q", func(s *terminal) { s.press("q") }, exitInterrupted},
		{"SIGTERM", func(s *terminal) { s.signal(syscall.SIGTERM) }, exitInterrupted},
	} {
		t.Run(leave.name, func(t *testing.T) {
			h := newHouse(t)
			dockerfile, command := sleeper(10 + i)
			s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
			s.see("good night")
			asleep(t, command)
			leave.do(s)
			s.ends(leave.code)
			awake(t, command)
			h.ended(t)
		})
	}
}

// A UI that is killed can clean up nothing; the engine does.
func TestKilledUI(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dockerfile, command := sleeper(2)
	s := h.start(t, 120, 40, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
	s.see("good night")
	asleep(t, command)
	s.signal(syscall.SIGKILL).wait()
	awake(t, command)
	h.ended(t)
}

// An interrupted build without a terminal ends with 130 and leaves nothing.
func TestInterruptedHeadless(t *testing.T) {
	needEngine(t)
	for i, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			h := newHouse(t)
			dockerfile, command := sleeper(20 + i)
			cmd := h.command("--record", "record", "--build-context", "shell="+shellContext(t), h.project(t, "p", dockerfile))
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			asleep(t, command)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(out.String(), "cancelled") {
				t.Errorf("exit code %d, want %d:\n%s", code, exitInterrupted, &out)
			}
			awake(t, command)
			h.ended(t)
			again := h.run(t, "replay", "--speed", "1000", "record")
			if again.code != exitInterrupted || !strings.Contains(again.stdout, "good night") {
				t.Errorf("replayed: exit code %d, want %d:\n%s%s", again.code, exitInterrupted, again.stdout, again.stderr)
			}
		})
	}
}

// A record plays in the explorer, with no engine anywhere.
func TestReplayOnATerminal(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	if made := h.run(t, logbook(t, "--record", "record")...); made.code != exitOK {
		t.Fatalf("exit code %d:\n%s%s", made.code, made.stdout, made.stderr)
	}
	record, err := os.ReadFile(filepath.Join(h.dir, "record"))
	if err != nil {
		t.Fatal(err)
	}
	other := newHouse(t, "BUILDKIT_HOST=tcp://127.0.0.1:1")
	s := other.start(t, 140, 45, "replay", "--speed", "50", other.write(t, "record", string(record)))
	s.see("target site", "✓ built", "recorded ")
	s.until("seven stages to be done", func(screen string) bool { return strings.Count(screen, "✓ ") >= 7 })
	s.press("q").ends(exitOK)
	if _, err := os.Stat(filepath.Join(other.dir, "state")); err == nil {
		t.Error("replaying made an engine's directory")
	}
}

// Two explorers at once share one engine.
func TestTwoAtOnce(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	a := h.start(t, 140, 45, append([]string{"build"}, logbook(t)...)...)
	b := h.start(t, 140, 45, append([]string{"build"}, logbook(t, "--build-arg", "PAGES=7")...)...)
	b.see("exit code 3")
	a.see("✓ built")
	a.press("q").ends(exitOK)
	b.press("q").ends(exitFailed)
}
