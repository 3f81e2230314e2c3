package probe

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
)

// Ran is what came of running a probe, as it came.
type Ran struct {
	Problem        string // why it did not come to what was asked, a sentence; "" when it did
	Exit           *int   // nil where it did not end by itself, or never began
	Status         int    // of HTTP; 0 for no answer
	Stdout, Stderr Bytes
	Body           Bytes
	Last           []byte // the end of what it wrote, on both streams
	Took           time.Duration
}

// Bytes are the beginning of an output.
type Bytes struct {
	Kept []byte
	All  int64 // how many there were
}

// Cleaner takes secrets out of text.
type Cleaner func(string) string

// maxAsked bounds what is shown of a pattern, maxFound of what it did not match, and
// maxLast how many lines of a failed probe are shown.
const (
	maxAsked = 120
	maxFound = 160
	maxLast  = 12
)

// Judge makes an outcome of what came. clean takes secrets out of what will be shown;
// nil leaves them in. An output is compared as it is shown, so two that differ in a
// secret only are the same.
func (p *Probe) Judge(r Ran, clean Cleaner) Outcome {
	if clean == nil {
		clean = func(s string) string { return s }
	}
	line := func(s string) string { return sanitize.Text(clean(s)) }
	o := Outcome{Name: line(p.Name), What: line(p.What()), Ask: p.Ask, State: Passed, Took: r.Took, Exit: r.Exit, Status: r.Status, Compared: p.Compared()}
	if p.Ask == End {
		o.Stdout, o.Stderr = p.output(r.Stdout, clean), p.output(r.Stderr, clean)
	}
	if p.Ask == HTTP && r.Status != 0 {
		o.Body = p.output(r.Body, clean)
	}
	o.Failure, o.Incomplete = line(r.Problem), r.Problem != ""
	if !o.Incomplete {
		o.Failure = p.unmet(r, line)
	}
	if o.Failure != "" {
		o.State, o.Last = Failed, last(clean(string(r.Last)))
	}
	return o
}

// unmet is the first expectation that what came does not meet, in a sentence.
func (p *Probe) unmet(r Ran, line Cleaner) string {
	e := &p.Expect
	switch {
	case e.Exit != nil && r.Exit != nil && *e.Exit != *r.Exit:
		return fmt.Sprintf("expected exit code %d, got %d", *e.Exit, *r.Exit)
	case p.Ask == HTTP && !p.Answers(r.Status):
		return fmt.Sprintf("expected %s, got %d", e.answer(), r.Status)
	}
	for _, s := range []struct {
		name     string
		patterns []*regexp.Regexp
		data     Bytes
	}{{"standard output", e.Stdout, r.Stdout}, {"standard error", e.Stderr, r.Stderr}, {"the body", e.Body, r.Body}} {
		for _, re := range s.patterns {
			if re.Match(s.data.Kept) {
				continue
			}
			within := ""
			if s.data.All > int64(len(s.data.Kept)) {
				within = " within its first " + measure.Bytes(int64(len(s.data.Kept)))
			}
			return fmt.Sprintf("expected %s to match %s%s, got %s", s.name, shortened(line(strings.TrimPrefix(re.String(), ByLine)), maxAsked), within, quoted(line(oneLine(s.data.Kept))))
		}
	}
	return ""
}

// Answers says whether an HTTP status is the one that is waited for.
func (p *Probe) Answers(status int) bool {
	if p.Expect.Status != nil {
		return status == *p.Expect.Status
	}
	return status >= 200 && status < 400
}

func (e *Expect) answer() string {
	if e.Status != nil {
		return fmt.Sprintf("status %d", *e.Status)
	}
	return "a status from 200 to 399"
}

// output is what is kept of one, without what does not count.
func (p *Probe) output(b Bytes, clean Cleaner) *Output {
	text := string(b.Kept)
	for _, re := range p.Ignore {
		text = re.ReplaceAllLiteralString(text, Ignored)
	}
	text = sanitize.Lines(strings.ReplaceAll(clean(text), "\r\n", "\n"))
	sum := sha256.Sum256([]byte(text))
	out := &Output{Bytes: b.All, Digest: "sha256:" + hex.EncodeToString(sum[:]), Cut: b.All > int64(len(b.Kept)), Text: text}
	if len(text) > MaxText {
		out.Text, out.Cut = head(text, MaxText), true
	}
	return out
}

// last are the last lines of a text.
func last(text string) []string {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	if len(lines) > maxLast {
		lines = lines[len(lines)-maxLast:]
	}
	var out []string
	for _, l := range lines {
		if l = strings.TrimRight(sanitize.Text(strings.TrimRight(l, "\r")), " "); l != "" {
			out = append(out, shortened(l, maxFound))
		}
	}
	return out
}

// oneLine is enough of an output to show it in a line.
func oneLine(b []byte) string {
	const enough = 4 * maxFound
	return strings.ReplaceAll(strings.TrimRight(head(string(b), enough), "\r\n"), "\n", "⏎ ")
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return `"` + shortened(s, maxFound) + `"`
}

// shortened is a line of at most n characters.
func shortened(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// head is the beginning of a text, of n bytes or a few less.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
