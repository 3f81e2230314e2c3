package widget

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time that has passed: 0.1s, 12.3s, 2m05s, 1h02m.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0.0s"
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// Ticking is a time that still passes. It shows no tenths, so that what runs
// does not flicker: 3s, 2m05s, 1h02m.
func Ticking(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(max(0, d).Seconds())) + "s"
	}
	return Duration(d)
}

// Bytes is a size in the decimal units of docker and of disks: 0 B, 68.1 kB,
// 22.4 MB, 1.7 GB.
func Bytes(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, units := float64(n)/1000, "kMGTPE"
	i := 0
	for v >= 999.95 && i < len(units)-1 {
		v /= 1000
		i++
	}
	return fmt.Sprintf("%.1f %cB", v, units[i])
}

// Count is a number with its thousands apart: 1,204.
func Count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// Plural is a count with its noun: 1 stage, 3 stages.
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Count(n) + " " + noun
}
