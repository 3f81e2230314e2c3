package image

import "charm.land/bubbles/v2/key"

// Hints are the bindings that mean something for what is shown, for the bottom line.
// Of a switch they say what the key goes to: what is on now stands on the screen.
func (p *Pane) Hints() []key.Binding {
	k := p.keys
	base := k.Base
	if p.layers.open && p.layers.base > 1 {
		base = says(base, "fold base")
	}
	zoom := k.Zoom
	if p.alone {
		zoom = says(zoom, "zoom back")
	}
	switch {
	case p.tab == tabFiles:
		span := k.Range
		if p.anchor != nil {
			span = says(span, "end range")
		}
		f := p.files.Hints()
		return append(append([]key.Binding{k.Tabs}, f[:3]...), append([]key.Binding{span, k.Origin, k.Writers, base, zoom}, f[3:]...)...)
	case p.book() != nil && p.book().Len() > 0:
		return []key.Binding{k.Tabs, k.Jump, k.Origin, zoom, base}
	}
	return []key.Binding{k.Tabs, zoom, base}
}

// says is a binding with other words.
func says(b key.Binding, words string) key.Binding {
	b.SetHelp(b.Help().Key, words)
	return b
}
