package filediff

import (
	"strings"

	"github.com/stagedive/stagedive/inspect/leak/privatekey"
	"github.com/stagedive/stagedive/inspect/leak/redact"
	"github.com/stagedive/stagedive/model/difference"
)

// redactRows takes out of what is shown what looks like a secret by its form. Two
// secrets that differ are still told to differ.
func redactRows(d *difference.File) {
	for i := range d.Facts {
		d.Facts[i].Was, d.Facts[i].Is = redact.Text(d.Facts[i].Was), redact.Text(d.Facts[i].Is)
	}
	if !d.Numbered {
		redactBytes(d)
		return
	}
	was, is := keyLines(d.Was), keyLines(d.Is)
	for i := range d.Rows {
		switch r := &d.Rows[i]; {
		case was[r.Was], is[r.Is]:
			r.Text = redact.Mark
		default:
			r.Text = redact.Output(r.Text)
		}
	}
}

// redactBytes leaves out rows of hex where the contents hold a secret: which of them it
// stands in cannot be told from sixteen bytes.
func redactBytes(d *difference.File) {
	for i := range d.Rows {
		d.Rows[i].Text = redact.Output(d.Rows[i].Text)
	}
	for _, v := range []difference.Version{d.Was, d.Is} {
		if v.Content == nil || v.Content.List != nil {
			continue
		}
		if text := string(v.Content.Bytes[:min(len(v.Content.Bytes), searched)]); redact.Output(text) != text {
			d.Rows, d.More = nil, "there is a secret in it: its bytes are not shown"
			return
		}
	}
}

// searched is how much of a binary file is looked through for secrets, in bytes.
const searched = 4 << 20

// keyLines are the lines of a text, counted from 1, that a private key stands on.
func keyLines(v difference.Version) map[int]bool {
	out := map[int]bool{}
	if v.Content == nil || v.Content.Text == nil {
		return out
	}
	text := strings.Join(v.Content.Text.Lines, "\n")
	line, at := 1, 0
	for _, k := range privatekey.Find([]byte(text)) {
		line += strings.Count(text[at:k.From], "\n")
		last := line + strings.Count(text[k.From:k.To], "\n")
		for ; line <= last; line++ {
			out[line] = true
		}
		line, at = last, k.To
	}
	return out
}
