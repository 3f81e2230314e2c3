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

// Duration is d with the precision that somebody who waits cares for: 0.1s,
// 12.3s, 2m05s, 1h02m.
func Duration(d time.Duration) string {
	d = max(0, d)
	switch {
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
