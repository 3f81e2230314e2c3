package inspect

import (
	"fmt"
	"strings"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// maxText bounds each setting and each instruction, in bytes: some build tools keep
// tens of kilobytes in a label.
const maxText = 256 << 10

// washer makes the settings of an image harmless and counts those that were not.
type washer struct{ unclean, long int }

func (w *washer) text(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
		w.long++
	}
	out := sanitize.Text(s)
	// Instructions may well be of several lines.
	if out != s && sanitize.Text(plainBreaks.Replace(s)) != plainBreaks.Replace(s) {
		w.unclean++
	}
	return out
}

var plainBreaks = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ")

func (w *washer) texts(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = w.text(s)
	}
	return out
}

// sentences say what was done.
func (w *washer) sentences() []string {
	var out []string
	if w.unclean > 0 {
		out = append(out, fmt.Sprintf("control characters, invisible ones or bytes that are no UTF-8 in %s of the image's settings and instructions: signs stand in their place", measure.Count(w.unclean)))
	}
	if w.long > 0 {
		out = append(out, fmt.Sprintf("more than %s in %s of the image's settings and instructions: the beginning is shown", measure.Bytes(maxText), measure.Count(w.long)))
	}
	return out
}
