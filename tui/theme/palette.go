package theme

import (
	"image/color"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// swatch is a colour and its stand-ins for terminals with 256 and 16 colours:
// chosen by hand, for the nearest one is often not the right one (a dark grey's
// is a blue).
type swatch struct {
	rgb uint32
	mid ansi.IndexedColor
	low ansi.BasicColor
}

// palette is the colours of a background.
type palette struct {
	dim, faint                        swatch
	amber, green, cyan, red, magenta  swatch
	blue, focus, border               swatch
	selected, selectedBlur, highlight swatch // backgrounds, but highlight
	match, matchCurrent, onMatch      swatch
	sand, slate                       swatch // strings and variables: close to plain text, for no state looks so
	onSelected                        swatch // text on the two backgrounds: an unknown terminal's own may vanish there
}

func darkPalette() palette {
	return palette{
		dim:          swatch{0x8b93a1, 246, ansi.BrightBlack},
		faint:        swatch{0x626a78, 241, ansi.BrightBlack},
		amber:        swatch{0xe6b450, 179, ansi.Yellow},
		green:        swatch{0x8cc265, 108, ansi.Green},
		cyan:         swatch{0x56b6c2, 73, ansi.Cyan},
		red:          swatch{0xf2777a, 210, ansi.Red},
		magenta:      swatch{0xc594e0, 176, ansi.Magenta},
		blue:         swatch{0x6cb2f7, 75, ansi.Blue},
		sand:         swatch{0xbdb597, 144, ansi.White},
		slate:        swatch{0xa9b8d6, 146, ansi.White},
		focus:        swatch{0x6cb2f7, 75, ansi.Blue},
		border:       swatch{0x4a515e, 239, ansi.BrightBlack},
		selected:     swatch{0x2f3b4d, 237, ansi.Blue},
		selectedBlur: swatch{0x262b33, 235, ansi.Black},
		highlight:    swatch{0x6cb2f7, 75, ansi.BrightBlue},
		match:        swatch{0x5c4a1e, 58, ansi.Yellow},
		matchCurrent: swatch{0xe6b450, 179, ansi.BrightYellow},
		onMatch:      swatch{0x16181d, 234, ansi.Black},
		onSelected:   swatch{0xe4e7ec, 254, ansi.White},
	}
}

func lightPalette() palette {
	return palette{
		dim:          swatch{0x6a717d, 242, ansi.BrightBlack},
		faint:        swatch{0x8d949f, 247, ansi.BrightBlack},
		amber:        swatch{0x9a6700, 94, ansi.Yellow},
		green:        swatch{0x3f7f1f, 64, ansi.Green},
		cyan:         swatch{0x0e7490, 30, ansi.Cyan},
		red:          swatch{0xc1272d, 124, ansi.Red},
		magenta:      swatch{0x8b3fb5, 91, ansi.Magenta},
		blue:         swatch{0x1a66c2, 26, ansi.Blue},
		sand:         swatch{0x6b5d36, 58, ansi.Black},
		slate:        swatch{0x44567d, 60, ansi.Black},
		focus:        swatch{0x1a66c2, 26, ansi.Blue},
		border:       swatch{0xb9bfc9, 250, ansi.BrightBlack},
		selected:     swatch{0xd5e4f7, 189, ansi.BrightBlue},
		selectedBlur: swatch{0xeceff3, 255, ansi.White},
		highlight:    swatch{0x1a66c2, 26, ansi.Blue},
		match:        swatch{0xffe9a8, 229, ansi.Yellow},
		matchCurrent: swatch{0xf0b429, 220, ansi.BrightYellow},
		onMatch:      swatch{0x16181d, 234, ansi.Black},
		onSelected:   swatch{0x1c2027, 234, ansi.Black},
	}
}

// ink turns swatches into styles for a profile.
type ink struct{ profile colorprofile.Profile }

func (k ink) color(s swatch) color.Color {
	switch k.profile {
	case colorprofile.ANSI:
		return s.low
	case colorprofile.ANSI256:
		return s.mid
	}
	return color.RGBA{R: uint8(s.rgb >> 16), G: uint8(s.rgb >> 8), B: uint8(s.rgb), A: 0xff}
}

func (k ink) fg(s swatch) ansi.Style { return ansi.NewStyle().ForegroundColor(k.color(s)) }
func (k ink) bg(s swatch) ansi.Style { return ansi.NewStyle().BackgroundColor(k.color(s)) }

func seal(s ansi.Style) Style {
	if len(s) == 0 {
		return Style{}
	}
	return Style{open: s.String()}
}
