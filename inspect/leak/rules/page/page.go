// Package page writes rules out: the list of all, and the page of one.
package page

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/model/finding"
)

// Rule is a rule and how it is seen.
type Rule struct {
	finding.Rule
	Seen []string `json:"seen,omitempty"` // a line for each way; none where code judges
}

// Formats are what rules can be written as.
func Formats() []string { return []string{"text", "json", "markdown"} }

// List writes all the rules, by category.
func List(w io.Writer, format string, all []Rule) error {
	switch format {
	case "json":
		return writeJSON(w, all)
	case "markdown":
		return listMarkdown(w, all)
	}
	return listText(w, all)
}

// Pages writes the page of each of the rules.
func Pages(w io.Writer, format string, some []Rule) error {
	if format == "json" {
		return writeJSON(w, some)
	}
	for i, r := range some {
		if i > 0 {
			if _, err := fmt.Fprintln(w); err != nil {
				return err
			}
		}
		text := r.text()
		if format == "markdown" {
			text = r.markdown()
		}
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// document is the JSON form; docs/rules.md tells of it.
type document struct {
	Version int    `json:"version"`
	Rules   []Rule `json:"rules"`
}

func writeJSON(w io.Writer, rules []Rule) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(document{Version: 1, Rules: rules})
}

// categories are those of the rules, in the order of the list.
func categories(all []Rule) []finding.Category {
	order := []finding.Category{
		finding.Secret, finding.Toolchain, finding.Source, finding.VCS, finding.DevDeps, finding.Cache,
		finding.Hygiene, finding.Build, finding.Policy,
	}
	return slices.DeleteFunc(order, func(c finding.Category) bool {
		return !slices.ContainsFunc(all, func(r Rule) bool { return r.Category == c })
	})
}

func of(all []Rule, c finding.Category) []Rule {
	some := slices.DeleteFunc(slices.Clone(all), func(r Rule) bool { return r.Category != c })
	slices.SortStableFunc(some, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return some
}

func listText(w io.Writer, all []Rule) error {
	var b strings.Builder
	for i, c := range categories(all) {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n", c)
		some, wide := of(all, c), 0
		for _, r := range some {
			wide = max(wide, len(r.ID))
		}
		for _, r := range some {
			fmt.Fprintf(&b, "  %-*s  %-8s  %s", wide, r.ID, r.Severity, r.Title)
			if r.File != "" {
				fmt.Fprintf(&b, " (%s)", r.File)
			}
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func listMarkdown(w io.Writer, all []Rule) error {
	var b strings.Builder
	for i, c := range categories(all) {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "### %s\n\n| rule | severity | title | why |\n| --- | --- | --- | --- |\n", c)
		for _, r := range of(all, c) {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, r.Severity, cell(r.Title), cell(r.Why))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell is a text in a table of Markdown.
func cell(s string) string { return strings.ReplaceAll(escape(s), "|", `\|`) }

// escape keeps Markdown from taking signs for formats.
func escape(s string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`).Replace(s)
}

// width is how wide the text of a page is, in cells.
const width = 78

func (r Rule) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s, %s", r.ID, r.Title, r.Severity, r.Category)
	if r.File != "" {
		fmt.Fprintf(&b, ", from %s", r.File)
	}
	b.WriteString("\n\nWhy\n" + wrap(r.Why, "  ", "  "))
	b.WriteString("\nFix\n" + wrap(r.Fix, "  ", "  "))
	if r.More != "" {
		b.WriteString("\nAbout\n")
		for i, p := range paragraphs(r.More) {
			if i > 0 {
				b.WriteByte('\n')
			}
			if isCode(p) {
				for line := range strings.Lines(p) {
					b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
				}
				continue
			}
			b.WriteString(wrap(p, "  ", "  "))
		}
	}
	if r.Seen != nil {
		b.WriteString("\nEvidence\n")
		for _, s := range r.Seen {
			b.WriteString(wrap(s, "  - ", "    "))
		}
	}
	return b.String()
}

func (r Rule) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: %s\n\n%s, %s\n\n", r.ID, escape(r.Title), r.Severity, r.Category)
	fmt.Fprintf(&b, "**Why.** %s\n\n**Fix.** %s\n", escape(r.Why), escape(r.Fix))
	for _, p := range paragraphs(r.More) {
		if isCode(p) {
			b.WriteString("\n" + p + "\n")
			continue
		}
		b.WriteString("\n" + escape(strings.Join(strings.Fields(p), " ")) + "\n")
	}
	if r.Seen != nil {
		b.WriteString("\n**Evidence**\n\n")
		for _, s := range r.Seen {
			fmt.Fprintf(&b, "- %s\n", escape(s))
		}
	}
	return b.String()
}

// paragraphs are parted by empty lines.
func paragraphs(text string) []string {
	var list []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if strings.TrimSpace(p) != "" {
			list = append(list, strings.Trim(p, "\n"))
		}
	}
	return list
}

// isCode says whether a paragraph stands as it is: its lines begin with four blanks, as
// in Markdown.
func isCode(p string) bool { return strings.HasPrefix(p, "    ") }

// wrap breaks a text into lines that begin with an indent.
func wrap(text, first, others string) string {
	var b strings.Builder
	b.WriteString(first)
	column := len(first)
	for i, word := range strings.Fields(text) {
		if n := len([]rune(word)); i > 0 && column+1+n > width {
			b.WriteString("\n" + others)
			column = len(others)
		} else if i > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len([]rune(word))
	}
	return b.String() + "\n"
}
