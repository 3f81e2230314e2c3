package file

import "charm.land/bubbles/v2/key"

// Keys are the bindings that belong to files: on the page, and Open, Extract, Copy and
// Compare on a file that is selected in the image too.
type Keys struct {
	Open, View, Compare, Extract, Copy     key.Binding
	Search, NextMatch, PreviousMatch, Wrap key.Binding
}

// DefaultKeys returns the bindings.
func DefaultKeys() Keys {
	bind := func(label, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
	}
	return Keys{
		Open:          bind("enter", "open the selected file", "enter"),
		View:          bind("t", "text, bytes in hex, what is in it", "t"),
		Compare:       bind("D", "differences from the version before", "D"),
		Extract:       bind("E", "extract the file or directory", "E"),
		Copy:          bind("y", "copy the path", "y"),
		Search:        bind("/", "search in the file", "/"),
		NextMatch:     bind("n", "next match", "n"),
		PreviousMatch: bind("N", "previous match", "N"),
		Wrap:          bind("W", "wrap long lines", "W"),
	}
}

// Bindings lists them for help.
func (k Keys) Bindings() []key.Binding {
	return []key.Binding{k.Open, k.Compare, k.Extract, k.Copy, k.View, k.Search, k.NextMatch, k.PreviousMatch, k.Wrap}
}
