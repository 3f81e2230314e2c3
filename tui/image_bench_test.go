package tui_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui"
)

// hugeImage is an image of 1,000,000 files in three layers.
func hugeImage() *image.Image {
	im := &image.Image{Ref: "huge"}
	for k := range 3 {
		b := image.NewBuilder()
		for i := range 400_000 {
			b.Add(image.Entry{
				Path: fmt.Sprintf("usr/lib/packages%d/module%03d/source%d_%d.js", i%7, i/40%1000, i, k%2),
				Mode: 0o644, Size: int64(i), Sum: uint64(i + k),
			})
		}
		t := b.Tree()
		im.Layers = append(im.Layers, image.Layer{Index: k, Tree: t, Size: t.Size(image.Root), Origin: image.Unknown})
	}
	return im
}

// BenchmarkImageKeys is what a key costs the whole program, its frame included, while
// an image of 1,000,000 files is on the screen, and what the answers cost that were
// worked out beside: both hold up the next key.
func BenchmarkImageKeys(b *testing.B) {
	app := tui.New(tui.Config{Image: hugeImage(), Width: 200, Height: 60, Frame: -1, Profile: colorprofile.TrueColor})
	var keys, answers []time.Duration
	send := func(msg tea.Msg, to *[]time.Duration) tea.Cmd {
		start := time.Now()
		_, cmd := app.Update(msg)
		app.View()
		*to = append(*to, time.Since(start))
		return cmd
	}
	var settle func(cmd tea.Cmd)
	settle = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				settle(c)
			}
		default:
			settle(send(msg, &answers))
		}
	}
	settle(app.Init())
	for b.Loop() {
		for _, k := range []string{"a", "l", "L", "G", "g", "o", "j", "L", "+", "G", "k", "-", "l", "j", "l", "/", "f", "1", "_", "esc", "]", "]", "j", "]", "[", "[", "[", "n", "v", "k", "esc", "h", "k", "j", "j"} {
			msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
			if k == "esc" {
				msg = tea.KeyPressMsg{Code: tea.KeyEscape}
			}
			settle(send(msg, &keys))
		}
	}
	for name, spent := range map[string][]time.Duration{"key": keys, "answer": answers} {
		slices.Sort(spent)
		b.ReportMetric(float64(spent[len(spent)*95/100].Microseconds())/1000, name+"-p95-ms")
		b.ReportMetric(float64(spent[len(spent)-1].Microseconds())/1000, name+"-max-ms")
	}
}
