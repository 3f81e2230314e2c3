// Package markdown writes Markdown as GitHub and GitLab show it, in which nothing that
// comes from an image is a link, a mention or a format.
package markdown

import (
	"bufio"
	"fmt"
	"strings"
)

// Table begins a table; a name that ends with a colon is of a column of numbers.
func Table(b *bufio.Writer, names ...string) {
	rule := make([]string, len(names))
	for i, n := range names {
		rule[i] = "---"
		if strings.HasSuffix(n, ":") {
			names[i], rule[i] = strings.TrimSuffix(n, ":"), "--:"
		}
	}
	fmt.Fprintln(b)
	Cells(b, names...)
	Cells(b, rule...)
}

// Cells writes a row of a table; its cells are Markdown.
func Cells(b *bufio.Writer, list ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(list, " | "))
}

// Code is a text as it is, in a table's cell.
func Code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		pad = " "
	}
	return fence + pad + strings.ReplaceAll(s, "|", `\|`) + pad + fence
}

// Plain is a text that means nothing to Markdown. One that could call on a person or
// refer to an issue becomes code, which cannot.
func Plain(s string) string {
	if strings.ContainsAny(s, "@#") {
		return Code(s)
	}
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>|~&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
