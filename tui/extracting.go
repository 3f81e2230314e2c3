package tui

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/measure"
	"github.com/stagedive/stagedive/model/sanitize"
	imagepane "github.com/stagedive/stagedive/tui/pane/image"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// extraction is the line that asks where to extract something to.
type extraction struct {
	input  widget.Input
	image  *image.Image
	of     imagepane.Selection
	exists string // a destination that holds something already
	wrong  string // what went wrong before, so that it can be put right
}

// extractedMsg says what became of an extraction.
type extractedMsg struct {
	asked *extraction
	dest  string
	did   Extracted
	err   error
}

// askExtract opens the line.
func (a *App) askExtract(im *image.Image, s imagepane.Selection) tea.Cmd {
	switch {
	case a.cfg.Files == nil:
		return a.say(theme.Dim, "files of this image cannot be read")
	case s.Tree.Change(s.ID) == image.Removed:
		return a.say(theme.Dim, "the layer removes it: select it in a layer before")
	}
	a.extraction = &extraction{image: im, of: s}
	a.extraction.input.Insert(a.extractName(s))
	return nil
}

// extractName is a name to begin with: the file's own in the working directory.
func (a *App) extractName(s imagepane.Selection) string {
	name := path.Base(s.Tree.Path(s.ID))
	if name == "/" || name == "." {
		name = "image"
	}
	return "./" + name
}

func (a *App) pressExtract(msg tea.KeyPressMsg) tea.Cmd {
	e := a.extraction
	switch {
	case key.Matches(msg, a.keys.Back):
		a.extraction = nil
	case key.Matches(msg, a.keys.Enter):
		dest := strings.TrimSpace(e.input.String())
		if a.extraction = nil; dest == "" {
			return nil
		}
		return a.extract(e, dest)
	default:
		e.input.Press(msg)
	}
	return nil
}

func (a *App) extract(e *extraction, dest string) tea.Cmd {
	files, s, raw := a.cfg.Files, e.of, e.of.Tree.RawPath(e.of.ID)
	say := a.say(theme.Dim, "extracting "+s.Tree.Path(s.ID)+a.theme.Glyphs.Ellipsis)
	return tea.Batch(say, a.work(func(ctx context.Context) tea.Msg {
		did, err := files.Extract(ctx, e.image, s.After, raw, dest, dest == e.exists)
		return extractedMsg{e, dest, did, err}
	}))
}

func (a *App) extracted(msg extractedMsg) tea.Cmd {
	switch {
	case errors.Is(msg.err, context.Canceled):
		return nil
	case msg.err != nil:
		return a.notExtracted(msg)
	}
	d := msg.did
	text := measure.Plural(d.Files, "file") + ", " + measure.Bytes(d.Bytes) + " written to " + sanitize.Text(d.Path)
	if d.LeftOut == "" {
		return a.say(theme.Good, text)
	}
	return a.say(theme.Warning, text+"; "+sanitize.Text(d.LeftOut))
}

// notExtracted says why, and asks again with what was typed: unless something else is
// being typed meanwhile. A file may be replaced; in the place of a file or a directory
// no directory is put.
func (a *App) notExtracted(msg extractedMsg) tea.Cmd {
	of, role, exists := msg.asked.of, theme.Error, ""
	text := "not extracted: " + sanitize.Text(msg.err.Error())
	switch there := errors.Is(msg.err, fs.ErrExist); {
	case there && of.Tree.IsDir(of.ID):
		text = "not extracted: something is at " + sanitize.Text(msg.dest) + " already, and a directory replaces nothing; give another name"
	case there:
		role, text, exists = theme.Warning, sanitize.Text(msg.err.Error()), msg.dest
	}
	if a.typing() || a.help != nil || a.picker != nil || a.builds != nil || a.enginePage != nil {
		return a.say(role, text)
	}
	a.extraction = &extraction{image: msg.asked.image, of: of, exists: exists, wrong: text}
	a.extraction.input.Insert(msg.dest)
	return a.say(role, text)
}

// drawExtract lays the line over the bottom of the body.
func (a *App) drawExtract(base []string, l layout) []string {
	e, th := a.extraction, a.theme
	right := ""
	if e.exists != "" && strings.TrimSpace(e.input.String()) == e.exists {
		right = "is there: enter replaces it"
	}
	f := widget.Frame{
		Title: th.Render(theme.Title, "extract "+widget.TruncateLeft(e.of.Tree.Path(e.of.ID), max(8, a.width-24), th.Glyphs.Ellipsis)),
		Width: a.width, Height: min(3, l.body.h), Focus: true,
	}
	if e.wrong != "" && right == "" {
		f.Footer = th.Render(theme.Warning, widget.Truncate(e.wrong, a.width-6, th.Glyphs.Ellipsis))
	}
	w, _ := f.Inside()
	left := " " + th.Render(theme.Key, "to") + " " + e.input.View(th, max(2, w-widget.Width(right)-6))
	line := widget.Sides(left, th.Render(theme.Warning, right)+" ", w, th.Glyphs.Ellipsis)
	return widget.Overlay(base, f.Render(th, []string{line}), 0, l.body.y+l.body.h-f.Height, a.width)
}
