package compare_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/probe"
)

func TestBehaviour(t *testing.T) {
	run := probe.Probe{Name: "version", Start: probe.Command, Args: []string{"app"}, Ask: probe.End}
	side := func(name string, out string) compare.Side {
		code := 0
		return compare.Side{Name: name, Probes: []probe.Outcome{run.Judge(probe.Ran{Exit: &code, Stdout: probe.Bytes{Kept: []byte(out), All: int64(len(out))}}, nil)}}
	}
	c := compare.New(side("fat", "1.0\n"), compare.Side{Name: "none"}, side("slim", "1.1\n"))
	rows := c.Behaviour()
	if len(rows) != 1 || len(rows[0].Cells) != 3 || rows[0].Cells[1].Outcome != nil || rows[0].Verdict != probe.Differs || c.Behaves() {
		t.Errorf("%+v", rows)
	}
	if c = compare.New(side("fat", "1.0\n"), side("slim", "1.0\n")); !c.Behaves() {
		t.Errorf("%+v", c.Behaviour())
	}
	if c = compare.New(compare.Side{}, compare.Side{}); c.Behaviour() != nil || !c.Behaves() {
		t.Error("nothing was asked")
	}
}
