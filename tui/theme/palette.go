package theme

import (
	"image/color"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// swatch is a colour for terminals with many colours and its stand-in for those
// with sixteen, where the nearest one is often not the right one.
type swatch struct {
	rgb uint32
	low ansi.BasicColor
}

// palette is the colours of a background.
type palette struct {
	dim, faint                        swatch
	amber, green, cyan, red, magenta  swatch
	blue, focus, border               swatch
	selected, selectedBlur, highlight swatch // backgrounds, but highlight
	match, matchCurrent, onMatch      swatch
}

func darkPalette() palette {
	return palette{
		dim:          swatch{0x8b93a1, ansi.BrightBlack},
		faint:        swatch{0x626a78, ansi.BrightBlack},
		amber:        swatch{0xe6b450, ansi.Yellow},
		green:        swatch{0x8cc265, ansi.Green},
		cyan:         swatch{0x56b6c2, ansi.Cyan},
		red:          swatch{0xf2777a, ansi.Red},
		magenta:      swatch{0xc594e0, ansi.Magenta},
		blue:         swatch{0x6cb2f7, ansi.Blue},
		focus:        swatch{0x6cb2f7, ansi.Blue},
		border:       swatch{0x4a515e, ansi.BrightBlack},
		selected:     swatch{0x2f3b4d, ansi.Blue},
		selectedBlur: swatch{0x262b33, ansi.Black},
		highlight:    swatch{0x6cb2f7, ansi.BrightBlue},
		match:        swatch{0x5c4a1e, ansi.Yellow},
		matchCurrent: swatch{0xe6b450, ansi.BrightYellow},
		onMatch:      swatch{0x16181d, ansi.Black},
	}
}

func lightPalette() palette {
	return palette{
		dim:          swatch{0x6a717d, ansi.BrightBlack},
		faint:        swatch{0x8d949f, ansi.BrightBlack},
		amber:        swatch{0x9a6700, ansi.Yellow},
		green:        swatch{0x3f7f1f, ansi.Green},
		cyan:         swatch{0x0e7490, ansi.Cyan},
		red:          swatch{0xc1272d, ansi.Red},
		magenta:      swatch{0x8b3fb5, ansi.Magenta},
		blue:         swatch{0x1a66c2, ansi.Blue},
		focus:        swatch{0x1a66c2, ansi.Blue},
		border:       swatch{0xb9bfc9, ansi.BrightBlack},
		selected:     swatch{0xd5e4f7, ansi.BrightBlue},
		selectedBlur: swatch{0xeceff3, ansi.White},
		highlight:    swatch{0x1a66c2, ansi.Blue},
		match:        swatch{0xffe9a8, ansi.Yellow},
		matchCurrent: swatch{0xf0b429, ansi.BrightYellow},
		onMatch:      swatch{0x16181d, ansi.Black},
	}
}

// ink turns swatches into styles for a profile.
type ink struct{ profile colorprofile.Profile }

func (k ink) color(s swatch) color.Color {
	if k.profile == colorprofile.ANSI {
		return s.low
	}
	c := color.RGBA{R: uint8(s.rgb >> 16), G: uint8(s.rgb >> 8), B: uint8(s.rgb), A: 0xff}
	return k.profile.Convert(c)
}

func (k ink) fg(s swatch) ansi.Style { return ansi.NewStyle().ForegroundColor(k.color(s)) }
func (k ink) bg(s swatch) ansi.Style { return ansi.NewStyle().BackgroundColor(k.color(s)) }

func seal(s ansi.Style) Style {
	if len(s) == 0 {
		return Style{}
	}
	return Style{open: s.String()}
}
