package report

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stagedive/stagedive/inspect/report/markdown"
	"github.com/stagedive/stagedive/model/inventory"
)

// packages are those that are asked for, in the order that is: by kind and name, or as
// Sort says.
func (r Report) packages() []inventory.Package {
	list := append([]inventory.Package{}, r.Image.Packages...)
	if r.Show.Paths != nil {
		list = slices.DeleteFunc(list, func(p inventory.Package) bool { return !r.Show.Paths.match(p.Path) })
	}
	by := inventory.Compare
	switch r.Show.Sort {
	case BySize:
		by = func(a, b inventory.Package) int { return cmp.Or(cmp.Compare(b.Size, a.Size), inventory.Compare(a, b)) }
	case ByName:
		by = func(a, b inventory.Package) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), inventory.Compare(a, b))
		}
	case ByPath:
		by = func(a, b inventory.Package) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), inventory.Compare(a, b))
		}
	}
	slices.SortFunc(list, by)
	return list
}

// packageLines writes a line a package: kind, size, number of the layer that installs it,
// name, version, where it says so, and in brackets what there is to know beside.
func (r Report) packageLines(b *bufio.Writer) {
	for _, p := range r.packages() {
		fmt.Fprintf(b, "%-8s  %s  %3d  %s  %s  %s", p.Kind, r.Show.cell(p.Size), p.Layer+1, p.Name, cmp.Or(p.Version, "-"), p.Path)
		if notes := packageNotes(p); notes != "" {
			fmt.Fprintf(b, "  (%s)", notes)
		}
		fmt.Fprintln(b)
	}
}

// packageNotes is what changes how a package is looked at.
func packageNotes(p inventory.Package) string {
	var notes []string
	if p.Base {
		notes = append(notes, "from the base image")
	}
	if p.Gone > 0 {
		notes = append(notes, fmt.Sprintf("removed in layer %d, still shipped", p.Gone+1))
	}
	switch {
	case p.Dev != "":
		notes = append(notes, "for development, by "+p.Dev)
	case p.DevTool:
		notes = append(notes, "a tool for development")
	}
	return strings.Join(notes, "; ")
}

func (r Report) markdownPackages(b *bufio.Writer) {
	markdown.Table(b, "kind", "package", "version", "size:", "layer:", "where", "")
	for _, p := range r.packages() {
		markdown.Cells(b, string(p.Kind), markdown.Code(p.Name), markdown.Code(p.Version), r.Show.size(p.Size), fmt.Sprint(p.Layer+1), markdown.Code(p.Path), markdown.Plain(packageNotes(p)))
	}
}
