package keys

import (
	"fmt"
	"strings"
)

// Markdown is the groups as tables, for the manual.
func Markdown(groups []Group) string {
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "**%s**\n\n| key | does |\n|---|---|\n", g.Title)
		for _, k := range g.Bindings {
			h := k.Help()
			fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(h.Key, " ", "` `"), h.Desc)
		}
	}
	return b.String()
}
