package policyfile_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/stagedive/stagedive/inspect/policyfile"
	"github.com/stagedive/stagedive/model/probe"
)

// What a probe is told as, can be written as a command again, and means the same.
func TestWordsAreReadAsTheyAreTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("ab -'\"\\$|*?é~`;\n")), 0, 6, -1), 1, 4).Draw(t, "args")
		if args[0] == "" {
			args[0] = "x"
		}
		told := (&probe.Probe{Start: probe.Command, Args: args, Ask: probe.End}).What()
		p, err := policyfile.Parse("p.yaml", []byte("probes: {run: "+strconv.Quote(told)+"}"))
		if err != nil || !slices.Equal(p.Probes[0].Args, args) {
			t.Fatalf("%q is told as %s and read as %+v, %v", args, told, p.Probes, err)
		}
	})
}
