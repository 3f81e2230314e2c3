package widget

import (
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Duration(0), "0.0s"},
		{Duration(-time.Second), "0.0s"},
		{Duration(12340 * time.Millisecond), "12.3s"},
		{Duration(59960 * time.Millisecond), "0m59s"},
		{Duration(125 * time.Second), "2m05s"},
		{Duration(62 * time.Minute), "1h02m"},
		{Ticking(3900 * time.Millisecond), "3s"},
		{Ticking(65 * time.Second), "1m05s"},
		{Bytes(0), "0 B"},
		{Bytes(999), "999 B"},
		{Bytes(68_100), "68.1 kB"},
		{Bytes(999_999), "1.0 MB"},
		{Bytes(1_700_000_000), "1.7 GB"},
		{Count(7), "7"},
		{Count(1204), "1,204"},
		{Count(-1234567), "-1,234,567"},
		{Plural(1, "stage"), "1 stage"},
		{Plural(0, "stage"), "0 stages"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
