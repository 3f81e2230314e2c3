package compare

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/inventory"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/tui/pane/compare/tab"
	"github.com/stagedive/stagedive/tui/pane/compare/table"
	imagepane "github.com/stagedive/stagedive/tui/pane/image"
	"github.com/stagedive/stagedive/tui/theme"
)

// packages lists what is installed.
func packages() table.Kind {
	return table.Kind{Name: "packages", Are: "names", None: "No package is installed in any of them.", Sizes: true, Least: 12, Label: 36, Rows: func(c *compare.Comparison) []table.Row {
		var out []table.Row
		for _, p := range c.Packages() {
			r := table.Row{Lead: string(p.Kind), Role: theme.Dim, Label: p.Name, Same: p.Same(), Enter: whereInstalled(c, p)}
			for i := range c.Sides {
				cell := table.Cell{Has: len(p.Versions[i]) > 0, Text: strings.Join(p.Versions[i], ", "), Change: p.Change(i)}
				if p.Sizes[i] > 0 {
					cell.Right = measure.Bytes(p.Sizes[i])
				}
				r.Size = max(r.Size, p.Sizes[i])
				r.Cells = append(r.Cells, cell)
			}
			out = append(out, r)
		}
		return out
	}}
}

// whereInstalled goes to what says that a package is installed.
func whereInstalled(c *compare.Comparison, p compare.Package) func(int) *tab.Go {
	return func(side int) *tab.Go {
		for _, x := range inventory.Final(c.Sides[side].Image.Packages) {
			if x.Kind == p.Kind && x.Name == p.Name {
				return &tab.Go{Image: &tab.Place{Side: side, Layer: x.Layer, Path: x.Path}}
			}
		}
		return nil
	}
}

// settings lists how a container of each starts.
func settings() table.Kind {
	return table.Kind{Name: "settings", None: "None of them says how a container of it starts.", Least: 12, Label: 30, Rows: func(c *compare.Comparison) []table.Row {
		var out []table.Row
		for _, s := range c.Settings() {
			r := table.Row{Label: s.Name, Same: s.Same()}
			some := false
			for i, v := range s.Values {
				r.Cells = append(r.Cells, table.Cell{Has: v != "", Text: v, Change: became(s.Values[0], v)})
				some = some || s.Values[i] != ""
			}
			if some {
				out = append(out, r)
			}
		}
		return out
	}}
}

// became is what happened to the first side's value.
func became(first, here string) image.Change {
	switch {
	case first == here:
		return image.Unchanged
	case first == "":
		return image.Added
	case here == "":
		return image.Removed
	}
	return image.Modified
}

// layers lists the layers of all, each with what made it. redact takes secrets out of
// instructions.
func layers(redact func(string) string) table.Kind {
	return table.Kind{Name: "layers", None: "None of them has a layer.", Sizes: true, Least: 12, Label: 44, CutEnd: true, Rows: func(c *compare.Comparison) []table.Row {
		var out []table.Row
		for _, l := range c.Layers() {
			out = append(out, layerRow(c, l, redact))
		}
		return out
	}}
}

func layerRow(c *compare.Comparison, l compare.Layer, redact func(string) string) table.Row {
	r := table.Row{Same: l.Shared(), Size: l.Size}
	r.Enter = func(side int) *tab.Go {
		if l.In[side] < 0 {
			return nil
		}
		return &tab.Go{Image: &tab.Place{Side: side, Layer: l.In[side]}}
	}
	line := func(side int) int {
		if l.In[side] < 0 {
			return 0
		}
		return c.Sides[side].Image.Layers[l.In[side]].Origin.Line
	}
	r.Line = line
	for i, in := range l.In {
		cell := table.Cell{Has: in >= 0, Change: inFirst(l.In[0] >= 0, in >= 0)}
		if in >= 0 {
			im := c.Sides[i].Image
			layer := im.Layers[in]
			cell.Text, cell.Long = fmt.Sprintf("L%d", in+1), fmt.Sprintf("layer %d of %d", in+1, len(im.Layers))
			if r.Same {
				cell.Text += " shared"
			}
			cell.Right = measure.Bytes(layer.Size)
			if r.Label == "" {
				text := cmp.Or(imagepane.StepText(c.Sides[i].Graph, layer.Origin), imagepane.Instruction(layer.CreatedBy))
				r.Label = strings.Join(strings.Fields(redact(text)), " ")
				switch {
				case layer.Origin.Base:
					r.Lead, r.Role = "base", theme.Dim
				case layer.Origin.Line > 0:
					r.Lead, r.Role = fmt.Sprintf("%4d", layer.Origin.Line), theme.Dim
				}
			}
		}
		r.Cells = append(r.Cells, cell)
	}
	if r.Label == "" {
		r.Label = "nothing is said of how it was made"
	}
	return r
}

// inFirst is what became of something that a side has or has not.
func inFirst(first, here bool) image.Change {
	switch {
	case first && !here:
		return image.Removed
	case here && !first:
		return image.Added
	}
	return image.Unchanged
}

// found lists the findings: which went away, which came.
func found() table.Kind {
	return table.Kind{Name: "findings", None: "Nothing was found in any of them.", Sizes: true, Least: 12, Label: 42, Worse: true, Rows: func(c *compare.Comparison) []table.Row {
		var out []table.Row
		for _, f := range c.Findings() {
			out = append(out, findingRow(f))
		}
		return out
	}}
}

func findingRow(f compare.Finding) table.Row {
	one := f.Any()
	r := table.Row{
		Sign: true, Lead: fmt.Sprintf("%-8s", one.Severity), Role: theme.Severity(one.Severity), Label: one.Title,
		Same: f.Same(), Words: []string{one.Why},
	}
	if s := one.Subject(); s != "" {
		r.Label += "  " + s
	}
	for i, in := range f.In {
		cell := table.Cell{Has: in != nil, Change: f.Change(i)}
		if in != nil {
			cell.Text, cell.Long = where(*in), in.Title
			if in.Layer >= 0 {
				cell.Long = fmt.Sprintf("layer %d", in.Layer+1)
			}
			if in.Line > 0 {
				cell.Long += fmt.Sprintf(", line %d", in.Line)
			}
			r.Size = max(r.Size, in.Size)
			if in.Size > 0 {
				cell.Right = measure.Bytes(in.Size)
			}
		}
		r.Cells = append(r.Cells, cell)
	}
	r.Enter = func(side int) *tab.Go {
		if f.In[side] == nil {
			return nil
		}
		return &tab.Go{Image: &tab.Place{Side: side, Layer: -1, Finding: f.In[side]}}
	}
	r.Line = func(side int) int {
		if f.In[side] == nil {
			return 0
		}
		return f.In[side].Line
	}
	return r
}

// where a finding is in the image of its side.
func where(f finding.Finding) string {
	switch {
	case f.Layer >= 0:
		return fmt.Sprintf("L%d", f.Layer+1)
	case f.Line > 0:
		return fmt.Sprintf("line %d", f.Line)
	}
	return "settings"
}
