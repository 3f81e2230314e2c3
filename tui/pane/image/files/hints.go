package files

import "charm.land/bubbles/v2/key"

// Hints are the bindings as the bottom line names them: those that switch say what
// they go to. They come in the order of Bindings.
func (m *Model) Hints() []key.Binding {
	k, v := m.keys, m.view
	if v.all {
		words := "this layer"
		switch {
		case m.scope.Single():
		case m.image != nil && m.isBase():
			words = "base image"
		default:
			words = "these layers"
		}
		k.All = says(k.All, words)
	}
	after := v
	after.order = v.nextOrder()
	k.Order = says(k.Order, after.sorted().String())
	if v.flat() {
		k.List = says(k.List, "tree")
	}
	return k.Bindings()
}

// says is a binding with other words.
func says(b key.Binding, words string) key.Binding {
	b.SetHelp(b.Help().Key, words)
	return b
}
