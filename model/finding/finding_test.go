package finding_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stagedive/stagedive/model/finding"
)

func TestSeverityWords(t *testing.T) {
	for _, s := range finding.Severities() {
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back finding.Severity
		if err := json.Unmarshal(data, &back); err != nil || back != s {
			t.Errorf("%s came back as %v, %v", data, back, err)
		}
	}
	var s finding.Severity
	if err := json.Unmarshal([]byte(`"severe"`), &s); err == nil {
		t.Error("an unknown severity was accepted")
	}
	if _, ok := finding.ParseSeverity("HIGH"); ok {
		t.Error("severities are lower case")
	}
	if got := finding.Severity(9).String(); got != "severity(9)" {
		t.Errorf("an unknown severity prints as %q", got)
	}
}

func TestMilderStopsAtInfo(t *testing.T) {
	for s, want := range map[finding.Severity]finding.Severity{
		finding.Critical: finding.High, finding.Low: finding.Info, finding.Info: finding.Info,
	} {
		if got := s.Milder(); got != want {
			t.Errorf("%v.Milder() = %v, want %v", s, got, want)
		}
	}
}

func TestTally(t *testing.T) {
	list := []finding.Finding{{Severity: finding.High}, {Severity: finding.Low}, {Severity: finding.High}}
	tally := finding.Count(list)
	if got := tally.String(); got != "2 high, 1 low" {
		t.Errorf("String() = %q", got)
	}
	if got := finding.Count(nil).String(); got != "none" {
		t.Errorf("String() of nothing = %q", got)
	}
	for s, want := range map[finding.Severity]int{finding.Info: 3, finding.Medium: 2, finding.High: 2, finding.Critical: 0} {
		if got := tally.AtLeast(s); got != want {
			t.Errorf("AtLeast(%v) = %d, want %d", s, got, want)
		}
	}
}

func TestCompareOrdersAsShown(t *testing.T) {
	want := []finding.Finding{
		{Severity: finding.Critical, Path: "/key"},
		{Severity: finding.High, Path: "/big", Size: 9},
		{Severity: finding.High, Path: "/a", Size: 1},
		{Severity: finding.High, Path: "/a", Size: 1, Layer: 2},
		{Severity: finding.High, Path: "/huge", Size: 100, Base: true},
		{Severity: finding.Info, Name: "ENV X"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, finding.Compare)
	for i := range want {
		if finding.Compare(got[i], want[i]) != 0 {
			t.Errorf("at %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestRemedyHasALineForEachInstruction(t *testing.T) {
	for _, tt := range []struct{ fix, instead, want string }{
		{"line 8: COPY a b; COPY c d", "COPY a b\nCOPY c d", "line 8: COPY a b\nCOPY c d"},
		{"line 8: COPY a b", "COPY a b", "line 8: COPY a b"},
		{"line 8: do it", "", "line 8: do it"},
		{"line 8: change places", "RUN a\nCOPY b c", "line 8: change places"},
	} {
		if got := (finding.Finding{Fix: tt.fix, Instead: tt.instead}).Remedy(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
