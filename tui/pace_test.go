package tui

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
)

// A second of events, one a millisecond, and a key in the middle: frames come ten
// times a second, and the key's at once.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := New(Config{Graph: &model.Graph{Stages: []model.Stage{{Steps: []model.Step{{Command: "FROM"}}}}}})
		p := &paced{app: app}
		p.View()
		var frames int
		var due []time.Time
		last := p.last
		look := func() {
			if p.View(); p.last != last {
				frames++
				last = p.last
			}
		}
		tell := func(msg tea.Msg) {
			p.Update(msg)
			if at := p.next; !at.IsZero() && (len(due) == 0 || at.Before(due[len(due)-1])) {
				due = append(due, at)
			}
			look()
		}
		for i := range 1000 {
			time.Sleep(time.Millisecond)
			for len(due) > 0 && !time.Now().Before(due[len(due)-1]) {
				due = due[:len(due)-1]
				tell(dueMsg{})
			}
			if i == 510 {
				before := time.Now()
				tell(tea.KeyPressMsg{Code: '?', Text: "?"})
				if wait := p.next.Sub(before); !p.next.IsZero() && wait > keyTime {
					t.Errorf("a key's frame waits %s", wait)
				}
			}
			tell(eventsMsg{gen: -1, more: true})
		}
		if frames < 9 || frames > 12 {
			t.Errorf("%d frames in a second of events", frames)
		}
	})
}

// The frame that waits is drawn when its time has come, though nothing else
// happens: a message says so.
func TestPaceDraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paced{app: New(Config{Graph: &model.Graph{}})}
		p.View()
		drawn := p.last
		_, cmd := p.Update(eventsMsg{gen: -1, more: true})
		if p.View(); cmd == nil || p.last != drawn {
			t.Fatal("the frame did not wait")
		}
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			msg = batch[len(batch)-1]()
		}
		p.Update(msg)
		p.View()
		if got := p.last.Sub(drawn); got != streamTime {
			t.Errorf("drawn after %s", got)
		}
	})
}
