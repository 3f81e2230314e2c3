package tui

import (
	"context"
	"errors"
	"path"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/stagedive/stagedive/model/image"
	"github.com/stagedive/stagedive/model/preview"
	"github.com/stagedive/stagedive/model/sanitize"
	"github.com/stagedive/stagedive/tui/pane"
	"github.com/stagedive/stagedive/tui/pane/file"
	imagepane "github.com/stagedive/stagedive/tui/pane/image"
	"github.com/stagedive/stagedive/tui/theme"
	"github.com/stagedive/stagedive/tui/widget"
)

// viewing is the open page of a file.
type viewing struct {
	gen    int
	page   *file.Page // nil unless open
	of     imagepane.Selection
	image  *image.Image       // that it is in; another may have been built meanwhile
	cancel context.CancelFunc // of what the page waits for
}

type (
	// fileReadMsg brings a file of the image.
	fileReadMsg struct {
		gen int
		it  *preview.Preview
		err error
	}
	// fileComparedMsg brings how it differs from the version before.
	fileComparedMsg struct {
		gen  int
		diff *file.Diff
		why  string // there is none
	}
)

// onFile offers a key to the file that is selected in the image.
func (a *App) onFile(msg tea.KeyPressMsg) (cmd tea.Cmd, taken bool) {
	k := file.DefaultKeys()
	if a.tab != tabImage || !key.Matches(msg, k.Open, k.Extract, k.Copy, k.Compare) {
		return nil, false
	}
	s, ok := a.screens.image.Selected()
	if !ok {
		return a.needsFile(msg)
	}
	switch isDir := s.Tree.IsDir(s.ID); {
	case key.Matches(msg, k.Copy):
		return a.copyPath(s.Tree.RawPath(s.ID)), true
	case key.Matches(msg, k.Extract):
		return a.askExtract(a.inside().image, s), true
	case isDir:
		return nil, false
	case key.Matches(msg, k.Compare):
		cmd := a.openFile(s)
		if a.viewing.page == nil {
			return cmd, true
		}
		return tea.Batch(cmd, a.pressFile(msg)), true
	}
	return a.openFile(s), true
}

// needsFile says where to choose a file to a key that is of no use without one; what
// is typed for it next would act as keys.
func (a *App) needsFile(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := file.DefaultKeys()
	if a.inside().image == nil || a.screens.typing(a.tab) || !key.Matches(msg, k.Extract, k.Compare) {
		return nil, false
	}
	how := "tab goes to the files"
	switch p := a.screens.image; {
	case p.OnBook():
		how = "enter goes to the one of this row"
	case !p.OnFiles():
		how = "[ and ] go to the files"
	}
	return a.say(theme.Dim, "choose a file first: "+how), true
}

// openFile opens the page of a file.
func (a *App) openFile(s imagepane.Selection) tea.Cmd {
	if a.cfg.Files == nil {
		return a.say(theme.Dim, "files of this image cannot be read")
	}
	subject := file.Subject{Path: s.Tree.Path(s.ID), After: s.After, Made: s.Made}
	id := s.ID
	if s.Tree.Type(id) == image.Symlink {
		to, ok := s.Tree.Follow(s.Tree.RawPath(id))
		switch {
		case !ok:
			return a.say(theme.Dim, "the link leads to "+s.Tree.Info(id).Link+", which is not in the image")
		case s.Tree.IsDir(to):
			return a.say(theme.Dim, "the link leads to the directory "+s.Tree.Path(to))
		}
		id, subject.Link, subject.Made = to, s.Tree.Path(to), ""
	}
	subject.Raw, subject.Info = s.Tree.RawPath(id), s.Tree.Info(id)
	if t := s.Tree.Type(id); t != image.Regular && t != image.Hardlink {
		return a.say(theme.Dim, "a device or a pipe has no content")
	}
	v := &a.viewing
	v.gen++
	v.page, v.of, v.image = file.New(subject), s, a.inside().image
	im, files, gen := v.image, a.cfg.Files, v.gen
	return a.await(func(ctx context.Context) tea.Msg {
		it, err := read(ctx, files, im, subject.Info.Layer, subject.Raw)
		return fileReadMsg{gen, it, err}
	})
}

