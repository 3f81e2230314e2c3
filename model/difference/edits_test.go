package difference

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestEdits: the edits make the one text of the other, and no fewer lines do.
func TestEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 30)
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		var made []string
		at, changed := 0, 0
		for _, e := range Edits(a, b) {
			made = append(append(made, a[at:e.From]...), b[e.NewFrom:e.NewTo]...)
			at = e.To
			changed += e.To - e.From + e.NewTo - e.NewFrom
		}
		if made = append(made, a[at:]...); !slices.Equal(made, b) {
			t.Fatalf("%q", made)
		}
		if least := len(a) + len(b) - 2*common(a, b); changed != least {
			t.Fatalf("%d lines changed, %d would do", changed, least)
		}
	})
}

// common is the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		corner := 0
		for j, y := range b {
			above := row[j+1]
			if row[j+1] = max(above, row[j]); x == y {
				row[j+1] = corner + 1
			}
			corner = above
		}
	}
	return row[len(b)]
}

// Insertions all over a long text are told one by one, with more different lines
// than there are runes below the surrogates.
func TestEditsOfALongText(t *testing.T) {
	var a, b []string
	for i := range 70_000 {
		l := "line " + strconv.Itoa(i)
		if a, b = append(a, l), append(b, l); i%100 == 0 {
			b = append(b, "new "+strconv.Itoa(i))
		}
	}
	got := Edits(a, b)
	if len(got) != 700 {
		t.Fatalf("%d edits", len(got))
	}
	for _, e := range got {
		if e.From != e.To || e.NewTo-e.NewFrom != 1 {
			t.Fatalf("%+v", e)
		}
	}
}

// Two texts that have little in common are compared too, and their ends are found.
func TestEditsOfLongTextsThatDiffer(t *testing.T) {
	var a, b []string
	for i := range 60_000 {
		a, b = append(a, strconv.Itoa(i*i%1009)), append(b, strconv.Itoa(i*i*i%1013))
	}
	a, b = append(a, "the end"), append(b, "the end")
	var made []string
	at := 0
	got := Edits(a, b)
	for _, e := range got {
		made = append(append(made, a[at:e.From]...), b[e.NewFrom:e.NewTo]...)
		at = e.To
	}
	if made = append(made, a[at:]...); !slices.Equal(made, b) {
		t.Error("the edits do not make the one of the other")
	}
	if last := got[len(got)-1]; last.To == len(a) {
		t.Error("the last line is told as replaced")
	}
}
