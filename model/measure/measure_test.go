package measure

import (
	"testing"
	"time"
)

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 28_950_000: "28.9 MB", 999_949: "999.9 kB",
		999_950: "1.0 MB", 1_700_000_000: "1.7 GB", 5e12: "5.0 TB", -1500: "-1.5 kB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12803: "12,803", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0.0s", 0: "0.0s", 40 * time.Millisecond: "<0.1s", 50 * time.Millisecond: "0.1s", 1500 * time.Millisecond: "1.5s",
		59_990 * time.Millisecond: "0m59s", time.Minute: "1m00s", 125 * time.Second: "2m05s", 3720 * time.Second: "1h02m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestTickingShowsNoTenths(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 3900 * time.Millisecond: "3s", 65 * time.Second: "1m05s",
	} {
		if got := Ticking(d); got != want {
			t.Errorf("Ticking(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 stages", 1: "1 stage", 1204: "1,204 stages"} {
		if got := Plural(n, "stage"); got != want {
			t.Errorf("Plural(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.FixedZone("here", 3600))
	for want, at := range map[string]time.Time{
		"11:59:58":     now.Add(-2 * time.Second),
		"Mar  8 23:59": now.Add(-12*time.Hour - time.Minute),
		"2025-12-31":   time.Date(2025, 12, 31, 10, 0, 0, 0, time.UTC),
		"00:30:00":     time.Date(2026, 3, 8, 23, 30, 0, 0, time.UTC), // this zone's day counts
	} {
		if got := Moment(at, now); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}

func TestFine(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0ms", 0: "0ms", 400 * time.Microsecond: "0ms", 13 * time.Millisecond: "13ms", 999_400 * time.Microsecond: "999ms",
		999_600 * time.Microsecond: "1.00s", 1530 * time.Millisecond: "1.53s", 12340 * time.Millisecond: "12.3s", 125 * time.Second: "2m05s",
	} {
		if got := Fine(d); got != want {
			t.Errorf("Fine(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestOffset(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		d, step time.Duration
		want    string
	}{
		{0, time.Second, "0s"},
		{0, 100 * ms, "0.0s"},
		{250 * ms, 50 * ms, "0.25s"},
		{5 * ms, ms, "0.005s"},
		{1500 * ms, 500 * ms, "1.5s"},
		{12 * time.Second, 5 * time.Second, "12s"},
		{59_999 * ms, time.Second, "59s"},
		{125 * time.Second, 5 * time.Second, "2m05s"},
		{125_500 * ms, 500 * ms, "2m05.5s"},
		{3720 * time.Second, time.Minute, "1h02m"},
		{3725 * time.Second, 5 * time.Second, "1h02m05s"},
		{-ms, time.Second, "0s"},
	} {
		if got := Offset(c.d, c.step); got != c.want {
			t.Errorf("Offset(%v, %v) = %s, want %s", c.d, c.step, got, c.want)
		}
	}
}

func TestDelta(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0.0s": -20 * time.Millisecond, "+0.1s": 60 * time.Millisecond, "-12.0s": -12 * time.Second, "+2m05s": 125 * time.Second,
	} {
		if got := Delta(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestBytesDelta(t *testing.T) {
	for want, n := range map[string]int64{"0 B": 0, "+1.2 MB": 1_200_000, "-340 B": -340} {
		if got := BytesDelta(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestStamp(t *testing.T) {
	if got := Stamp(1_700_000_000); got != "2023-11-14 22:13:20" {
		t.Error(got)
	}
}
