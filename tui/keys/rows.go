package keys

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Rows is the bindings that move over rows, the same in every list, tree and text.
type Rows struct {
	Up, Down, PageUp, PageDown, HalfUp, HalfDown, Home, End key.Binding
}

// By is how many rows a key moves where height of n are visible; what is asked
// for beyond the ends is the caller's to clamp. ok is false for a key that moves
// over no rows.
func (r Rows) By(msg tea.KeyPressMsg, height, n int) (delta int, ok bool) {
	switch {
	case key.Matches(msg, r.Up):
		return -1, true
	case key.Matches(msg, r.Down):
		return 1, true
	case key.Matches(msg, r.PageUp):
		return -max(1, height-1), true
	case key.Matches(msg, r.PageDown):
		return max(1, height-1), true
	case key.Matches(msg, r.HalfUp):
		return -max(1, height/2), true
	case key.Matches(msg, r.HalfDown):
		return max(1, height/2), true
	case key.Matches(msg, r.Home):
		return -n, true
	case key.Matches(msg, r.End):
		return n, true
	}
	return 0, false
}

// Without is the bindings without keys that mean something else in a pane.
func (r Rows) Without(taken ...string) Rows {
	for _, b := range []*key.Binding{&r.Up, &r.Down, &r.PageUp, &r.PageDown, &r.HalfUp, &r.HalfDown, &r.Home, &r.End} {
		b.SetKeys(slices.DeleteFunc(slices.Clone(b.Keys()), func(k string) bool { return slices.Contains(taken, k) })...)
	}
	return r
}
