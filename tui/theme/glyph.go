package theme

import (
	"time"

	"github.com/stagedive/stagedive/model/build"
)

// Glyphs are the characters of the program's chrome. Each is one cell wide, in
// wcwidth's count as in graphemes', and none is an emoji.
type Glyphs struct {
	Waiting, Running, Cached, Done, Failed, Skipped, Cancelled string

	Cursor   string // in front of the selected row
	Follow   string // a log that follows its end
	Dropdown string // after something that opens a list
	Ellipsis string // where text was cut
	Dot      string // between parts of a line
	Problem  string // a line with a problem; a finding
	Differs  string // what is not as on the first side of a comparison
	Arrow    string // from → to
	Break    string // a step that builds stop before
	Mark     string // a stage that is marked for a comparison
	Again    string // a step that ran again, and why
	Open     string // a tree node with its children shown
	Closed   string // a tree node with its children hidden
	Gap      string // lines were dropped here
	Bar      string // a mark along several lines
	Watch    string // files are watched
	Full     string // a filled part of a bar chart
	Share    string // the same, of a bar beside a number in a list
	Empty    string // an empty part of a bar chart

	Frame FrameGlyphs

	spinner []string
	ascii   bool
}

// FrameGlyphs are the characters that frames are drawn with.
type FrameGlyphs struct {
	Horizontal, Vertical                       string
	TopLeft, TopRight, BottomLeft, BottomRight string
	Thumb                                      string // the part of the right side that shows where a scrolled pane stands
}

// UnicodeGlyphs are for terminals in a UTF-8 locale.
func UnicodeGlyphs() Glyphs {
	return Glyphs{
		Waiting: "○", Running: "●", Cached: "◇", Done: "✓", Failed: "✗", Skipped: "⊘", Cancelled: "■",
		Cursor: "▸", Follow: "↓", Dropdown: "▾", Ellipsis: "…", Dot: "·", Problem: "▲", Differs: "≠", Arrow: "→", Again: "↺", Break: "◉", Mark: "⚑",
		Open: "▾", Closed: "▸", Gap: "┄", Bar: "▌", Watch: "◎", Full: "█", Share: "━", Empty: "░",
		Frame: FrameGlyphs{
			Horizontal: "─", Vertical: "│",
			TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯", Thumb: "┃",
		},
		spinner: []string{"◐", "◓", "◑", "◒"},
	}
}

// ASCIIGlyphs are for everything else. What can stand in the text of a row is none of the
// marks of a changed file, + ~ - m.
func ASCIIGlyphs() Glyphs {
	return Glyphs{
		Waiting: ".", Running: "*", Cached: "=", Done: "+", Failed: "x", Skipped: "-", Cancelled: "#",
		Cursor: ">", Follow: "v", Dropdown: "v", Ellipsis: ">", Dot: "|", Problem: "!", Differs: "!", Arrow: ">", Again: "^", Break: "B", Mark: "M",
		Open: "v", Closed: ">", Gap: "-", Bar: "|", Watch: "@", Full: "#", Share: "=", Empty: ".",
		Frame: FrameGlyphs{
			Horizontal: "-", Vertical: "|",
			TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+", Thumb: "#",
		},
		spinner: []string{"|", "/", "-", "\\"}, ascii: true,
	}
}

// Good says that nothing is the matter, before or behind words: of one cell, or of two
// where it has to be a word, for "+" says of a file that it was added.
func (g Glyphs) Good() string {
	if g.ascii {
		return "ok"
	}
	return g.Done
}

// State is the glyph of a state.
func (g Glyphs) State(s build.State) string {
	switch s {
	case build.Running:
		return g.Running
	case build.Cached:
		return g.Cached
	case build.Done:
		return g.Done
	case build.Failed:
		return g.Failed
	case build.Skipped:
		return g.Skipped
	case build.Cancelled:
		return g.Cancelled
	}
	return g.Waiting
}

// SpinnerPeriod is how long one frame of the spinner lasts.
const SpinnerPeriod = 200 * time.Millisecond

// Spinner is the frame of a spinner at a time: all spinners of a screen move
// together, and a still clock holds them still.
func (g Glyphs) Spinner(now time.Time) string {
	n := now.UnixMilli() / SpinnerPeriod.Milliseconds()
	return g.spinner[int(n%int64(len(g.spinner)))]
}
