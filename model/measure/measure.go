// Package measure writes bytes and times the way the whole program does.
package measure

import (
	"fmt"
	"strconv"
	"time"
)

// Bytes is n in decimal units with one digit after the point, as Docker writes
// sizes: 0 B, 999 B, 1.0 kB, 29.0 MB, 1.7 GB. Seven characters hold any size
// below 1000 TB.
func Bytes(n int64) string {
	if n < 0 {
		return "-" + Bytes(-n)
	}
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f := float64(n)
	for _, unit := range [...]string{"kB", "MB", "GB"} {
		f /= 1000
		if f < 999.95 {
			return fmt.Sprintf("%.1f %s", f, unit)
		}
	}
	return fmt.Sprintf("%.1f TB", f/1000)
}

// Count is n with its thousands set apart: 12,803.
func Count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Duration is d with the precision that somebody who waits cares for: <0.1s, 0.1s,
// 12.3s, 2m05s, 1h02m; 0.0s for none at all.
func Duration(d time.Duration) string {
	d = max(0, d)
	switch {
	case d > 0 && d < 50*time.Millisecond:
		return "<0.1s"
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// Ticking is a time that still passes. It shows no tenths, so that what runs does
// not flicker: 3s, 2m05s, 1h02m.
func Ticking(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(max(0, d).Seconds())) + "s"
	}
	return Duration(d)
}

// Fine is d with a precision that suits its size, for looking closely: 0ms, 130ms,
// 1.53s, 12.3s, 2m05s.
func Fine(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < 999500*time.Microsecond:
		return fmt.Sprintf("%dms", d.Round(time.Millisecond).Milliseconds())
	case d < 9995*time.Millisecond:
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return Duration(d)
}

// Offset is a point on a scale whose marks lie step apart: 0s, 0.25s, 1.5s, 12s,
// 2m05s, 1h02m.
func Offset(d, step time.Duration) string {
	digits, unit := 0, time.Second
	switch {
	case step < 10*time.Millisecond:
		digits, unit = 3, time.Millisecond
	case step < 100*time.Millisecond:
		digits, unit = 2, 10*time.Millisecond
	case step < time.Second:
		digits, unit = 1, 100*time.Millisecond
	}
	d = max(0, d).Truncate(unit)
	switch {
	case d < time.Second && digits == 0:
		return "0s"
	case d < time.Minute:
		return fmt.Sprintf("%.*fs", digits, d.Seconds())
	case d < time.Hour:
		whole := d.Truncate(time.Minute)
		width := 2
		if digits > 0 {
			width = 3 + digits
		}
		return fmt.Sprintf("%dm%0*.*fs", int(d.Minutes()), width, digits, (d - whole).Seconds())
	case step < time.Minute:
		return fmt.Sprintf("%dh%02dm%02ds", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// Short is d in at most three cells, for where there is room for no more: 0s … 99s,
// 1m … 99m, 1h.
func Short(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < 100*time.Second:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%dh", d/time.Hour)
}

// Portion is how many of total bytes there are, in the total's unit: 42/180 MB,
// 0.4/1.7 GB.
func Portion(current, total int64) string {
	unit, by := "B", 1.0
	for _, next := range [...]string{"kB", "MB", "GB", "TB"} {
		if float64(total)/by < 999.95 {
			break
		}
		unit, by = next, by*1000
	}
	digits := 0
	if by > 1 && float64(total)/by < 9.95 {
		digits = 1
	}
	return fmt.Sprintf("%.*f/%.*f %s", digits, float64(current)/by, digits, float64(total)/by, unit)
}

// Plural is a count with its noun: 1 stage, 3 stages.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Count(n) + " " + noun
}

// Moment is when something happened as one looks for it in a list: 15:04:05 of the
// same day, Nov 20 15:04 of the same year, else 2025-11-20. It is in now's time
// zone and at most 12 characters.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.Year() != now.Year():
		return t.Format("2006-01-02")
	case t.YearDay() != now.YearDay():
		return t.Format("Jan _2 15:04")
	}
	return t.Format("15:04:05")
}

// Delta is the difference of two times, with its sign where it shows: +1.2s,
// -2m05s, 0.0s.
func Delta(d time.Duration) string {
	text := Duration(d.Abs())
	switch {
	case d.Abs() < 50*time.Millisecond:
		return Duration(0)
	case d < 0:
		return "-" + text
	}
	return "+" + text
}

// BytesDelta is a difference of bytes with its sign: +1.2 MB, -340 B, and 0 B without
// one.
func BytesDelta(n int64) string {
	switch {
	case n < 0:
		return "-" + Bytes(-n)
	case n > 0:
		return "+" + Bytes(n)
	}
	return Bytes(0)
}

// Stamp is a file's time, seconds since 1970, as ls --full-time has it, in UTC.
func Stamp(seconds int64) string {
	return time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05")
}
