package markdown

import "testing"

// TestMarkdownIsText: nothing from an image formats, links, mentions, or ends a cell.
func TestMarkdownIsText(t *testing.T) {
	for s, want := range map[string]string{
		"/a":          "`/a`",
		"":            "",
		"a|b":         "`a\\|b`",
		"`x`":         "`` `x` ``",
		"a``b`c":      "```a``b`c```",
		" x ":         "`  x  `",
		"@here <b>#1": "`@here <b>#1`",
	} {
		if got := Code(s); got != want {
			t.Errorf("Code(%q) = %q, want %q", s, got, want)
		}
	}
	for s, want := range map[string]string{
		"line 3: it":          "line 3: it",
		"*a* _b_ `c`":         "\\*a\\* \\_b\\_ \\`c\\`",
		"[x](y) <script> |":   "\\[x\\](y) \\<script\\> \\|",
		"ask @somebody":       "`ask @somebody`",
		"fixes #12":           "`fixes #12`",
		"~~gone~~ &amp; a\\b": "\\~\\~gone\\~\\~ \\&amp; a\\\\b",
	} {
		if got := Plain(s); got != want {
			t.Errorf("Plain(%q) = %q, want %q", s, got, want)
		}
	}
}
