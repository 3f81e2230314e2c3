package tell

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stagedive/stagedive/internal/manual"
	"github.com/stagedive/stagedive/model/reproduction"
	"github.com/stagedive/stagedive/model/reproduction/cause"
)

var docs = filepath.Join("..", "..", "..", "docs")

// The page explains every key of the JSON form, and no other.
func TestThePageKnowsTheKeys(t *testing.T) {
	var used []string
	for _, k := range append(manual.KeysOf(reflect.TypeFor[reproduction.Verdict]()), manual.KeysOf(reflect.TypeFor[cause.Cause]())...) {
		if name := k[strings.LastIndexByte(k, '.')+1:]; name != "" { // that of a field that is not exported
			used = append(used, name)
		}
	}
	used = append(used, "causes")
	slices.Sort(used)
	// Keys that the page names in a sentence stand in no table.
	documented := append(manual.Keys(t, filepath.Join(docs, "reproduce-json.md"), ""), "name", "stage", "step")
	slices.Sort(documented)
	manual.Same(t, slices.Compact(documented), slices.Compact(used))
}

// The page says of every cause by what it is seen.
func TestThePageKnowsTheCauses(t *testing.T) {
	var ids []string
	for _, c := range cause.All() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	manual.Same(t, manual.Keys(t, filepath.Join(docs, "reproduce.md"), "## What is recognised"), ids)
}
