package nearest_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/nearest"
)

func TestWord(t *testing.T) {
	for _, c := range []struct {
		name, word string
		words      []string
		most       int
		want       string
	}{
		{"the same", "rule", []string{"role", "rule"}, 2, "rule"},
		{"another case", "RULE", []string{"Rule"}, 0, "Rule"},
		{"a letter left out", "rul", []string{"path", "rule"}, 1, "rule"},
		{"a letter too many", "rulle", []string{"path", "rule"}, 1, "rule"},
		{"a letter changed", "rile", []string{"path", "rule"}, 1, "rule"},
		{"two letters swapped are two changed", "ruel", []string{"rule"}, 1, ""},
		{"two letters swapped", "ruel", []string{"rule"}, 2, "rule"},
		{"the nearest, not the first", "forbiden", []string{"forbid", "forbidden"}, 3, "forbidden"},
		{"of two as near the first", "bat", []string{"cat", "rat"}, 1, "cat"},
		{"too far", "budget", []string{"path"}, 2, ""},
		{"much longer", "a", []string{"allowances"}, 3, ""},
		{"as far as allowed", "kitten", []string{"sitting"}, 3, "sitting"},
		{"one too far", "kitten", []string{"sitting"}, 2, ""},
		{"nothing written", "", []string{"id"}, 1, ""},
		{"no words", "rule", nil, 9, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := nearest.Word(c.word, c.words, c.most); got != c.want {
				t.Errorf("of %q, at most %d away from %q: %q, want %q", c.words, c.most, c.word, got, c.want)
			}
		})
	}
}
