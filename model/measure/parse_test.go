package measure_test

import (
	"testing"

	"github.com/stagedive/stagedive/model/measure"
)

func TestParseBytes(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "1500": 1500, "12 B": 12, "120MB": 120_000_000, "1.5 GB": 1_500_000_000, "64MiB": 64 << 20, "1 kib": 1024, "2k": 2000, "3Ti": 3 << 40, " 7 mb ": 7_000_000,
	} {
		if got, err := measure.ParseBytes(s); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "MB", "-1", "-1MB", "1.2.3", "12 apples", "1e30 TB", "nan", "inf", "1 MBB", "0x10"} {
		if got, err := measure.ParseBytes(s); err == nil {
			t.Errorf("%q was taken for %d", s, got)
		}
	}
}
