package main

import (
	"strings"
	"testing"
)

// stagesOf is a Dockerfile with a stage that is not the target, and one that fails.
const stagesOf = `FROM shell AS tools
RUN mkdir /tools && echo saw > /tools/saw
RUN echo drill > /tools/drill
FROM tools AS test
COPY Dockerfile /tools/plan
RUN echo half > /tools/half && exit 7
FROM scratch AS good
COPY --from=tools /tools/saw /
`

// i opens the files of a stage once it is built, shows what any of its steps has
// made, and lets the engine go when it is closed.
func TestLookIntoAStage(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 140, 45, "build", "--build-context", "shell="+shellContext(t), h.project(t, "p", stagesOf))
	s.see("✓ built").press("1", "up").see(" tools ").press("i").see("stage tools", "tools:3", "all files so far", "esc close stage")
	s.press("/").typed("drill").press("enter").see("1 found").press("enter").see("made by", "1 drill")
	s.press("esc").see("1 found").press("3").see("COPY --from=tools").press("1").see("3 stages")
	s.press("enter", "g", "down", "i").see("stage tools after line 2", "tools:2")
	if screen := s.screen(); strings.Contains(screen, "tools:3") {
		t.Errorf("it shows what comes after the step:\n%s", screen)
	}
	s.press("esc").see("3 stages").press("q").ends(exitOK)
	h.ended(t)
}

// Nothing is run that nobody asked for, and of a stage that failed there is what
// it had come to.
func TestLookIntoAFailedStage(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 140, 45, "--target", "test", "--build-context", "shell="+shellContext(t), h.project(t, "p", stagesOf))
	s.see("target test").press("up").see(" tools ").press("i").see("line 2 would have to run", "i run it")
	s.press("i").see("stage tools", "tools:3").press("esc").see("3 stages")
	s.press("b").see("exit code 7").press("i").see("stage test after line 5", "test:5", "tools:3")
	if screen := s.screen(); strings.Contains(screen, "test:6") {
		t.Errorf("it shows a step that failed:\n%s", screen)
	}
	s.press("q").ends(exitFailed)
	h.ended(t)
}

// At a breakpoint there are the files as the step will find them, and those of
// the stages beside it; the build goes on as if nobody had looked.
func TestLookIntoAtABreakpoint(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	s := h.start(t, 140, 45, "build", "--no-cache", "--break", "6", "--target", "test", "--build-context", "shell="+shellContext(t), h.project(t, "p", stagesOf))
	s.see("stopped before line 6").press("i").see("stage test after line 5", "test:5")
	s.press("esc").see("3 stages").press("b").see("exit code 7").press("q").ends(exitFailed)
	h.ended(t)
}
