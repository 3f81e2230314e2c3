package main

import (
	"strings"
	"testing"
)

// Probes run in built stages from the explorer: what is written down by then, until they
// are cancelled, of which nothing is left.
func TestProbesInTheExplorer(t *testing.T) {
	needEngine(t)
	h := newHouse(t)
	dir := h.project(t, "p", "FROM shell AS fat\nRUN echo one > /what\nFROM shell AS slim\nRUN echo two > /what\n")
	h.write(t, "p/.stagedive.yaml", "probes: [cat /what]\n")
	s := h.start(t, 120, 40, "compare", "--no-probes", "--targets", "fat,slim", "--build-context", "shell="+shellContext(t), dir)
	s.see("measured against").press("[").see("1 probe, not run yet", "cat /what", "not asked")
	h.write(t, "p/.stagedive.yaml", "probes: [cat /what, echo hello]\n")
	s.press("P").see("Of 2 probes 1 came out otherwise.", "passed, exit 0", "differs, exit 0", `"one" there, "two" here`, "≠ two")
	s.press("j").see("▸echo hello", "same, exit 0", "│ hello")
	_, command := sleeper(31)
	h.write(t, "p/.stagedive.yaml", "probes: [cat /what, {run: "+command+", timeout: 1h}]\n")
	s.press("P").see("asking fat: " + strings.Fields(command)[0])
	asleep(t, command)
	s.press("[").press("]").see("waits").press("esc").see("Cancelled when 1 of 4 were answered", "not asked")
	awake(t, command)
	h.write(t, "p/.stagedive.yaml", "probes: {run: cat}\nfail-on: never\n")
	s.press("P").see(".stagedive.yaml:2").press("q").ends(exitOK)
	h.ended(t)
}
