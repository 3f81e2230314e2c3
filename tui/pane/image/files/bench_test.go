package files

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stagedive/stagedive/model/image"
)

// million is an image of n files as they lie in real ones, forty to a directory, half
// of them in a first layer; the second adds a quarter and rewrites a tenth, the third
// adds a quarter and removes a directory. A tenth of all lies in one directory.
func million(n int) *image.Image {
	path := func(i int) string {
		if i%10 == 0 {
			return fmt.Sprintf("var/cache/objects/%08x", i*2654435761%(1<<32))
		}
		return fmt.Sprintf("usr/lib/packages%d/module%03d/part%02d/source%05d.js", i%7, i/40%1000, i/40000, i)
	}
	layer := func(from, to, again int) *image.Tree {
		b := image.NewBuilder()
		for i := from; i < to; i++ {
			b.Add(reg(path(i), int64(i)*7919%100_000))
		}
		for i := range again {
			b.Add(reg(path(i*5), int64(i)*7919%100_000+1))
		}
		if from > n/2 {
			b.Add(image.Entry{Path: "usr/lib/packages3/module001", Type: image.Whiteout})
		}
		return b.Tree()
	}
	im := &image.Image{}
	for i, t := range []*image.Tree{layer(0, n/2, 0), layer(n/2, n*3/4, n/10), layer(n*3/4, n, 0)} {
		im.Layers = append(im.Layers, image.Layer{Index: i, Tree: t, Size: t.Size(image.Root)})
	}
	return im
}

// BenchmarkKeys is what keys cost while an image of 1,000,000 files is shown: the
// key itself with the frame after it, and how long what it asks for takes beside.
func BenchmarkKeys(b *testing.B) {
	m := shown(b, million(1_000_000), Scope{2, 2})
	var spent []time.Duration
	key := func(k string, wait bool) time.Duration {
		start := time.Now()
		cmd, _ := m.Key(keyMsg(k))
		m.View(true)
		spent = append(spent, time.Since(start))
		var beside time.Duration
		for cmd != nil && wait {
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
		for _, k := range []string{"a", "o", "o", "L", "o", "G", "g", "L", "+", "G", "g", "-", "j", "enter", "C", "C", "C", "C", "C", "a", "a"} {
			beside[k] = max(beside[k], key(k, true))
		}
		key("/", true)
		for _, k := range []string{"s", "o", "u", "r", "c", "e", "9", "9"} {
			beside["/"+k] = max(beside["/"+k], key(k, true))
		}
		key("esc", true)
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

// TestAKeyCostsTheSameInALargeImage holds that keys walk no tree: what a key and its
// frame allocate does not grow with the image.
func TestAKeyCostsTheSameInALargeImage(t *testing.T) {
	small, large := shown(t, million(20_000), Scope{2, 2}), shown(t, million(200_000), Scope{2, 2})
	for _, m := range []*Model{small, large} {
		press(m, "a", "-", "g", "+")
		if m.Len() < 15_000 {
			t.Fatalf("%d rows are open", m.Len())
		}
	}
	for _, keys := range [][]string{{"j", "k"}, {"G", "g"}, {"a"}, {"o"}, {"C"}, {"/", "f", "esc"}, {"n"}} {
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
			t.Errorf("%v: %.0f allocations in a large image, %.0f in a small one", keys, many, few)
		}
	}
}
