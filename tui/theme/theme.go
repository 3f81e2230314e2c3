// Package theme says how the meanings that panes draw look: semantic roles in
// dark, light and no colours, and the glyphs, with ASCII stand-ins.
//
// Colour means state. Nothing is told by colour alone: a glyph and a word say
// the same.
package theme

import (
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/stagedive/stagedive/model/build"
)

// Options of a Theme.
type Options struct {
	Profile colorprofile.Profile // ASCII and below: attributes only, no colour
	Light   bool                 // for a light background
	ASCII   bool                 // glyphs and borders of ASCII only
}

// Theme is immutable; another background or profile is another Theme.
type Theme struct {
	Glyphs  Glyphs
	options Options
	styles  [roleCount]Style
}

// New returns the Theme for the options.
func New(o Options) *Theme {
	t := &Theme{options: o, Glyphs: UnicodeGlyphs()}
	if o.ASCII {
		t.Glyphs = ASCIIGlyphs()
	}
	switch {
	case o.Profile <= colorprofile.ASCII:
		t.styles = monoStyles()
	case o.Light:
		t.styles = colorStyles(ink{o.Profile}, lightPalette())
	default:
		t.styles = colorStyles(ink{o.Profile}, darkPalette())
	}
	return t
}

// Options are what the theme was made from.
func (t *Theme) Options() Options { return t.options }

// Mono says whether the theme has no colours.
func (t *Theme) Mono() bool { return t.options.Profile <= colorprofile.ASCII }

// Style is the look of a role.
func (t *Theme) Style(r Role) Style { return t.styles[r] }

// Render returns s as the role looks. s must not be styled already.
func (t *Theme) Render(r Role, s string) string { return t.styles[r].Render(s) }

// Reversed returns s with the role's colour as its background: a block that is
// filled from the left so becomes one that is filled from the right.
func (t *Theme) Reversed(r Role, s string) string {
	return ansi.NewStyle().Reverse(true).String() + t.styles[r].open + s + reset
}

// Over lays the role's look under styled text; see Style.Over.
func (t *Theme) Over(r Role, s string) string { return t.styles[r].Over(s) }

// Row lays the look of a row of a list under styled text: whether the cursor is on it, and
// whether its pane has the focus.
func (t *Theme) Row(s string, selected, focus bool) string {
	switch {
	case selected && focus:
		return t.Over(Selected, s)
	case selected:
		return t.Over(SelectedBlur, s)
	}
	return s
}

// StateGlyph is the state's glyph in its colour.
func (t *Theme) StateGlyph(s build.State) string {
	return t.Render(StateRole(s), t.Glyphs.State(s))
}

// StateLabel is the state's glyph and word in its colour.
func (t *Theme) StateLabel(s build.State) string {
	return t.Render(StateRole(s), t.Glyphs.State(s)+" "+s.String())
}

func colorStyles(k ink, p palette) [roleCount]Style {
	var st [roleCount]Style
	fg := func(s swatch, roles ...Role) {
		for _, r := range roles {
			st[r] = seal(k.fg(s))
		}
	}
	fg(p.dim, Dim, Waiting, Comment, SeverityInfo, EdgeMount)
	fg(p.faint, Skipped)
	fg(p.amber, Running, Warning, SeverityMedium, Modified)
	fg(p.green, Done, Good, Added)
	fg(p.cyan, Cached)
	fg(p.red, Failed, Error, SeverityHigh, Removed)
	fg(p.magenta, Cancelled)
	fg(p.blue, Key, SeverityLow, Keyword, Directory)
	fg(p.focus, BorderFocus)
	fg(p.border, Border)
	fg(p.dim, EdgeBase, EdgeCopy, Flag)
	fg(p.sand, String)
	fg(p.slate, Variable)
	st[Reference] = seal(ansi.NewStyle().Bold())
	st[Bold] = seal(ansi.NewStyle().Bold())
	st[Title] = seal(ansi.NewStyle().Bold())
	st[Logo] = seal(k.fg(p.focus).Bold())
	st[Highlight] = seal(k.fg(p.highlight).Bold())
	st[SeverityCritical] = seal(k.fg(p.red).Bold().Reverse(true))
	st[Selected] = seal(k.bg(p.selected).ForegroundColor(k.color(p.onSelected)))
	st[SelectedBlur] = seal(k.bg(p.selectedBlur).ForegroundColor(k.color(p.onSelected)))
	st[Match] = seal(k.bg(p.match).ForegroundColor(k.color(p.onSelected)))
	st[MatchCurrent] = seal(k.bg(p.matchCurrent).ForegroundColor(k.color(p.onMatch)))
	if k.profile == colorprofile.ANSI { // sixteen colours cannot carry text of every role on a background
		st[Selected] = seal(ansi.NewStyle().Reverse(true))
		st[SelectedBlur] = seal(ansi.NewStyle().Bold())
		st[Match] = seal(ansi.NewStyle().Underline(true))
		st[String], st[Variable] = Style{}, Style{} // too few to tell them from states
	}
	return st
}

func monoStyles() [roleCount]Style {
	var st [roleCount]Style
	set := func(s ansi.Style, roles ...Role) {
		for _, r := range roles {
			st[r] = seal(s)
		}
	}
	set(ansi.NewStyle().Faint(), Dim, Waiting, Skipped, Comment, Flag, Border, EdgeBase, EdgeCopy, EdgeMount, SeverityInfo)
	set(ansi.NewStyle().Bold(), Bold, Title, Logo, Key, Running, Failed, Cancelled, BorderFocus, Highlight, Reference,
		Warning, Error, Keyword, SeverityHigh, Directory)
	set(ansi.NewStyle().Reverse(true), Selected, MatchCurrent)
	set(ansi.NewStyle().Bold(), SelectedBlur)
	set(ansi.NewStyle().Underline(true), Match)
	set(ansi.NewStyle().Bold().Reverse(true), SeverityCritical)
	return st
}
