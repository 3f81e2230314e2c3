package keys

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
)

// A key that two bindings of one context claim would reach only one of them.
func TestNoKeyTwice(t *testing.T) {
	groups := Default().Groups()
	main, picker := groups[:len(groups)-1], groups[len(groups)-1:]
	for _, context := range [][]Group{main, picker} {
		owner := map[string]string{}
		for _, g := range context {
			for _, b := range g.Bindings {
				for _, k := range b.Keys() {
					if k == "space" && g.Title == Graph {
						continue // the graph has no rows that it could page over
					}
					if o, dup := owner[k]; dup {
						t.Errorf("%q does %q and %q", k, o, b.Help().Desc)
					}
					owner[k] = b.Help().Desc
				}
			}
		}
	}
}

func TestEveryBindingIsExplained(t *testing.T) {
	text := Markdown(Default().Groups())
	for _, g := range Default().Groups() {
		for _, b := range g.Bindings {
			if len(b.Keys()) == 0 || b.Help().Desc == "" {
				t.Errorf("a binding of %q has no key or no help: %+v", g.Title, b)
			}
			if !strings.Contains(text, b.Help().Desc) {
				t.Errorf("the manual lacks %q", b.Help().Desc)
			}
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := Markdown([]Group{{"Move", []key.Binding{bind("↑ k", "up", "up", "k")}}})
	want := "**Move**\n\n| key | does |\n|---|---|\n| `↑` `k` | up |\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
