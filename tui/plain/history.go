package plain

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/history"
	"github.com/stagedive/stagedive/model/measure"
)

// History writes a table of builds, one line each. all are the records that
// abbreviated refs must be told from.
func History(w io.Writer, records, all []history.Record, now time.Time) error {
	rows := [][]string{{"ref", "state", "started", "took", "steps", "cached", "ran", "size", "target", "build"}}
	for _, r := range records {
		row := []string{
			history.Short(r.Ref, all), string(r.State()), measure.Moment(r.Started, now), measure.Duration(r.Elapsed(now)),
			"-", "-", "-", "-", cmp.Or(r.Target, "-"), r.Title(),
		}
		if !r.Running() {
			row[4], row[5], row[6] = measure.Count(r.Steps), measure.Count(r.Cached), measure.Count(r.Ran())
		}
		if r.Size > 0 {
			row[7] = measure.Bytes(r.Size)
		}
		if len(r.Platforms) > 0 {
			row[9] += " " + strings.Join(r.Platforms, ",")
		}
		if r.Error != "" {
			row[9] += ": " + r.Error
		}
		rows = append(rows, row)
	}
	return table(w, rows, "llrrrrrrll")
}

// table writes rows in columns; align has an l or an r for each column.
func table(w io.Writer, rows [][]string, align string) error {
	widths := make([]int, len(align))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if align[i] == 'r' {
				cell = pad + cell
			} else {
				cell += pad
			}
			line += cell + "  "
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}
