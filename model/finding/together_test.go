package finding_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/finding"
)

func TestTogetherSaysNothingTwice(t *testing.T) {
	image := []finding.Finding{
		{Rule: "SD-T001", Category: finding.Toolchain, Line: 8},
		{Rule: "SD-T002", Category: finding.Toolchain, Base: true},
		{Rule: "SD-H001", Category: finding.Hygiene},
		{Rule: "SD-H004", Category: finding.Hygiene, Line: 1},
	}
	file := []finding.Finding{
		{Rule: "SD-B006", Line: 8},
		{Rule: "SD-B006", Line: 9},
		{Rule: "SD-B013", Line: 8},
		{Rule: "SD-B016", Line: 1},
		{Rule: "SD-B021", Line: 1},
		{Rule: "SD-B021", Line: 5},
		{Rule: "SD-B022", Line: 1},
		{Rule: "SD-B004", Line: 8},
		{Rule: "BK-FromAsCasing", Line: 8},
	}
	want := []string{"SD-T001 8", "SD-T002 0", "SD-H001 0", "SD-H004 1", "SD-B006 9", "SD-B013 8", "SD-B021 5", "SD-B004 8", "BK-FromAsCasing 8"}
	var got []string
	for _, f := range finding.Together(image, file) {
		got = append(got, f.Rule+" "+string(rune('0'+f.Line)))
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("at %d: %s, want %s", i, got[i], want[i])
		}
	}
	if all := finding.Together(nil, file); len(all) != len(file) {
		t.Errorf("without an image, %d of %d are left", len(all), len(file))
	}
}
