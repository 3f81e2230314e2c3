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
	if len(rows) != 1 || len(rows[0].Cells) != 3 || rows[0].Cells[1].Outcome != nil || rows[0].Verdict != probe.Differs || c.Behaves() || c.Verdict() != "Of 1 probe 1 came out otherwise." {
		t.Errorf("%+v", rows)
	}
	if c = compare.New(side("fat", "1.0\n"), side("slim", "1.0\n")); !c.Behaves() || c.Verdict() != "All behave the same, as far as 1 probe can tell." {
		t.Errorf("%s %+v", c.Verdict(), c.Behaviour())
	}
	if c = compare.New(side("one", "x")); !c.Behaves() || c.Verdict() != "one does what it should: 1 probe." {
		t.Error(c.Verdict())
	}
	none := compare.Side{Probes: []probe.Outcome{{Name: "check", State: probe.Skipped}}}
	if c = compare.New(none, none); !c.Behaves() || c.Verdict() != "Nothing was asked: no probe is for any of these images." {
		t.Error(c.Verdict())
	}
	broken := compare.Side{Name: "b", Probes: []probe.Outcome{{Name: "version", State: probe.NotRun}}}
	if c = compare.New(side("a", "x"), broken); c.Behaves() || c.Verdict() != "Of 1 probe 1 failed." {
		t.Error(c.Verdict())
	}
	if c = compare.New(compare.Side{}, compare.Side{}); c.Behaviour() != nil || !c.Behaves() || c.Verdict() != "" {
		t.Error("nothing was asked")
	}
}
