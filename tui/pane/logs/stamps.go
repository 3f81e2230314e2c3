package logs

import (
	"fmt"
	"time"
)

// stamps says which times stand beside the lines.
type stamps int

const (
	stampsAuto  stamps = iota // since the build began, where there is room
	stampsBegin               // since the build began
	stampsClock               // the time of day
	stampsOff
)

// roomForStamps is how wide a pane is that shows times without being asked to.
const roomForStamps = 46

// next is what `T` shows after it, in a pane of some width.
func (s stamps) next(width int) stamps {
	switch {
	case s == stampsOff, s == stampsAuto && width < roomForStamps:
		return stampsBegin
	case s == stampsClock:
		return stampsOff
	}
	return stampsClock
}

func (s stamps) shown(width int) bool {
	return s == stampsBegin || s == stampsClock || s == stampsAuto && width >= roomForStamps
}

// width is how many cells a time takes.
func (s stamps) width() int {
	if s == stampsClock {
		return len(" 15:04:05")
	}
	return 6
}

func (s stamps) text(at, begin time.Time, zone *time.Location) string {
	if s == stampsClock {
		return at.In(zone).Format(time.TimeOnly)
	}
	d := at.Sub(begin)
	if d < 10_000*time.Second {
		return fmt.Sprintf("%.1f", max(0, d).Seconds())
	}
	return fmt.Sprintf("%.0f", d.Seconds())
}