// await runs something that the page waits for, until the page is closed.
func (a *App) await(do func(context.Context) tea.Msg) tea.Cmd {
	before := a.viewing.cancel
	ctx, cancel := context.WithCancel(a.life)
	a.viewing.cancel = func() {
		if before != nil {
			before()
		}
		cancel()
	}
	return a.work(func(context.Context) tea.Msg { return do(ctx) })
}

// read reads a file and looks at what it is.
func read(ctx context.Context, files Files, im *image.Image, layer int, raw string) (*preview.Preview, error) {
	data, size, err := files.Read(ctx, im, layer, raw, preview.Most)
	if err != nil {
		return nil, err
	}
	return preview.Of(path.Base(raw), data, size), nil
}

func (a *App) closeFile() {
	v := &a.viewing
	if v.cancel != nil {
		v.cancel()
	}
	*v = viewing{gen: v.gen + 1}
}

func (a *App) fileRead(msg fileReadMsg) {
	v := &a.viewing
	switch {
	case v.page == nil || msg.gen != v.gen:
	case msg.err != nil:
		v.page.SetError(errors.New(sanitize.Text(msg.err.Error())))
	default:
		v.page.SetPreview(msg.it)
	}
}

func (a *App) fileCompared(msg fileComparedMsg) {
	v := &a.viewing
	switch {
	case v.page == nil || msg.gen != v.gen:
	case msg.diff == nil:
		v.page.NoDiff(msg.why)
	default:
		v.page.SetDiff(msg.diff)
	}
}

func (a *App) pressFile(msg tea.KeyPressMsg) tea.Cmd {
	v := &a.viewing
	switch v.page.Press(a.keys, msg) {
	case file.Close:
		a.closeFile()
	case file.Differ:
		return a.differ()
	case file.Copy:
		return a.copyPath(v.of.Tree.RawPath(v.of.ID))
	case file.Extract:
		return a.askExtract(v.image, v.of)
	case file.Stay:
	}
	return nil
}

// differ compares the file with the version that a lower layer has of it.
func (a *App) differ() tea.Cmd {
	v := &a.viewing
	im, files, gen, s := v.image, a.cfg.Files, v.gen, v.page.Subject
	return a.await(func(ctx context.Context) tea.Msg {
		layer, ok := im.Before(s.Info.Layer, s.Raw)
		if !ok {
			return fileComparedMsg{gen: gen, why: "there is no version before: no lower layer has this file"}
		}
		before, err := read(ctx, files, im, layer, s.Raw)
		if err == nil {
			var after *preview.Preview
			if after, err = read(ctx, files, im, s.Info.Layer, s.Raw); err == nil {
				return fileComparedMsg{gen: gen, diff: file.Compare(before, after, layer)}
			}
		}
		return fileComparedMsg{gen: gen, why: sanitize.Text(err.Error())}
	})
}

// copyPath sends a path to the terminal's clipboard. OSC 52 is not answered.
func (a *App) copyPath(raw string) tea.Cmd {
	text := raw
	if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		text = sanitize.Text(text) // what is pasted must not press keys
	}
	return tea.Batch(tea.SetClipboard(text), a.say(theme.Dim, "path sent to the clipboard: "+sanitize.Text(raw)))
}

// drawFile lays the page over the body.
func (a *App) drawFile(base []string, l layout) []string {
	look := pane.Look{Theme: a.theme, Now: a.now(), Focus: true}
	return widget.Overlay(base, a.viewing.page.View(look, l.body.w, l.body.h), l.body.x, l.body.y, a.width)
}

// fileHints are the keys of the page.
func (a *App) fileHints() []hint {
	k, p := file.DefaultKeys(), a.viewing.page
	if p.Typing() {
		return []hint{{a.keys.Enter, "keep it"}, {a.keys.Back, "drop it"}}
	}
	return []hint{
		{a.keys.Back, "back"},
		{k.View, "text, hex"},
		{k.Search, "search"},
		{k.Compare, "differences"},
		{k.Extract, "extract"},
		{k.Copy, "copy path"},
		{k.Wrap, "wrap"},
	}
}

// selectedHints are the keys of the file that is selected in the image.
func (a *App) selectedHints() []hint {
	s, ok := a.screens.image.Selected()
	if !ok || a.tab != tabImage || a.cfg.Files == nil {
		return nil
	}
	k := file.DefaultKeys()
	if s.Tree.IsDir(s.ID) {
		return []hint{{k.Extract, "extract"}}
	}
	return []hint{{k.Open, "open"}, {k.Extract, "extract"}}
}
