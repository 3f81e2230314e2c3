package comparison

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stagedive/stagedive/model/compare"
	"github.com/stagedive/stagedive/model/image"
)

// Files writes a line for each path that is not the same in all sides, what differs by
// the most bytes first, for programs and for people who search: for each side but the
// first a sign (+ added, - removed, ~ other content, m other metadata alone, = the same),
// what differs beside the content, the bytes in each side, and the path; tabs between.
// "-" stands for a side that has no such path, and for nothing that differs. Paths are
// as they are shown, so that each is one line.
func Files(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	f := r.Comparison.Files()
	for _, id := range f.Differences() {
		signs, meta := "", image.Meta(0)
		var sizes []string
		for s := range f.Sides() {
			if s > 0 {
				signs += sign(f, id, s)
				meta |= f.Meta(id, s)
			}
			size := "-"
			if info, ok := f.Info(id, s); ok {
				size = strconv.FormatInt(info.Size, 10)
			}
			sizes = append(sizes, size)
		}
		words := strings.ReplaceAll(strings.Join(meta.Words(), ","), "extended attributes", "attributes")
		if words == "" {
			words = "-"
		}
		path := f.Path(id)
		if f.IsDir(id) && path != "/" {
			path += "/"
		}
		fmt.Fprintf(b, "%s\t%s\t%s\t%s\n", signs, words, strings.Join(sizes, "\t"), path)
	}
	return b.Flush()
}

// sign is what became of a path in a side, in one character.
func sign(f *compare.Files, id compare.ID, side int) string {
	if !f.Known(side) {
		return "?"
	}
	switch f.Own(id, side) {
	case image.Added:
		return "+"
	case image.Removed:
		return "-"
	case image.Modified:
		return "~"
	case image.Metadata:
		return "m"
	}
	return "="
}
