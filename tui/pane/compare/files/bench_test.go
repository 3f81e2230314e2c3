package files

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// BenchmarkKeysOfComparedFiles is what keys cost while two images of 1,000,000 files each
// are side by side: the key itself with the frame after it, and how long what it asks
// for takes beside. The goal is 50 ms at the 95th percentile.
func BenchmarkKeysOfComparedFiles(b *testing.B) {
	m := shown(big(1_000_000))
	m.SetSize(200, 60)
	var spent []time.Duration
	key := func(k string) time.Duration {
		start := time.Now()
		cmd, _, _ := m.Key(keyMsg(k))
		m.View(true)
		spent = append(spent, time.Since(start))
		var beside time.Duration
		for cmd != nil {
			start := time.Now()
			msg := cmd()
			beside += time.Since(start)
			start = time.Now()
			cmd, _ = m.Update(msg)
			m.View(true)
			spent = append(spent, time.Since(start))
		}
		return beside
	}
	beside := map[string]time.Duration{}
	for b.Loop() {
		for _, k := range []string{"d", "O", "O", "L", "O", "G", "g", "L", "+", "G", "g", "-", "j", "l", "j", "h", "C", "C", "C", "C", "C", "d", "d"} {
			beside[k] = max(beside[k], key(k))
		}
		for _, k := range []string{"/", "s", "o", "u", "r", "c", "e", "9", "9"} {
			beside["/"+k] = max(beside["/"+k], key(k))
		}
		key("esc")
	}
	slices.Sort(spent)
	var slow []string
	for k, d := range beside {
		slow = append(slow, fmt.Sprintf("%s %v", k, d.Round(time.Millisecond)))
	}
	slices.Sort(slow)
	b.Logf("beside: %v", slow)
	b.ReportMetric(float64(spent[len(spent)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(spent[len(spent)-1].Microseconds())/1000, "max-ms")
}

// TestAKeyCostsTheSameInLargeImages holds that keys go through no tree: what a key and
// its frame allocate does not grow with the images.
func TestAKeyCostsTheSameInLargeImages(t *testing.T) {
	small, large := shown(big(10_000)), shown(big(60_000))
	for _, m := range []*Model{small, large} {
		press(m, "d", "+", "g")
		if m.Len() < 8_000 {
			t.Fatalf("%d rows are open", m.Len())
		}
	}
	for _, keys := range [][]string{{"j", "k"}, {"G", "g"}, {"d"}, {"O"}, {"C"}, {"/", "f", "esc"}, {"L"}} {
		cost := func(m *Model) float64 {
			return testing.AllocsPerRun(20, func() {
				for _, k := range keys { // what they ask for is not worked out
					m.Key(keyMsg(k))
					m.View(true)
				}
			})
		}
		few, many := cost(small), cost(large)
		if many > few*1.3+50 || many > 6000 {
			t.Errorf("%v: %.0f allocations with large images, %.0f with small ones", keys, many, few)
		}
	}
}
