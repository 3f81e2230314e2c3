package measure

import (
	"testing"
	"time"
)

func TestPortion(t *testing.T) {
	for _, tt := range []struct {
		current, total int64
		want           string
	}{
		{0, 0, "0/0 B"},
		{7, 999, "7/999 B"},
		{42_400_000, 180_000_000, "42/180 MB"},
		{400_000_000, 1_700_000_000, "0.4/1.7 GB"},
		{1, 999_960, "0.0/1.0 MB"},
		{9_940, 9_940, "9.9/9.9 kB"},
		{5_000_000_000_000, 12_000_000_000_000, "5/12 TB"},
	} {
		if got := Portion(tt.current, tt.total); got != tt.want {
			t.Errorf("%d of %d is %q, want %q", tt.current, tt.total, got, tt.want)
		}
	}
}

func TestShortTakesThreeCells(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "0s", 0: "0s", 99900 * time.Millisecond: "99s", 100 * time.Second: "1m", 99 * time.Minute: "99m", 100 * time.Minute: "1h",
	} {
		if got := Short(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
