package build

import (
	"slices"
	"testing"
)

func TestExcerpt(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		from, to, lines, room int
		want                  []int
	}{
		{"one line", 3, 3, 9, 5, []int{3}},
		{"all that there is room for", 3, 6, 9, 4, []int{3, 4, 5, 6}},
		{"cut in the middle", 3, 9, 9, 4, []int{3, Gap, 8, 9}},
		{"no row for the gap", 3, 9, 9, 2, []int{3, 9}},
		{"one row", 3, 9, 9, 1, []int{3}},
		{"an end beyond the file", 3, 99, 5, 9, []int{3, 4, 5}},
		{"no end", 3, 0, 5, 9, []int{3}},
		{"not in the file", 6, 7, 5, 9, nil},
		{"no line", 0, 0, 5, 9, nil},
		{"no room", 1, 2, 5, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (Failure{Line: tt.from, EndLine: tt.to}).Excerpt(make([]string, tt.lines), tt.room); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	script := []string{"RUN <<EOT", "a", "b", "c", "EOT"}
	for room, want := range [][]int{nil, {1}, {1, 4}, {1, Gap, 4}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}} {
		if got := (Failure{Line: 1, EndLine: 5}).Excerpt(script, room); !slices.Equal(got, want) {
			t.Errorf("a heredoc in %d rows: %v, want %v", room, got, want)
		}
	}
	for room := 1; room < 20; room++ { // never more rows than there are, and the end always with the beginning
		got := Failure{Line: 4, EndLine: 15}.Excerpt(make([]string, 20), room)
		if len(got) != min(room, 12) || got[0] != 4 || room > 1 && got[len(got)-1] != 15 {
			t.Errorf("in %d rows: %v", room, got)
		}
	}
}
