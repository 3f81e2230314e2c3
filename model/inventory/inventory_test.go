package inventory_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/inventory"
)

func TestFinalLeavesOutWhatIsGone(t *testing.T) {
	all := []inventory.Package{
		{Kind: inventory.NPM, Name: "left", Version: "2"},
		{Kind: inventory.Deb, Name: "gcc", Gone: 2},
		{Kind: inventory.NPM, Name: "left", Version: "1"},
		{Kind: inventory.Deb, Name: "zlib"},
	}
	got := ""
	for _, p := range inventory.Final(all) {
		got += p.Name + p.Version + " "
	}
	if want := "zlib left1 left2 "; got != want {
		t.Errorf("the final image holds %q, want %q", got, want)
	}
	if all[1].Name != "gcc" {
		t.Error("the list was changed")
	}
}
