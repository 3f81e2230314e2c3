// Package pane says what the screens of the program have in common. Each pane is
// a plain struct with methods, no tea.Model: the App routes keys and clicks to
// it and asks it for its lines.
package pane

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model"
	"github.com/stagedive/stagedive/model/finding"
	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/tui/theme"
)

// Look is what drawing depends on beside a pane's content.
type Look struct {
	Theme *theme.Theme
	Now   time.Time // the build's clock: elapsed times and spinners are made of it
	Focus bool
}

// Inspection is what was found in the image of a build, or in one from a file.
type Inspection struct {
	Graph    *model.Graph // nil when no Dockerfile is known
	Target   int          // stage index; -1 when no Dockerfile is known
	Image    *image.Image // nil until there is one
	Findings []finding.Finding
}

// Screen is a tab that fills the whole body of the program: the image, the leaks.
type Screen interface {
	// SetSize gives the body's size; View must fill it exactly.
	SetSize(width, height int)
	// SetInspection shows another image, or none.
	SetInspection(Inspection)
	// Press handles a key; false says that it means nothing here, and the App may
	// give it its own meaning.
	Press(tea.KeyPressMsg) (tea.Cmd, bool)
	// Typing says that a text field has the keys: then the App interprets none but
	// ctrl+c.
	Typing() bool
	// Paste inserts text into the field while Typing.
	Paste(text string)
	// Click and Wheel are relative to the body's top left cell; delta is in rows,
	// negative upwards.
	Click(x, y int) tea.Cmd
	Wheel(x, y, delta int)
	// View draws height lines of width cells.
	View(Look) []string
	// Hints are the keys worth showing at the bottom of the screen now.
	Hints() []key.Binding
	// Help is all keys of the screen, for the ? page and the manual.
	Help() []key.Binding
	// Reveal shows what a Jump of this screen's kind names; false when it can't.
	Reveal(Jump) bool
}

// Jump is a message of a pane to the App: show this elsewhere. Exactly one of
// its parts is meant.
type Jump struct {
	Line    int   // the Dockerfile at this line, 1-based
	File    *File // the image tab at this file
	Finding *int  // the leaks tab at this finding, an index into Inspection.Findings
}

// File names a file of an image.
type File struct {
	Layer int    // index into Image.Layers
	Path  string // absolute
}

// JumpTo is the command that sends a Jump.
func JumpTo(j Jump) tea.Cmd { return func() tea.Msg { return j } }
